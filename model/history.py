"""An update put together from its parts, and what a further part means for it. Pure.

Payloads arrive in any order and several times. The composition depends on the present version of each part alone,
never on the order in which they came.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from model.publication import Dated, Note, Part, Publication, Version

_T = TypeVar("_T")
_METADATA = (Part.RECORD, Part.HIT, Part.TEXT, Part.CONSOLIDATED, Part.PIECE)
_TEXT = (Part.TEXT, Part.RECORD, Part.CONSOLIDATED, Part.HIT, Part.PIECE)


class What(StrEnum):
    """What a further payload meant for an update."""

    NEW = "new"
    COMPLETED = "completed"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of an update's history before it is stored. ``at`` is the source's time, or None for ours."""

    at: str | None
    note: str | None
    fields: tuple[str, ...] = ()


def compose(parts: Iterable[Publication]) -> Publication:
    """The update that ``parts`` (at least one, all of one update) make together.

    Metadata come from the best part that has them, the text from the part that is most likely the full text;
    several pieces of a text are joined in their order. Languages, identifiers, dates and statements are united.
    """
    ranked = sorted(parts, key=_order(_METADATA))
    best = ranked[0]
    versions = _versions(ranked)
    primary = versions[0]
    return replace(
        best,
        piece="" if best.part is Part.RECORD else best.piece,
        lang=primary.lang,
        title=primary.title or _first(part.title for part in ranked) or "",
        url=primary.url or _first(part.url for part in ranked),
        text=primary.text,
        others=versions[1:],
        summary=_first(part.summary for part in ranked) or "",
        published=_first(part.published for part in ranked),
        identifiers=_identifiers(ranked),
        dates=_dates(ranked),
        statements=tuple(dict.fromkeys(said for part in ranked for said in part.statements)),
        notes=_first(part.notes for part in ranked) or (),
        corrects=_first(part.corrects for part in ranked) or (),
        follows=_first(part.follows for part in ranked),
        withdrawn=any(part.withdrawn for part in ranked),
    )


def step(before: Mapping[str, Publication], after: Mapping[str, Publication]) -> What:
    """What happened between two sets of parts (by part key; ``after`` holds all of ``before``'s keys).

    Other content of a part that we had is a revision by the source; a part that we had not completes the update; so
    does a further language.
    """
    if not before:
        return What.NEW
    was, known, now = compose(before.values()), compose(after[key] for key in before), compose(after.values())
    if _in_languages_of(was, known) != was:
        return What.REVISED
    return What.COMPLETED if now != was else What.UNCHANGED


def revisions(what: What, now: Publication, changed: tuple[str, ...], known: Iterable[Note]) -> tuple[Revision, ...]:
    """The entries that a step adds to the history of an update, oldest first; the last one is the present state.

    ``known`` are the source's notes that the history holds already.
    """
    seen = set(known)
    notes = [note for note in sorted(now.notes, key=lambda note: note.at) if note not in seen]
    if what is What.UNCHANGED or (what is What.COMPLETED and not notes):
        return ()
    if not notes:
        return (Revision(None, None, changed),)
    last = len(notes) - 1
    return tuple(Revision(note.at, note.text, changed if i == last else ()) for i, note in enumerate(notes))


def changed_fields(before: Publication, after: Publication) -> tuple[str, ...]:
    """The names of the fields that differ, in the order of the class."""
    names = (field.name for field in fields(Publication))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def reduced(publication: Publication) -> Publication:
    """What stays of an update that is not about our subject: title, link, day and number, no text."""
    bare = tuple(Version(version.lang, version.title, "", version.url) for version in publication.others)
    return replace(publication, text="", summary="", dates=(), statements=(), notes=(), others=bare)


def _order(ranks: Sequence[Part]) -> Callable[[Publication], tuple[int, bool, list[tuple[bool, int, str]]]]:
    """Best part first; of one rank the part without a piece, then pieces as a reader counts them (a2 before a10)."""

    def order(part: Publication) -> tuple[int, bool, list[tuple[bool, int, str]]]:
        runs = re.findall(r"([0-9]+)|([^0-9]+)", part.piece)
        return ranks.index(part.part), bool(part.piece), [(not n, int(n or 0), words) for n, words in runs]

    return order


def _first(values: Iterable[_T]) -> _T | None:
    return next((value for value in values if value), None)


def _versions(ranked: Sequence[Publication]) -> tuple[Version, ...]:
    """One version a language, the primary one first. A version without language counts as the primary one."""
    primary = _first(part.lang for part in ranked)
    by_language: dict[str | None, list[tuple[Publication, Version]]] = {primary: []}
    for part in ranked:
        for version in part.versions:
            by_language.setdefault(version.lang or primary, []).append((part, version))
    return tuple(_version(lang, found) for lang, found in by_language.items())


def _version(lang: str | None, found: Sequence[tuple[Publication, Version]]) -> Version:
    title = _first(version.title for _, version in found) or ""
    return Version(lang, title, _text(found), _first(version.url for _, version in found))


def _text(found: Sequence[tuple[Publication, Version]]) -> str:
    by_text = _order(_TEXT)
    ranked = sorted(((part, version.text) for part, version in found if version.text), key=lambda f: by_text(f[0]))
    if not ranked:
        return ""
    if ranked[0][0].part is Part.PIECE:
        return "\n".join(text for _, text in ranked)
    return ranked[0][1]


def _identifiers(ranked: Sequence[Publication]) -> dict[str, tuple[str, ...]]:
    united: dict[str, dict[str, None]] = {}
    for part in ranked:
        for scheme, values in part.identifiers.items():
            united.setdefault(scheme, {}).update(dict.fromkeys(values))
    return {scheme: tuple(values) for scheme, values in sorted(united.items()) if values}


def _dates(ranked: Sequence[Publication]) -> tuple[Dated, ...]:
    united: dict[tuple[str, str], Dated] = {}
    for part in ranked:
        for dated in part.dates:
            united.setdefault((dated.type, dated.date), dated)
    return tuple(united.values())


def _in_languages_of(was: Publication, now: Publication) -> Publication:
    """``now`` without the languages that ``was`` had not."""
    known = {version.lang for version in was.versions}
    return replace(now, others=tuple(version for version in now.others if version.lang in known))
