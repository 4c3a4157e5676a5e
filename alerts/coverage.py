"""What was watched and what was not: the line that lets a reader trust a silence. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from alerts.digest import Coverage
from db.clock import moment
from db.sources import SourceState
from model.codes import Outcome
from model.texts import _, ngettext

_ANSWERED = (Outcome.NEW, Outcome.UNCHANGED)


def coverage(states: Sequence[SourceState], now: str) -> Coverage:
    """The state of all sources at ``now``."""
    failed = [(state.declared.name, said) for state in states if (said := _failure(state))]
    quiet = [(state.declared.name, said) for state in states if (said := silence(state, now)) and not _failure(state)]
    return Coverage(len(states), tuple(failed), tuple(quiet))


def _failure(state: SourceState) -> str | None:
    if state.last_run is None:
        return _("not visited yet")
    if state.outcome in (*_ANSWERED, Outcome.SKIPPED) or (state.outcome is None and state.last_answered):
        return None
    reason = (state.reason or _("its visit has not ended")).rstrip(".")
    if state.outcome is Outcome.PARTIAL:
        return _("only in part: {reason}").format(reason=reason)
    since = _("no answer so far")
    if state.last_answered:
        since = _("last answer {day}").format(day=state.last_answered[:10])
    return f"{reason}; {since}"


def silence(state: SourceState, now: str) -> str | None:
    """Nothing new for longer than is normal for this source."""
    if state.last_new is None or moment(now) - moment(state.last_new) <= state.declared.silence_after:
        return None
    days = state.declared.silence_after // timedelta(days=1)
    form = ngettext(
        "nothing new since {since}; up to {days} day is normal",
        "nothing new since {since}; up to {days} days are normal",
        days,
    )
    return form.format(since=state.last_new[:10], days=days)
