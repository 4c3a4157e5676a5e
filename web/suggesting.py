"""What to try where a search was not understood or finds nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import pycountry

from db.connect import Store
from db.query import FILTERS, Piece, parse
from db.search import total
from feeds.headline import jurisdiction_name
from model.codes import Kind, Sector, Stage, Topic
from web.asking import Asking, text_of

_LIKE_A_FILTER = re.compile(r'(-?)"?([A-Za-z]+):([^"]+)"?')
_CODES = {"topic": tuple(Topic), "sector": tuple(Sector), "kind": tuple(Kind), "stage": tuple(Stage)}
_MOST = 8


@dataclass(frozen=True, slots=True)
class Try:
    """Another search: ``label`` is what is told of it, ``path`` its address, ``total`` what it finds."""

    label: str
    path: str
    total: int


def correction(db: Store, asking: Asking) -> Try | None:
    """The search that was probably meant, where something looks like a filter and is none: ``jursdiction:CA``."""
    pieces = asking.query.pieces
    near = tuple((not piece.name and _meant(piece)) or piece for piece in pieces[:_MOST]) + pieces[_MOST:]
    return None if near == pieces else _try(db, asking, text_of(near), near)


def without_each(db: Store, asking: Asking) -> list[Try]:
    """The same search without one of its first pieces, wherever that finds something; the most first."""
    if len(asking.query.pieces) < 2:
        return []
    tries = [_try(db, asking, piece.text, asking.without(piece)) for piece in asking.query.pieces[:_MOST]]
    return _finding(tries)


def each_alone(db: Store, asking: Asking) -> list[Try]:
    """What the first pieces of the search find each by itself; the most first."""
    if len(asking.query.pieces) < 2:
        return []
    wanted = [piece for piece in asking.query.pieces if not piece.minus]
    return _finding([_try(db, asking, piece.text, [piece]) for piece in wanted[:_MOST]])


def _finding(tries: Iterable[Try]) -> list[Try]:
    return sorted((one for one in tries if one.total), key=lambda one: -one.total)


def with_everything(db: Store, asking: Asking) -> int:
    """How many entries answer where what is judged not to be about the subject is searched too."""
    return total(db, replace(asking.query, everything=True))


def _try(db: Store, asking: Asking, label: str, pieces: Sequence[Piece]) -> Try:
    return Try(label, asking.path(pieces), total(db, parse(text_of(pieces))))


def _meant(piece: Piece) -> Piece | None:
    """The filter that ``piece`` resembles, as the grammar reads it."""
    found = _LIKE_A_FILTER.fullmatch(piece.text)
    if found is None:
        return None
    minus, typed, value = found[1], found[2].lower(), found[3].strip()
    near = typed if typed in FILTERS else next(iter(get_close_matches(typed, FILTERS, 1)), None)
    if near is None:
        return None
    for code in (value, *_near_codes(near, value)):
        read = parse(f"{minus}{near}:{code}").pieces
        if len(read) == 1 and read[0].name == near:
            return read[0]
    return None


def _near_codes(name: str, value: str) -> Iterator[str]:
    if name in _CODES:
        yield from get_close_matches(re.sub(r"[\s_]+", "-", value.lower()), _CODES[name], 1)
    elif name in ("jurisdiction", "concerns"):
        names = {jurisdiction_name(code).casefold(): code for code in _countries()}
        yield from (names[near] for near in get_close_matches(value.casefold(), names, 1, 0.8))


def _countries() -> Iterator[str]:
    yield from ("EU", "INT")
    yield from (str(country.alpha_2) for country in pycountry.countries)
