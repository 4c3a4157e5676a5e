"""How long a host wants us to wait: Retry-After, read strictly. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600
USUAL = 60
WITHIN_RUN = 60


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds from now that the header asks for; None without the header.

    Seconds or an HTTP date (RFC 9110, 10.2.3). A date counts from the answer's own Date, since clocks differ. Never
    more than a day; what cannot be read means the usual pause.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdecimal():
        return min(int(value[:9]), LONGEST)
    until = _moment(value)
    if until is None:
        return USUAL
    seconds = (until - (_moment(headers.get("date", "")) or now)).total_seconds()
    return int(min(max(seconds, 0), LONGEST))


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
