"""What a search can be narrowed down to, and what it is already: links that rewrite the query. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.facets import Count, Facets
from db.query import Piece
from feeds.headline import jurisdiction_name, language_name, words
from model.instruments import instrument
from model.source import Source
from model.texts import _
from web.asking import Asking, text_of
from web.entry import source_name

_FIRST = 10
_LONGEST = 1_000
"""Bytes of a query that some hundred links of one page may repeat."""


@dataclass(frozen=True, slots=True)
class Option:
    """One code of a facet as a link: it narrows down, or takes back where it is ``chosen``."""

    label: str
    count: int
    path: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet: the options that stand open, and all others."""

    label: str
    first: tuple[Option, ...]
    rest: tuple[Option, ...]

    @property
    def total(self) -> int:
        return len(self.first) + len(self.rest)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of the query in words, and the address of the search without it."""

    label: str
    path: str


def groups(asking: Asking, facets: Facets, sources: Mapping[str, Source]) -> list[Group]:
    """The facets that have anything to choose."""
    found = (_group(asking, name, counts, sources) for name, counts in facets.by_name.items() if counts)
    return [group for group in found if group.total > 1 or any(option.chosen for option in group.first)]


def can_narrow(asking: Asking) -> bool:
    """Whether the query is short enough to be repeated in every link."""
    return len(text_of(asking.query.pieces).encode()) <= _LONGEST


def chips(asking: Asking, sources: Mapping[str, Source]) -> list[Chip]:
    """The filters of the query, in the order typed."""
    return [
        Chip(_chip(piece, sources), asking.path(asking.without(piece))) for piece in asking.query.pieces if piece.name
    ]


def facet_label(name: str) -> str:
    """What readers call the facet of a filter."""
    labels = {
        "jurisdiction": _("Jurisdiction"), "topic": _("Topic"), "kind": _("Kind"), "stage": _("Stage"),
        "sector": _("Sector"), "concerns": _("Concerns"), "instrument": _("Law or list"), "source": _("Source"),
        "lang": _("Language"), "published": _("Published"), "include": _("Also"),
    }  # fmt: skip
    return labels[name]


def _group(asking: Asking, name: str, counts: tuple[Count, ...], sources: Mapping[str, Source]) -> Group:
    chosen = {piece.value: piece for piece in asking.query.pieces if piece.name == name and not piece.minus}
    options = []
    for one in sorted(counts, key=lambda one: one.code not in chosen):
        is_chosen = one.code in chosen
        pieces = asking.without(chosen[one.code]) if is_chosen else asking.narrowed(name, one.code)
        options.append(Option(_value_label(name, one.code, sources), one.count, asking.path(pieces), is_chosen))
    return Group(facet_label(name), tuple(options[:_FIRST]), tuple(options[_FIRST:]))


def _chip(piece: Piece, sources: Mapping[str, Source]) -> str:
    said = f"{facet_label(piece.name)}: {_value_label(piece.name, piece.value, sources)}"
    return _("not {what}").format(what=said) if piece.minus else said


def _value_label(name: str, code: str, sources: Mapping[str, Source]) -> str:
    if name in ("jurisdiction", "concerns"):
        return jurisdiction_name(code)
    if name == "source":
        return source_name(code, sources)
    if name == "lang":
        return language_name(code)
    if name == "include":
        return _("what we judged not to be about the subject")
    if name == "instrument":
        known = instrument(code)
        return known.name if known else code
    return code if name == "published" else words(code)
