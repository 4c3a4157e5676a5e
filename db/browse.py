"""What there is under each code, and when it came: the numbers of the pages to browse. They are the search's own."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from db.connect import Store
from db.feeds import jurisdictions
from db.query import parse
from db.search import total, visible_rows
from db.shown import JOINS, SHOWN
from model.codes import Kind, Sector, Topic

_MONTH = len("2026-11")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries readers see in all and under each code; jurisdictions are those that have any."""

    total: int
    jurisdictions: Mapping[str, int]
    topics: Mapping[str, int]
    sectors: Mapping[str, int]
    kinds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Months:
    """Entries by (month, kind), months as ``YYYY-MM``. ``undated`` are those whose source gives no month at all."""

    counts: Mapping[tuple[str, str], int]
    undated: int


def counts(db: Store) -> Counts:
    """The totals of the searches for each code."""
    return Counts(
        total=total(db, parse("")),
        jurisdictions=_totals(db, "jurisdiction", jurisdictions(db)),
        topics=_totals(db, "topic", Topic),
        sectors=_totals(db, "sector", Sector),
        kinds=_totals(db, "kind", Kind),
    )


def parts_of(db: Store, country: str) -> Mapping[str, int]:
    """The same for the parts of one country (``US``: ``US-CA``, …) that have any."""
    rows = db.execute(
        "SELECT DISTINCT code FROM jurisdictions JOIN tags USING (update_id) WHERE visible AND code > ? AND code < ?",
        [f"{country}-", f"{country}."],  # the full stop is the sign behind the hyphen
    )
    return _totals(db, "jurisdiction", (code for (code,) in rows.fetchall()))


def months(db: Store, query: str, first: str, last: str) -> Months:
    """The entries that answer ``query``, by the month and the kind, from the month ``first`` to ``last``.

    An entry counts by its head, or where that does not answer, by the member that does.
    """
    ours = _published(db, f"{query} published:{first}..{last}")
    dated = [(day[:_MONTH], kind) for day, kind in ours if len(day) >= _MONTH]
    never = total(db, parse(query)) - total(db, parse(f"{query} published:>=0001-01-01"))
    return Months(Counter(dated), never + len(ours) - len(dated))


def sources_of(db: Store, query: str) -> list[str]:
    """The ids of all sources that ever brought something that answers ``query``, in order."""
    where, values = visible_rows(parse(query))
    rows = db.execute(
        f"SELECT DISTINCT source FROM updates WHERE key IN (SELECT rowid FROM words WHERE {where}) ORDER BY source",
        values,
    )
    return [source for (source,) in rows.fetchall()]


def _totals(db: Store, name: str, codes: Iterable[str]) -> dict[str, int]:
    return {str(code): total(db, parse(f"{name}:{code}")) for code in codes}


def _published(db: Store, query: str) -> Collection[tuple[str, str]]:
    """(published, kind) of each entry that answers."""
    where, values = visible_rows(parse(query))
    rows = db.execute(
        f"SELECT {SHOWN}, publications.published, tags.kind FROM updates{JOINS}"
        " JOIN publications ON publications.update_id = updates.id"
        f" WHERE updates.key IN (SELECT rowid FROM words WHERE {where})"
        f" ORDER BY updates.id = {SHOWN}, listed_at DESC, seq DESC",  # the last one stays
        values,
    )
    return {shown: (published, kind) for shown, published, kind in rows.fetchall()}.values()
