"""Single values of an XML or printed field; what cannot be read raises PayloadError with the field's name."""

import re

from extractors.dates import iso_date, iso_moment
from model.payload import PayloadError


def day(said: str | None, field: str) -> str | None:
    """The day in a machine-written date, None where there is none."""
    try:
        return iso_date(said)
    except ValueError as error:
        raise PayloadError(f"{field}: not a date: {said}") from error


def moment(said: str | None, field: str) -> str | None:
    """The time in UTC (its day where it has no zone), None where there is none."""
    try:
        return iso_moment(said)
    except ValueError as error:
        raise PayloadError(f"{field}: not a time: {said}") from error


def printed_day(said: str, field: str) -> str | None:
    """The first day printed as ``3.2.2022`` in a text, None where there is none."""
    found = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", said)
    return day("-".join((found[3], found[2].zfill(2), found[1].zfill(2))), field) if found else None


def count(said: str, field: str, default: int) -> int:
    """A whole number, ``default`` where there is none."""
    if said and not said.isdecimal():
        raise PayloadError(f"{field}: not a number: {said}")
    return int(said) if said else default
