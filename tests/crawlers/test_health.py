"""The facts of a run and its one outcome."""

import pytest

from crawlers.health import Finding, Tally, judge, keeps_validators
from model.codes import Outcome as O


def f(outcome: O, text: str = "Why", spoils: bool = True) -> Finding:
    return Finding(outcome, text, spoils)


@pytest.mark.parametrize(
    ("findings", "tally", "outcome"),
    [
        ([], Tally(answers=2, new=1), O.NEW),
        ([], Tally(answers=2, revised=1), O.NEW),
        ([], Tally(answers=2, completed=1), O.NEW),
        ([], Tally(answers=2, unchanged=9), O.UNCHANGED),
        ([], Tally(not_modified=1), O.UNCHANGED),
        ([], Tally(), O.UNCHANGED),
        ([f(O.PARTIAL)], Tally(answers=1, new=1), O.PARTIAL),
        ([f(O.PARTIAL)], Tally(), O.PARTIAL),
        ([f(O.FAILED)], Tally(), O.FAILED),
        ([f(O.FAILED)], Tally(answers=1, new=1), O.PARTIAL),
        ([f(O.FAILED)], Tally(not_modified=1), O.PARTIAL),
        ([f(O.SKIPPED)], Tally(), O.SKIPPED),
        ([f(O.SKIPPED)], Tally(answers=1), O.PARTIAL),
        ([f(O.BLOCKED)], Tally(answers=5, new=5), O.BLOCKED),
        ([f(O.SUSPICIOUS)], Tally(answers=5, new=5), O.SUSPICIOUS),
        ([f(O.PARTIAL), f(O.BLOCKED)], Tally(answers=1), O.BLOCKED),
        ([f(O.BLOCKED), f(O.SUSPICIOUS)], Tally(), O.SUSPICIOUS),
        ([f(O.SKIPPED), f(O.FAILED)], Tally(), O.FAILED),
        ([f(O.SKIPPED), f(O.PARTIAL)], Tally(), O.PARTIAL),
    ],
)
def test_each_set_of_facts_has_one_outcome(findings: list[Finding], tally: Tally, outcome: O) -> None:
    assert judge(findings, tally)[0] is outcome


def test_the_reason_begins_with_the_worst_and_tells_how_many_more_there_are() -> None:
    findings = [f(O.PARTIAL, f"Record {n} has no title") for n in range(5)] + [f(O.SUSPICIOUS, "The list is empty")]
    reason = judge(findings, Tally(answers=1))[1]
    assert reason.startswith("The list is empty. Record 0 has no title. Record 1 has no title.")
    assert "3 more findings" in reason


def test_the_same_finding_is_told_once() -> None:
    assert judge([f(O.FAILED, "No answer."), f(O.FAILED, "No answer.")], Tally())[1] == "No answer."


def test_a_quiet_run_says_what_it_found() -> None:
    assert judge([], Tally(answers=1, new=3, revised=1))[1] == "3 new, 1 revised."
    assert judge([], Tally(answers=1))[1] == "Nothing new in 1 answer."


@pytest.mark.parametrize(
    ("outcome", "findings", "keeps"),
    [
        (O.NEW, [], True),
        (O.UNCHANGED, [], True),
        (O.PARTIAL, [f(O.PARTIAL, spoils=False)], True),
        (O.PARTIAL, [f(O.PARTIAL)], False),
        (O.FAILED, [f(O.FAILED, spoils=False)], False),
        (O.SUSPICIOUS, [f(O.SUSPICIOUS)], False),
    ],
)
def test_only_a_run_that_misses_nothing_keeps_its_validators(outcome: O, findings: list[Finding], keeps: bool) -> None:
    assert keeps_validators(outcome, findings) is keeps
