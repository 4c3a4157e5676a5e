"""What a source published, as its payloads say it: the first of the three layers.

Nothing here is derived by us (that is ``model.tags``) and nothing is ours (that is ``model.update``). A payload often
holds only a part of a publication: a row of a list, the metadata, the full text, one block of an act. Each such part
is a :class:`Publication` of its own; ``model.history.compose`` puts the parts of one update together.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from model.codes import DateType, Facet
from model.identity import update_id


class Part(StrEnum):
    """Which part of a publication a payload holds. Only a RECORD stands for the whole."""

    RECORD = "record"
    TEXT = "text"
    CONSOLIDATED = "consolidated"
    HIT = "hit"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that matters, with the words it was read from.

    ``date`` is ``YYYY-MM-DD``, or ``YYYY-MM`` or ``YYYY`` where the day is unknown.
    """

    type: DateType
    date: str
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the source itself says about a facet: a notice type, a bill's stage, an agency.

    ``words`` are the source's own ("Proposed Rule"); ``code`` is ours ("rulemaking").
    """

    facet: Facet
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of a history that the source itself keeps: RFC 3339 time or date, and the source's note."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A language version. ``lang`` is ISO 639-1, or None where the payload does not say."""

    lang: str | None
    title: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """One part of one update, as one payload holds it.

    ``native_id`` is the source's own id (see the identity table of the design). ``published`` is a date or an
    RFC 3339 time with Z, or None where this payload does not say. ``identifiers`` maps a scheme (celex, eli, fr_doc,
    docket, rin, bill, public_law, boe, bgbl, ecli, ilo) to the values that the payload gives. ``others`` are further
    languages in the same payload. ``piece`` names a part that exists several times (a block, a language).
    """

    source: str
    native_id: str
    title: str
    url: str | None
    part: Part = Part.RECORD
    piece: str = ""
    lang: str | None = None
    text: str = ""
    summary: str = ""
    published: str | None = None
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[Dated, ...] = ()
    statements: tuple[Statement, ...] = ()
    notes: tuple[Note, ...] = ()
    others: tuple[Version, ...] = ()
    corrects: tuple[str, ...] = ()
    follows: str | None = None
    withdrawn: bool = False

    @property
    def id(self) -> str:
        return update_id(self.source, self.native_id)

    @property
    def partial(self) -> bool:
        """Whether the payload holds less than the publication itself."""
        return self.part is not Part.RECORD

    @property
    def part_key(self) -> str:
        """What tells this part from the other parts of its update: ``record``, ``piece:a30``, ``text:fr``."""
        return f"{self.part}:{self.piece}" if self.piece else str(self.part)

    @property
    def versions(self) -> tuple[Version, ...]:
        """All language versions, the primary one first."""
        return (Version(self.lang, self.title, self.text, self.url), *self.others)


def publication_to_dict(publication: Publication) -> dict[str, Any]:
    """Plain JSON values, complete: ``publication_from_dict`` gives the same publication back."""
    return asdict(publication)


def publication_from_dict(values: Mapping[str, Any]) -> Publication:
    """The publication that ``publication_to_dict`` wrote down."""
    return Publication(
        **{
            **values,
            "part": Part(values["part"]),
            "identifiers": {scheme: tuple(found) for scheme, found in values["identifiers"].items()},
            "dates": tuple(Dated(DateType(d["type"]), d["date"], d["words"]) for d in values["dates"]),
            "statements": tuple(Statement(Facet(s["facet"]), s["code"], s["words"]) for s in values["statements"]),
            "notes": tuple(Note(**n) for n in values["notes"]),
            "others": tuple(Version(**v) for v in values["others"]),
            "corrects": tuple(values["corrects"]),
        }
    )
