"""What we derive from a publication: the second of the three layers. It can be recomputed at any time."""

from dataclasses import dataclass
from typing import Literal

from model.codes import Facet, Kind, Stage
from model.publication import Dated

Where = Literal["title", "body", "source"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one code was given.

    ``words`` are the words as they stand in the title, in the text or in what the source says (``where``);
    ``start`` and ``end`` are their offsets there in characters (0 and 0 for ``source``). ``rule`` names the entry of
    the word list or the rule that decided ("topics/forced-labour:en:forced labour", "source:type").
    """

    facet: Facet
    code: str
    rule: str
    words: str
    start: int
    end: int
    where: Where


@dataclass(frozen=True, slots=True)
class Tags:
    """All that the taxonomy asks about one update, with the evidence for it.

    ``score`` is between 0 and 1. At or above the upper bound ``relevant`` is true; between the bounds ``review`` is.
    """

    relevant: bool
    review: bool
    score: float
    lang: str
    jurisdictions: tuple[str, ...]
    concerns: tuple[str, ...]
    topics: tuple[str, ...]
    sectors: tuple[str, ...]
    kind: Kind
    stage: Stage
    dates: tuple[Dated, ...]
    instruments: tuple[str, ...]
    evidence: tuple[Evidence, ...]
