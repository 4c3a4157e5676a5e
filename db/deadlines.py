"""What lies ahead: deadlines and entries into force that visible updates name."""

from dataclasses import dataclass
from datetime import date

from db.connect import Store
from db.query import parse
from db.search import visible_rows
from db.shown import JOINS, SHOWN
from model.codes import DateType

_YEAR = len("2026")


@dataclass(frozen=True, slots=True)
class Ahead:
    """A date that an entry names: ``YYYY-MM-DD``, or shorter where the source says no day."""

    date: str
    type: DateType
    update_id: str


def dates_ahead(db: Store, query: str, first: date, last: date | None = None) -> list[Ahead]:
    """Dates from ``first`` on, up to ``last`` where one is given, of entries that answer ``query``; the next first.

    A month counts while it is not over. A bare year is told only without an end: nobody knows where in it the day is.
    """
    asked = parse(query)
    if asked.hopeless:
        return []
    where, values = visible_rows(asked)
    end = last and last.isoformat()
    rows = db.execute(
        f"SELECT DISTINCT date, type, {SHOWN} AS shown FROM dates"
        f" JOIN updates ON updates.id = dates.update_id{JOINS}"
        " WHERE type IN ('deadline', 'effective') AND date >= substr(?, 1, length(date))"
        " AND (? IS NULL OR (date <= ? AND length(date) > ?)) AND shown IN"
        f" (SELECT {SHOWN} FROM updates{JOINS} WHERE updates.key IN (SELECT rowid FROM words WHERE {where}))"
        " ORDER BY date, type, shown",
        [first.isoformat(), end, end, _YEAR, *values],
    )
    return [Ahead(day, DateType(type_), update_id) for day, type_, update_id in rows.fetchall()]
