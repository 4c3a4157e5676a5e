"""When a source is due again: by its rhythm, sooner after trouble, at once where it was never visited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.due import AFTER_TROUBLE, due, due_at
from crawlers.registry import spiders
from db.runs import Run
from model.codes import Outcome

SOURCE = replace(spiders()["es_boe"].source, rhythm=timedelta(hours=6))
STARTED = datetime(2026, 11, 2, 6, tzinfo=UTC)


def run_of(outcome: Outcome | None) -> Run:
    return Run("r", SOURCE.id, "2026-11-02T06:00:00Z", "holder", None, outcome, None, {})


def test_a_source_that_was_never_visited_is_due() -> None:
    assert due_at(SOURCE, None) is None
    assert due([SOURCE], [], STARTED) == {SOURCE.id: None}


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UNCHANGED])
def test_a_good_visit_is_followed_by_the_next_after_the_rhythm(outcome: Outcome) -> None:
    assert due_at(SOURCE, run_of(outcome)) == STARTED + timedelta(hours=6)


@pytest.mark.parametrize("outcome", [*set(Outcome) - {Outcome.NEW, Outcome.UNCHANGED}, None])
def test_any_other_visit_is_followed_by_one_soon_but_not_at_once(outcome: Outcome | None) -> None:
    assert due_at(SOURCE, run_of(outcome)) == STARTED + AFTER_TROUBLE


def test_each_further_trouble_doubles_the_wait_up_to_the_rhythm() -> None:
    waits = [due_at(SOURCE, run_of(Outcome.FAILED), count) for count in (0, 1, 2, 3, 6, 7, 5_000)]
    assert [(time - STARTED) / timedelta(minutes=10) for time in waits if time] == [1, 1, 2, 4, 32, 36, 36]


def test_a_source_is_due_to_the_second() -> None:
    last = [run_of(Outcome.NEW)]
    time = STARTED + timedelta(hours=6)
    assert due([SOURCE], last, time) == {SOURCE.id: None}
    assert due([SOURCE], last, time - timedelta(seconds=1)) == {SOURCE.id: time}
