"""The search: newest first by default, true totals, one entry a publication."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.connect import Store
from db.groups import head_of, members_of
from db.index import MEMBER, day_key
from db.passages import Passage, opening, passages
from db.query import Query, Term, parse
from db.updates import get
from model.update import Update


@dataclass(frozen=True, slots=True)
class Hit:
    """An update that answers the query. ``also_at`` are the other members of its group, by listing."""

    update: Update
    passages: tuple[Passage, ...]
    also_at: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """``total`` counts all that answer, ``hits`` are the first of them; ``read_as`` is the query as we read it."""

    total: int
    hits: tuple[Hit, ...]
    read_as: str


def search(db: Store, query: str, *, limit: int) -> Results:
    """What answers ``query``, by day of publication, newest first. Never raises for anything typed."""
    asked = parse(query)
    if asked.hopeless:
        return Results(0, (), asked.read_as)
    ids, total = _heads(db, asked, limit)
    return Results(total, tuple(_hits(db, ids, asked.wanted)), asked.read_as)


def match_expression(asked: Query, *marks: str) -> str:
    """The expression for the index: each typed word is quoted, so none of it is syntax.

    ``marks`` are further words of the index that rows must have.
    """
    state = "state:any" if asked.everything else "state:visible"
    wanted = [*(f'"{mark}"' for mark in (state, *marks, *asked.tags)), *map(_quoted, asked.wanted)]
    unwanted = [*(f'"{tag}"' for tag in asked.untags), *map(_quoted, asked.unwanted)]
    if asked.published:
        unwanted.append('"published:none"')
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


def _heads(db: Store, asked: Query, limit: int) -> tuple[list[str], int]:
    """The newest answers, each the head of its group, and how many there are in all."""
    where, values = _where(asked)
    total = db.execute(f"SELECT count(*) FROM words WHERE {where}", values).fetchone()[0]
    members = _members(db, asked)
    rows = db.execute(
        f"SELECT rowid FROM words WHERE {where} ORDER BY rowid DESC LIMIT ?", [*values, limit + len(members)]
    )
    heads = {_key(db, head_of(db, _id(db, member))) for member in members}
    silent = {head for head in heads if not _answers(db, where, values, head)}
    shown = {key for (key,) in rows.fetchall() if key not in members} | heads
    return [_id(db, key) for key in sorted(shown, reverse=True)[:limit]], total - len(members) + len(silent)


def _members(db: Store, asked: Query) -> set[int]:
    """The keys of the answers that stand behind the head of their group."""
    where, values = _where(asked, MEMBER)
    return {key for (key,) in db.execute(f"SELECT rowid FROM words WHERE {where}", values).fetchall()}


def _answers(db: Store, where: str, values: Sequence[object], key: int) -> bool:
    """Whether the row of this key answers by itself."""
    return db.execute(f"SELECT 1 FROM words WHERE {where} AND rowid = ?", [*values, key]).fetchone() is not None


def _key(db: Store, update_id: str) -> int:
    return int(db.execute("SELECT key FROM updates WHERE id = ?", [update_id]).fetchone()[0])


def _id(db: Store, key: int) -> str:
    return str(db.execute("SELECT id FROM updates WHERE key = ?", [key]).fetchone()[0])


def _hits(db: Store, ids: Sequence[str], wanted: Sequence[Term]) -> Iterator[Hit]:
    for update_id in ids:
        update = get(db, update_id)
        others = [get(db, other) for other in members_of(db, update_id) if other != update_id]
        if update is not None:
            also_at = tuple(other for other in others if other is not None and other.listed_at)
            yield Hit(update, _passages(update, also_at, wanted), also_at)


def _passages(update: Update, also_at: Sequence[Update], wanted: Sequence[Term]) -> tuple[Passage, ...]:
    """From the text; else from the summary or a title; without any word asked for, the opening."""
    publications = [update.publication, *(other.publication for other in also_at)]
    if not wanted:
        start = opening(update.publication.summary or update.publication.text)
        return (start,) if start else ()
    texts = [version.text for publication in publications for version in publication.versions]
    rest = [publication.summary for publication in publications]
    titles = [version.title for publication in publications for version in publication.versions]
    return next((found for text in [*texts, *rest, *titles] if text and (found := passages(text, wanted))), ())
