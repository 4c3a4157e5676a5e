"""A search as its address asks for it, and the addresses of searches next to it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from db.query import Piece, Query, parse
from extractors.tidy import one_line
from feeds.memory import LONGEST_QUERY
from feeds.plain import plain

PAGE = 20
"""Entries a page."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What an address asks for.

    ``typed`` is the query on one line, no longer than a feed of it may be; ``length`` how many characters it had.
    ``best``: those first that fit best, else the newest. Pages are counted from 1.
    """

    typed: str
    length: int
    query: Query
    best: bool
    page: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE

    def path(self, pieces: Iterable[Piece] | str | None = None, *, page: int = 1, best: bool | None = None) -> str:
        """The address below the site of this search, of another page of it, or of the same with other ``pieces``."""
        return address(self.typed if pieces is None else pieces, page=page, best=self.best if best is None else best)

    def without(self, unwanted: Piece) -> tuple[Piece, ...]:
        """All pieces but this one."""
        return tuple(piece for piece in self.query.pieces if piece is not unwanted)

    def narrowed(self, name: str, code: str) -> tuple[Piece, ...]:
        """The pieces with ``name:code`` in place of what the query asks of this facet; what it excludes stays so."""
        kept = (piece for piece in self.query.pieces if piece.name != name or piece.minus)
        return (*kept, Piece(f"{name}:{code}", name, code))


def asking(q: str, sort: str, page: str) -> Asking:
    """What somebody asks for; a sort or a page that is none is the first."""
    line = plain(one_line(q))
    typed = line[:LONGEST_QUERY].strip()
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 10 else 1
    return Asking(typed, len(line), parse(typed), sort == "best", max(number, 1))


def text_of(pieces: Iterable[Piece]) -> str:
    """The query that these pieces make."""
    return " ".join(piece.text for piece in pieces)


def address(query: Iterable[Piece] | str, *, page: int = 1, best: bool = False) -> str:
    """The address of a search below the site, the same for everybody who types it."""
    values = {"q": query if isinstance(query, str) else text_of(query)}
    if best:
        values["sort"] = "best"
    if page > 1:
        values["page"] = str(page)
    return f"/search?{urlencode(values)}"
