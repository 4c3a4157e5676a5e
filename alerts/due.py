"""When what is due: pure functions of the time and of what was done. A scheduler only wakes; it decides nothing."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from model.subscription import Cadence

AT = time(7)
"""The local time of daily and weekly runs; weekly ones are on Mondays."""

HOLD = timedelta(minutes=5)
"""After an immediate mail the next one to the same person waits so long, and takes what came meanwhile."""

_MONDAY = 0


def due_day(now: datetime, zone: ZoneInfo, cadence: Cadence, last: date | None, since: datetime | None) -> date | None:
    """The day whose run is due now, or None.

    ``last`` is the day of the last run of this cadence, ``since`` when the first subscription began (UTC), before which
    nothing is due. However many runs were missed, one is due, the latest: it takes all that they would have taken. A
    clock that goes back finds the day done.
    """
    day = _latest_day(now, zone, cadence)
    if last is not None:
        return day if day > last else None
    return day if since is not None and moment_of(day, zone) > since else None


def moment_of(day: date, zone: ZoneInfo) -> datetime:
    """The time (UTC) at which the run of a local day begins: once a day, also where clocks are put forward or back.

    An hour that does not exist is taken as the clocks stood before; of one that exists twice the first counts.
    """
    return datetime.combine(day, AT, zone).astimezone(UTC)


def immediate_due(now: datetime, last_at: datetime | None) -> bool:
    """Whether an immediate mail may go to a person whose last one was made at ``last_at``."""
    # A time far in the future was written by a clock that has been put back since.
    return last_at is None or abs(now - last_at) >= HOLD


def _latest_day(now: datetime, zone: ZoneInfo, cadence: Cadence) -> date:
    """The latest local day of this cadence whose moment has come."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while moment_of(day, zone) > now or (cadence is Cadence.WEEKLY and day.weekday() != _MONDAY):
        day -= timedelta(days=1)
    return day
