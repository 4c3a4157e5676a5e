"""The lines of business that a text names."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from extractors.evidence import Reading, Sighting, outermost, stated
from extractors.finder import Finder
from extractors.wordlists import word_list
from model.codes import Facet
from model.tags import Evidence

_HEAD = 6000
_POINTS = {"sure": 1.0, "likely": 0.5, "hint": 0.25, "tag": 0.0}
# A short text is about what it names once; longer ones name many lines of business in passing.
_SHORT = 1000
_PER_NAME = 2000
_MOST = 5


@cache
def _finder(lang: str) -> Finder:
    return Finder([entry for entry in word_list("sectors") if entry.lang in (lang, "en")])


def found_sectors(reading: Reading, lang: str) -> list[Evidence]:
    """Evidence for each sector, by code. What the source says is added to what the text names."""
    said = [stated(one) for one in reading.publication.statements if one.facet is Facet.SECTOR]
    by_code: dict[str, list[Sighting]] = defaultdict(list)
    for one in outermost(reading.sightings(_finder(lang), head=_HEAD)):
        if one.entry.code != "none":
            by_code[one.entry.code].append(one)
    length = min(len(reading.body.text), _HEAD)
    needs = 1.0 if length <= _SHORT else max(2.0, length / _PER_NAME)
    found = [
        reading.evidence(Facet.SECTOR, code, seen[0])
        for code, seen in sorted(by_code.items())
        if any(one.title and one.entry.strength != "tag" for one in seen) or _worth(seen) >= needs
    ]
    if len(found) > _MOST:
        # A list of all lines of business is about none.
        found = [why for why in found if why.where == "title"]
    return [*said, *(why for why in found if why.code not in {one.code for one in said})]


def _worth(seen: Sequence[Sighting]) -> float:
    """Points of one sector; a word that is found in two languages counts once."""
    places = {one.start: _POINTS[one.entry.strength] for one in seen}
    return sum(places.values())
