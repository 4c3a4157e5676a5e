"""Which sources are due: a pure function of what they declare, how they were last visited, and the time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from db.runs import Run
from model.codes import Outcome
from model.source import Source

WELL = {Outcome.NEW, Outcome.UNCHANGED}
# After a visit that went badly a source is due again soon, but not at once: it may be our asking that troubles it.
AFTER_TROUBLE = timedelta(minutes=10)


def due_at(source: Source, last: Run | None, troubles: int = 1) -> datetime | None:
    """From when on ``source`` may be visited again, after its ``last`` run; None where it never was.

    ``troubles`` is the number of visits that went badly since the last good one: each doubles the wait.
    """
    if last is None:
        return None
    after_trouble = AFTER_TROUBLE * 2 ** min(max(troubles, 1) - 1, 20)
    rhythm = source.rhythm if last.outcome in WELL else min(source.rhythm, after_trouble)
    return datetime.fromisoformat(last.started_at) + rhythm


def due(sources: Iterable[Source], runs: Iterable[Run], now: datetime) -> Mapping[str, datetime | None]:
    """Each source's id with None where it is due at ``now``, else with the time from when on it will be."""
    last = {run.source: run for run in runs}
    times = {source.id: due_at(source, last.get(source.id)) for source in sources}
    return {name: None if time is None or time <= now else time for name, time in times.items()}
