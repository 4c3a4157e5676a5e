"""Dates as sources write them, to the two forms we keep: ``YYYY-MM-DD`` (or shorter) and RFC 3339 with Z."""

import re
from datetime import UTC, date, datetime

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_TIME = re.compile(r"\d{8}T\d{6}Z")
_SEVEN_DECIMALS = re.compile(r"(\.\d{6})\d+")
_EPOCH = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
# Years that mean "no end" or "unknown" in the sources that write them.
_PLACEHOLDER_YEARS = {"0001", "1001", "2999", "9999"}


def iso_date(value: str | None) -> str | None:
    """The day of a machine-written date, as the source says it (no change of zone): ``2026-10-08``.

    Reads ISO 8601 dates and times, ``20261008``, ``20261008T131218Z``. None for an empty value or a placeholder
    year (``9999-12-31``). Raises ValueError for anything else.
    """
    text = (value or "").strip()
    if not text:
        return None
    if found := _COMPACT.match(text):
        text = "-".join(found.groups())
    day = date.fromisoformat(text[:10]).isoformat()
    return None if day[:4] in _PLACEHOLDER_YEARS else day


def iso_moment(value: str | None) -> str | None:
    """A machine-written time in UTC, ``2026-10-08T13:12:18Z``; without zone or time of day, its day alone.

    Also reads epoch milliseconds as ``/Date(1780272000000)/``. None for an empty value or a placeholder year.
    Raises ValueError for anything else.
    """
    text = (value or "").strip()
    if found := _EPOCH.fullmatch(text):
        return _utc(datetime.fromtimestamp(int(found[1]) / 1000, UTC))
    if found := _COMPACT_TIME.fullmatch(text):
        return _utc(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    if "T" not in text and " " not in text:
        return iso_date(text)
    moment = datetime.fromisoformat(_SEVEN_DECIMALS.sub(r"\1", text))
    if moment.tzinfo is None:
        return iso_date(text)
    return None if f"{moment.year:04}" in _PLACEHOLDER_YEARS else _utc(moment)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
