"""What was watched and what was not: the line that lets a reader trust a silence. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from alerts.digest import Coverage
from db.clock import moment
from db.sources import SourceState
from model.codes import Outcome

_ANSWERED = (Outcome.NEW, Outcome.UNCHANGED)


def coverage(states: Sequence[SourceState], now: str) -> Coverage:
    """The state of all sources at ``now``."""
    failed = [(state.declared.name, said) for state in states if (said := _failure(state))]
    quiet = [(state.declared.name, said) for state in states if (said := _silence(state, now)) and not _failure(state)]
    return Coverage(len(states), tuple(failed), tuple(quiet))


def _failure(state: SourceState) -> str | None:
    if state.last_run is None:
        return "not visited yet"
    if state.outcome in (*_ANSWERED, Outcome.SKIPPED) or (state.outcome is None and state.last_answered):
        return None
    reason = (state.reason or "its visit has not ended").rstrip(".")
    since = f"last answer {state.last_answered[:10]}" if state.last_answered else "no answer so far"
    return f"only in part: {reason}" if state.outcome is Outcome.PARTIAL else f"{reason}; {since}"


def _silence(state: SourceState, now: str) -> str | None:
    """Nothing new for longer than is normal for this source."""
    if state.last_new is None or moment(now) - moment(state.last_new) <= state.declared.silence_after:
        return None
    days = state.declared.silence_after // timedelta(days=1)
    return f"nothing new since {state.last_new[:10]}; up to {days} {'day is' if days == 1 else 'days are'} normal"
