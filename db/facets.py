"""The facets of a search: by which codes its answers could be narrowed down, and how many entries each would leave."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from db.connect import Store
from db.index import UNDATED, day_key
from db.query import Query
from db.search import answering, heads_behind

NAMES = ("jurisdiction", "topic", "kind", "stage", "sector", "concerns", "instrument", "source", "lang", "published")
MOST = 5_000
_UPPER = frozenset({"jurisdiction", "concerns"})


@dataclass(frozen=True, slots=True)
class Count:
    """A code of a facet, written as in the query language, and how many entries a search with it alone would find."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """``by_name`` has the counts of each facet by the name of its filter, most frequent first (years: newest first).

    Each is counted as if the query had no filter of its own name. ``cut`` is true where only the newest ``MOST``
    answers were counted.
    """

    by_name: Mapping[str, tuple[Count, ...]]
    cut: bool


def facets(db: Store, asked: Query, *, most: int = MOST) -> Facets:
    """The facets of a query, counted over its newest ``most`` answers."""
    if asked.hopeless:
        return Facets(dict.fromkeys(NAMES, ()), cut=False)
    tallies: dict[Query, tuple[dict[str, set[int]], bool]] = {}
    by_name = {}
    for name in NAMES:
        free = _without(asked, name)
        if free not in tallies:
            tallies[free] = _tally(db, free, most)
        by_name[name] = _counts(name, tallies[free][0])
    return Facets(by_name, cut=any(cut for _, cut in tallies.values()))


def _without(asked: Query, name: str) -> Query:
    """The query without what it asks of this facet; what it excludes stays excluded."""
    if name == "published":
        return replace(asked, published=())
    return replace(asked, tags=tuple(tag for tag in asked.tags if not tag.startswith(f"{name}:")))


def _tally(db: Store, asked: Query, most: int) -> tuple[dict[str, set[int]], bool]:
    """The entries by each mark that one of their answers has, and whether there are more than were looked at."""
    where, values = answering(asked)
    rows = db.execute(
        f"SELECT rowid, tags FROM words WHERE {where} ORDER BY rowid DESC LIMIT ?", [*values, most + 1]
    ).fetchall()
    behind = heads_behind(db, asked)
    found: dict[str, set[int]] = {}
    for key, marks in rows[:most]:
        for mark in _with_year(key, marks.split()):
            found.setdefault(mark, set()).add(behind.get(key, key))
    return found, len(rows) > most


def _with_year(key: int, marks: Iterable[str]) -> Iterator[str]:
    marks = list(marks)
    yield from marks
    if UNDATED not in marks:
        yield f"published:{date.fromordinal(key // day_key(1)).year}"


def _counts(name: str, tally: Mapping[str, set[int]]) -> tuple[Count, ...]:
    codes = {mark.removeprefix(f"{name}:"): len(found) for mark, found in tally.items() if mark.startswith(f"{name}:")}
    counts = [Count(code.upper() if name in _UPPER else code, count) for code, count in codes.items() if code != "none"]
    if name == "published":
        return tuple(sorted(counts, key=lambda one: one.code, reverse=True))
    return tuple(sorted(counts, key=lambda one: (-one.count, one.code)))
