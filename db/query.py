"""What people type, understood: words, "phrases", -not and filters. Pure; any text is a query, none raises.

What is no filter that we know is searched as it stands; ``read_as`` shows the query as it was read.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from extractors.normalise import words
from extractors.tidy import one_line
from model.codes import Kind, Sector, Stage, Topic
from model.instruments import instrument

GRAMMAR = 2
"""The version of the language. It moves with any change after which a saved search could answer otherwise, also one of
the normalisation of words."""

_MOST_TERMS = _MOST_FILTERS = 64  # SQLite reads no expression of any depth
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
_PLACE = re.compile(r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?|INT)")
_ALIASES = {"UK": "GB", "EL": "GR"}
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_COMPARED = re.compile(r"(<=|>=|<|>)(.*)")

Days = tuple[int, int]
"""First and last day, as ordinals of ``datetime.date``."""


@dataclass(frozen=True, slots=True)
class Term:
    """Normalised words that stand in a row; ``prefix`` where the last one is the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a query: ``text`` as we read it, and typed again it means the same.

    A filter has its ``name`` (``topic``) and ``value`` (``import-ban``), words have neither. ``minus`` is true where it
    excludes.
    """

    text: str
    name: str = ""
    value: str = ""
    minus: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read.

    ``tags`` are words of the index (``topic:import-ban``). ``everything`` includes what is not about our subject.
    ``hopeless`` is true where something was typed that no text can hold as a word ("§"). ``pieces`` are what the query
    was made of, in the order typed.
    """

    read_as: str = ""
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    published: tuple[Days, ...] = ()
    unpublished: tuple[Days, ...] = ()
    everything: bool = False
    hopeless: bool = False
    pieces: tuple[Piece, ...] = field(default=(), compare=False)


def parse(text: str) -> Query:
    """The query that ``text`` is.

    >>> parse('topic:import-ban "forced labour" -cotton').read_as
    'topic:import-ban "forced labour" -cotton'
    """
    reader = _Reader()
    for found in _PIECE.finditer(one_line(text).translate(_QUOTES)):
        reader.take(found["minus"] or "", found["name"], found["bare"], found["quoted"])
    query = reader.query()
    if query == Query() and one_line(text):
        return Query(f"{one_line(text)} (no word to search for)", hopeless=True)
    return query


def term(text: str) -> Term | None:
    """The words of ``text`` in a row, or None where it holds none.

    In scripts without blanks the lonely last character is not asked for, since the text may go on; a single
    character asks for everything that begins with it.
    """
    found = list(words(text))
    if found and found[-1].last:
        found.pop()
    if not found:
        return None
    end = found[-1]
    return Term(tuple(word.term for word in found), end.dense and len(end.term) == 1)


class _Reader:
    """Collects the pieces of one query."""

    def __init__(self) -> None:
        self._read: list[Piece] = []
        self._terms: dict[str, list[Term]] = {"": [], "-": []}
        self._tags: dict[str, list[str]] = {"": [], "-": []}
        self._days: dict[str, list[Days]] = {"": [], "-": []}
        self._everything = False
        self._left_out = 0

    def take(self, minus: str, name: str | None, bare: str | None, quoted: str | None) -> None:
        value = bare if quoted is None else quoted
        if name and self._take_filter(minus, name.lower(), value or ""):
            return
        self._take_words(minus, f"{name}:{value}" if name else value or "", quoted is not None)

    def query(self) -> Query:
        read = [piece.text for piece in self._read]
        if self._left_out:
            read.append(f"… ({self._left_out} more words left out)")
        return Query(
            read_as=" ".join(read),
            wanted=tuple(self._terms[""]),
            unwanted=tuple(self._terms["-"]),
            tags=tuple(self._tags[""]),
            untags=tuple(self._tags["-"]),
            published=tuple(self._days[""]),
            unpublished=tuple(self._days["-"]),
            everything=self._everything,
            pieces=tuple(self._read),
        )

    def _take_filter(self, minus: str, name: str, value: str) -> bool:
        """Whether ``name:value`` is a filter."""
        days = published_days(value) if name == "published" else None
        code = _CODES[name](value) if name in _CODES else None
        if name == "include" and not minus and value.lower() == "all":
            code = "all"
        if days is None and code is None:
            return False
        if sum(bool(piece.name) for piece in self._read) == _MOST_FILTERS:
            self._left_out += 1
            return True
        if days:
            self._days[minus].append(days)
        elif name == "include":
            self._everything = True
        else:
            self._tags[minus].append(f"{name}:{code}".lower())
        self._read.append(Piece(f"{minus}{name}:{code or value}", name, code or value, bool(minus)))
        return True

    def _take_words(self, minus: str, text: str, quoted: bool) -> None:
        asked = term(text)
        if asked is None:
            return
        if sum(map(len, self._terms.values())) == _MOST_TERMS:
            self._left_out += 1
            return
        self._terms[minus].append(asked)
        in_a_row = quoted or len([c for c in re.split(r"\W+", text) if c]) > 1
        self._read.append(Piece(f'{minus}"{text}"' if in_a_row else f"{minus}{text}", minus=bool(minus)))


def published_days(value: str) -> Days | None:
    """The days that ``2026``, ``2026-10``, ``2026-10-08``, ``a..b``, ``<a``, ``<=a``, ``>a`` or ``>=a`` mean."""
    first, last = date.min.toordinal(), date.max.toordinal()
    if ".." in value:
        start, _, end = value.partition("..")
        since, until = _days(start) if start else (first, first), _days(end) if end else (last, last)
        return (since[0], until[1]) if since and until and (start or end) else None
    if found := _COMPARED.fullmatch(value):
        if (days := _days(found[2])) is None:
            return None
        bounds = {"<": (first, days[0] - 1), "<=": (first, days[1]), ">": (days[1] + 1, last), ">=": (days[0], last)}
        return bounds[found[1]]
    return _days(value)


def _days(value: str) -> Days | None:
    found = _DAY.fullmatch(value)
    if not found:
        return None
    year, month, day = found.groups()
    try:
        start = date(int(year), int(month or 1), int(day or 1))
        if day:
            return start.toordinal(), start.toordinal()
        last = int(month or 12)
        end = date(start.year, last, monthrange(start.year, last)[1])
    except ValueError:
        return None
    return start.toordinal(), end.toordinal()


def _place(value: str) -> str | None:
    """A code of a country, state or body; two countries also under the codes that people know."""
    code = value.upper()
    code = _ALIASES.get(code[:2], code[:2]) + code[2:]
    return code if _PLACE.fullmatch(code) else None


def _one_of(codes: type[StrEnum]) -> Callable[[str], str | None]:
    known = {str(code) for code in codes}
    return lambda value: value.lower() if value.lower() in known else None


def _written(pattern: str) -> Callable[[str], str | None]:
    return lambda value: value.lower() if re.fullmatch(pattern, value.lower(), re.ASCII) else None


_CODES: dict[str, Callable[[str], str | None]] = {
    "jurisdiction": _place,
    "concerns": _place,
    "topic": _one_of(Topic),
    "sector": _one_of(Sector),
    "kind": _one_of(Kind),
    "stage": _one_of(Stage),
    "source": _written(r"[a-z0-9]+(_[a-z0-9]+)+"),
    "lang": _written(r"[a-z]{2,3}"),
    "instrument": lambda value: value.lower() if instrument(value.lower()) else None,
}

FILTERS = (*_CODES, "published", "include")
"""The names of all filters."""
