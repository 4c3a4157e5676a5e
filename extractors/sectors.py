"""The lines of business that a text names."""

from collections import defaultdict
from functools import cache

from extractors.evidence import Reading, Sighting, stated
from extractors.finder import Finder
from extractors.wordlists import word_list
from model.codes import Facet
from model.tags import Evidence

_HEAD = 6000
_POINTS = {"sure": 1.0, "likely": 0.5, "hint": 0.25, "tag": 0.0}
# Long texts name many lines of business in passing.
_PER_NAME = 2500


@cache
def _finder(lang: str) -> Finder:
    return Finder([entry for entry in word_list("sectors") if entry.lang in (lang, "en")])


def found_sectors(reading: Reading, lang: str) -> list[Evidence]:
    """Evidence for each sector, by code. What the source says is added to what the text names."""
    said = [stated(one) for one in reading.publication.statements if one.facet is Facet.SECTOR]
    by_code: dict[str, list[Sighting]] = defaultdict(list)
    for one in reading.sightings(_finder(lang), head=_HEAD):
        by_code[one.entry.code].append(one)
    length = min(len(reading.body.text), _HEAD)
    found = [
        reading.evidence(Facet.SECTOR, code, seen[0])
        for code, seen in sorted(by_code.items())
        if any(one.title for one in seen)
        or sum(_POINTS[one.entry.strength] for one in seen) >= max(1, length / _PER_NAME)
    ]
    return [*said, *(why for why in found if why.code not in {one.code for one in said})]
