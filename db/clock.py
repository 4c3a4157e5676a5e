"""Times as the store keeps them: RFC 3339 in UTC with Z, so that their order is the order of their letters."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

QUIET_AFTER = timedelta(days=30)


def moment(text: str) -> datetime:
    """The time that ``text`` ("2026-10-08T13:12:18Z", "2026-10-08", "2026-10" or "2026") says, at its earliest."""
    if "T" not in text:
        return datetime.combine(first_day(text), datetime.min.time(), UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def later(text: str, seconds: float) -> str:
    """``text`` and so many seconds."""
    return (moment(text) + timedelta(seconds=seconds)).astimezone(UTC).isoformat().replace("+00:00", "Z")


def first_day(text: str) -> date:
    """The first day of ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or of a longer time."""
    day = text[:10]
    return date.fromisoformat(day + "-01-01"[len(day) - 4 :])


def last_day(text: str) -> date:
    """The last day of ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or of a longer time."""
    if len(text) >= len("YYYY-MM-DD"):
        return first_day(text)
    year, month = int(text[:4]), int(text[5:7] or 12)
    return date(year, month, monthrange(year, month)[1])


def is_quiet(published: str | None, first_seen: str) -> bool:
    """Whether something was published so long before we first saw it that it alerts nobody.

    Counted in days, from the last day that ``published`` may mean.
    """
    return published is not None and first_day(first_seen) - last_day(published) > QUIET_AFTER
