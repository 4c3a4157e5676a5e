"""The search: newest first by default, true totals, one entry a publication."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from db.connect import Store
from db.groups import members_of
from db.index import MEMBER, UNDATED, day_key
from db.passages import Passage, opening, passages
from db.query import Query, Term, parse
from db.updates import get
from model.source import Republish
from model.update import Update

Where = Literal["text", "summary", "title"]

# How much a word weighs in title, text, numbers and tags (bm25 of FTS5). What is of today weighs twice as much as what
# is very old, of last year one and a half times: among updates that fit equally well, the newer comes first.
_BEST = "bm25(words, 8.0, 1.0, 4.0, 0.0) * (1.0 + 1.0 / (1.0 + max(0, ? - rowid / ?) / 365.0)), rowid DESC"


@dataclass(frozen=True, slots=True)
class Hit:
    """An update that answers the query. ``also_at`` are the other members of its group, by listing.

    ``passages`` stand in the text, the summary or a title (``where``) of one of them, in the language ``lang`` (None:
    unknown).
    """

    update: Update
    passages: tuple[Passage, ...]
    also_at: tuple[Update, ...] = ()
    where: Where = "text"
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` counts all that answer, ``hits`` are those asked for; ``read_as`` is the query as we read it.

    ``next`` is the place in the default order before which the following hits stand; None where these are the last.
    """

    total: int
    hits: tuple[Hit, ...]
    read_as: str
    next: int | None = None


def search(
    db: Store,
    query: str,
    *,
    limit: int,
    offset: int = 0,
    before: int | None = None,
    best_on: date | None = None,
    shown: Mapping[str, Republish] | None = None,
    room: int | None = None,
) -> Results:
    """What answers ``query``: ``limit`` entries behind the first ``offset``. Never raises for anything typed.

    By day of publication, newest first, with ``before`` only those that stand before this place; with ``best_on``
    (today) those first that fit best. ``shown`` says how much of the words of each source passages may hold (of one
    that it does not name: nothing); None: all. With ``room`` the hits end with the one whose texts reach so many
    characters in all.
    """
    asked = parse(query)
    found = total(db, asked)
    if offset >= found:
        return Results(found, (), asked.read_as)
    last = offset + limit + 1  # one more tells whether these are the last
    keys = _best(db, asked, offset, last, best_on) if best_on else _newest(db, asked, offset, last, before)
    hits = tuple(_fitting(hits_of(db, [_id(db, key) for key in keys[:limit]], asked.wanted, shown), room))
    further = keys[len(hits) - 1] if hits and len(hits) < len(keys) else None
    return Results(found, hits, asked.read_as, further)


def total(db: Store, asked: Query) -> int:
    """How many entries answer: a group is one, whichever of its members answer."""
    if asked.hopeless:
        return 0
    where, values = _where(asked)
    rows = db.execute(f"SELECT count(*) FROM words WHERE {where}", values).fetchone()[0]
    behind = heads_behind(db, asked)
    silent = [head for head in set(behind.values()) if not _answers(db, where, values, head)]
    return int(rows) - len(behind) + len(silent)


def heads_behind(db: Store, asked: Query) -> dict[int, int]:
    """The answers that stand behind the head of their group: key of the head by key of the member."""
    where, values = _where(asked, MEMBER)
    rows = db.execute(
        "SELECT member.key, head.key FROM updates member JOIN group_members ON group_members.update_id = member.id"
        f" JOIN updates head ON head.id = head_id WHERE member.key IN (SELECT rowid FROM words WHERE {where})",
        values,
    )
    return dict(rows.fetchall())


def hits_of(
    db: Store, ids: Iterable[str], wanted: Sequence[Term], shown: Mapping[str, Republish] | None = None
) -> Iterator[Hit]:
    """The entries of these updates, with the passages where ``wanted`` stands."""
    for update_id in ids:
        update = get(db, update_id)
        others = [get(db, other) for other in members_of(db, update_id) if other != update_id]
        if update is not None:
            also_at = tuple(other for other in others if other is not None and other.listed_at)
            yield _hit(update, also_at, wanted, shown)


def _fitting(hits: Iterable[Hit], room: int | None) -> Iterator[Hit]:
    for hit in hits:
        yield hit
        if room is not None:
            room -= sum(len(version.text) for version in hit.update.publication.versions)
            if room <= 0:
                return


def answering(asked: Query) -> tuple[str, list[object]]:
    """Condition and values for the rows of the index that answer by themselves; what they ask for decides who sees."""
    return _where(asked)


def match_expression(asked: Query, *marks: str) -> str:
    """The expression for the index: each typed word is quoted, so none of it is syntax.

    ``marks`` are further words of the index that rows must have.
    """
    state = "state:any" if asked.everything else "state:visible"
    wanted = [*(f'"{mark}"' for mark in (state, *marks, *asked.tags)), *map(_quoted, asked.wanted)]
    unwanted = [*(f'"{tag}"' for tag in asked.untags), *map(_quoted, asked.unwanted)]
    if asked.published:
        unwanted.append(f'"{UNDATED}"')
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def visible_answers(db: Store, asked: Query, keys: Iterable[int]) -> set[int]:
    """Those of the rows with these keys that readers see and that answer by themselves."""
    if asked.hopeless:
        return set()
    where, values = _where(asked, "state:visible")
    return {key for key in keys if _answers(db, where, values, key)}


