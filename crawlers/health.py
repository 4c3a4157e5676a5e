"""How one run of a source ended: the facts of the run in, one outcome and one reason out. Pure.

Severity, when several things happened (the worst one names the outcome, the others follow in the reason):

1. ``suspicious``: what came may be wrong (empty where rows were, changed layout, sent elsewhere, endless pages);
2. ``blocked``: somebody does not want us there (robots.txt, 401, 403, a challenge page);
3. ``failed``: nothing could be reached or read;
4. ``partial``: something is missing (a cut body, an unreadable record, a stop before the end);
5. ``skipped``: we left it for later (asked to wait, another process is at it);
6. ``new``, else ``unchanged``.

A run that read something is not ``failed`` or ``skipped`` because of one request: it is ``partial``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from model.codes import Outcome

SEVERITY = (Outcome.SUSPICIOUS, Outcome.BLOCKED, Outcome.FAILED, Outcome.PARTIAL, Outcome.SKIPPED)
ALARMING = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.SUSPICIOUS})
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong: the outcome it leads to and a sentence for a reader who is no programmer.

    ``spoils`` is false where all that was asked for did come, so that validators of the source may be kept.
    """

    outcome: Outcome
    text: str
    spoils: bool = True


@dataclass(slots=True)
class Tally:
    """What one run counted; ``asdict`` of it is stored with the run."""

    requests: int = 0
    answers: int = 0
    not_modified: int = 0
    not_asked: int = 0
    not_recorded: int = 0
    listings: int = 0
    listed: int = 0
    problems: int = 0
    new: int = 0
    completed: int = 0
    revised: int = 0
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        return asdict(self)


def silence(tally: Tally, listed_before: int) -> Finding | None:
    """Suspicion where all listings of a run are empty that had rows at the last good visit."""
    if not tally.listings or tally.listed or tally.not_modified or not listed_before:
        return None
    rows = plural(listed_before, "row")
    return Finding(Outcome.SUSPICIOUS, f"Every listing is empty, where the last good visit saw {rows}")


def judge(findings: Sequence[Finding], tally: Tally) -> tuple[Outcome, str]:
    """The outcome of a run and the reason for it."""
    if not findings:
        return _quiet(tally)
    worst = sorted(findings, key=lambda finding: SEVERITY.index(finding.outcome))
    outcome = worst[0].outcome
    if outcome in (Outcome.FAILED, Outcome.SKIPPED) and (tally.answers or tally.not_modified):
        outcome = Outcome.PARTIAL
    return outcome, _told([finding.text for finding in worst])


def keeps_validators(outcome: Outcome, findings: Sequence[Finding]) -> bool:
    """Whether the next run may ask "only if changed": only when nothing that belongs to this run is missing."""
    return outcome not in ALARMING and not any(finding.spoils for finding in findings)


def _quiet(tally: Tally) -> tuple[Outcome, str]:
    if tally.new or tally.completed or tally.revised:
        words = [f"{count} {name}" for name in ("new", "completed", "revised") if (count := getattr(tally, name))]
        return Outcome.NEW, f"{', '.join(words)}."
    if not tally.answers and tally.not_modified:
        return Outcome.UNCHANGED, "The source says that nothing has changed."
    if not tally.answers:
        return Outcome.UNCHANGED, "There was nothing to read."
    return Outcome.UNCHANGED, f"Nothing new in {plural(tally.answers, 'answer')}."


def _told(texts: Sequence[str]) -> str:
    unique = list(dict.fromkeys(texts))
    told = [text if text.endswith(".") else f"{text}." for text in unique[:_TOLD]]
    if len(unique) > _TOLD:
        told.append(f"And {plural(len(unique) - _TOLD, 'more finding')} of this kind or milder.")
    return " ".join(told)


def plural(count: int, noun: str) -> str:
    """``1 answer``, ``3 answers``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