def visible_rows(asked: Query) -> tuple[str, list[object]]:
    """Condition and values for the rows of the index that readers see and that answer by themselves."""
    return _where(asked, "state:visible")


def rarest_need(db: Store, asked: Query) -> str | None:
    """The word of the index without which nothing answers; of several the rarest now. None: nothing is needed."""
    return min(sorted(needed_words(asked)), key=lambda word: _frequency(db, word), default=None)


def needed_words(asked: Query) -> set[str]:
    """The words of the index that each answer has."""
    return {*asked.tags, *(word for term in asked.wanted for word in (term.words[:-1] if term.prefix else term.words))}


def _frequency(db: Store, word: str) -> int:
    """In how many rows a word of the index stands; counted no further than tells rare from common."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT 10000)"
    return int(db.execute(sql, [f'"{word}"']).fetchone()[0])


def _quoted(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


def _where(asked: Query, *marks: str) -> tuple[str, list[object]]:
    """Condition and values for the rows of the index that answer and have these marks."""
    where = "words MATCH ?"
    values: list[object] = [match_expression(asked, *marks)]
    for sign, ranges in (("", asked.published), ("NOT ", asked.unpublished)):
        for first, last in ranges:
            where += f" AND {sign}rowid BETWEEN ? AND ?"
            values += [day_key(first), day_key(last + 1) - 1]
    return where, values


def _newest(db: Store, asked: Query, first: int, last: int, before: int | None) -> list[int]:
    """The keys of the entries ``first`` to ``last`` by day, each the head of its group."""
    where, values = _where(asked)
    behind = heads_behind(db, asked)
    end = day_key(date.max.toordinal() + 1) if before is None else before
    rows = db.execute(
        f"SELECT rowid FROM words WHERE {where} AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        [*values, end, last + len(behind)],
    ).fetchall()
    alone = {key for (key,) in rows if key not in behind}
    heads = {key for key in behind.values() if key < end}
    return sorted(alone | heads, reverse=True)[first:last]


def _best(db: Store, asked: Query, first: int, last: int, today: date) -> list[int]:
    """The keys of the entries ``first`` to ``last`` by how well they fit; a group by its best member."""
    where, values = _where(asked)
    behind = heads_behind(db, asked)
    rows = db.execute(
        f"SELECT rowid FROM words WHERE {where} ORDER BY {_BEST} LIMIT ?",
        [*values, today.toordinal(), day_key(1), last + len(behind)],
    ).fetchall()
    return list(dict.fromkeys(behind.get(key, key) for (key,) in rows))[first:last]


def _answers(db: Store, where: str, values: Sequence[object], key: int) -> bool:
    """Whether the row of this key answers by itself."""
    return db.execute(f"SELECT 1 FROM words WHERE {where} AND rowid = ?", [*values, key]).fetchone() is not None


def _id(db: Store, key: int) -> str:
    return str(db.execute("SELECT id FROM updates WHERE key = ?", [key]).fetchone()[0])


def _hit(
    update: Update, also_at: tuple[Update, ...], wanted: Sequence[Term], shown: Mapping[str, Republish] | None
) -> Hit:
    """With passages of the text; else of the summary or a title; without any word asked for, with the opening."""
    if not wanted:
        texts = [place for place in _places([update], shown) if place[1] != "title"]
        # A summary opens better than a text that begins with its letterhead.
        for text, where, lang in sorted(texts, key=lambda place: place[1] != "summary"):
            if start := opening(text):
                return Hit(update, (start,), also_at, where, lang)
        return Hit(update, (), also_at)
    for text, where, lang in _places([update, *also_at], shown):
        if found := passages(text, wanted):
            return Hit(update, found, also_at, where, lang)
    return Hit(update, (), also_at)


def _places(
    updates: Sequence[Update], shown: Mapping[str, Republish] | None
) -> Iterator[tuple[str, Where, str | None]]:
    """What may be shown of these updates with where it stands and its language: texts, then summaries, then titles."""
    may = [Republish.TEXT if shown is None else shown.get(one.publication.source, Republish.NONE) for one in updates]
    for one, much in zip(updates, may, strict=True):
        if much is Republish.TEXT:
            yield from ((v.text, "text", v.lang or one.tags.lang) for v in one.publication.versions if v.text)
    for one, much in zip(updates, may, strict=True):
        if much is not Republish.NONE and one.publication.summary:
            yield one.publication.summary, "summary", one.publication.lang or one.tags.lang
    for one in updates:
        yield from ((v.title, "title", v.lang or one.tags.lang) for v in one.publication.versions)
