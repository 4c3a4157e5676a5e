"""Whether a text is about our subject, and which of its topics: what the word lists find, weighed by place."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.evidence import Reading, Sighting
from extractors.finder import Finder
from extractors.folding import Folded
from extractors.languages import UNKNOWN
from extractors.wordlists import Conditions, word_list

# At or above UPPER an update is shown, between the bounds it waits for review. The score is a logistic function of the
# points: one sure term in the body (3 points) lies above UPPER, one likely term (1.5) in the room for review, a hint
# alone below LOWER. Lower bounds let more company statements and museum pages through than they find rules.
UPPER = 0.5
LOWER = 0.25

POINTS = {"sure": 3.0, "likely": 1.5, "hint": 0.5, "tag": 0.0}
_TOPIC_POINTS = {"sure": 3.0, "likely": 2.0, "tag": 1.5, "hint": 0.5}
_TOPIC_NEEDS = 1.5
_MIDDLE = 2.2
_STEEPNESS = 0.9
_TITLE = 2.0
_NEAR = 80
# No cue has more characters.
_LONGEST = 120
# What stands at the beginning of a text is what it is about; of a long one, a table of contents may stand there.
_HEAD = 1500
_UNOPENED = 0.5
_LONG = 20_000
_LONG_HEAD = 0.6
# Terms count fully where one page of two has some; a code that touches the subject in one article of hundreds, with
# however many words, is not about it. Squared, so that a few articles do not make it so either.
_PAGE = 1000
_PER_PAGE = 2 * _PAGE
# Where a publisher names itself, in characters.
_SENDER = 250
# Languages whose terms are read in each other's texts; English ones are read everywhere.
_KIN = {"no": {"da", "sv"}, "da": {"no"}, "sv": {"no"}, "id": {"ms"}, "ms": {"id"}, "cs": {"sk"}, "sk": {"cs"}}


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` 0 to 1; ``grounds`` are the sightings that decided, the weightiest first; ``topics`` by code."""

    score: float
    grounds: tuple[Sighting, ...]
    topics: Mapping[str, tuple[Sighting, ...]]


@cache
def subject_finder() -> Finder:
    """Finds topics, what speaks against relevance, and the cues that both are conditional on."""
    return Finder([entry for name in ("topics", "against", "cues") for entry in word_list(name)])


@cache
def _topic_finder() -> Finder:
    """Only the terms that say something about relevance: the gate before everything else."""
    return Finder(entry for entry in word_list("topics") if POINTS[entry.strength])


def mentions_subject(words: str) -> bool:
    """Whether a title or summary holds any term that makes a text relevant, whatever its conditions."""
    return bool(_topic_finder().find(Folded(words)))


def judge(reading: Reading, lang: str = UNKNOWN) -> Judgement:
    """The score of a text in ``lang`` and the topics that it would have if it is relevant."""
    if not (_topic_finder().touches(reading.title) or _topic_finder().touches(reading.body)):
        return Judgement(0.0, (), {})
    found = [one for one in reading.sightings(subject_finder()) if _meant(one, lang)]
    cues = _Cues(found)
    held = [one for one in found if one.entry.list.startswith(("topics/", "against/")) and cues.allow(one)]
    topics = [one for one in held if one.entry.list.startswith("topics/")]
    against = [one for one in held if one.entry.list.startswith("against/")]
    points, grounds = _points(topics, reading)
    signs = _by_code(against)
    if cues.sent_by("publicbody"):
        signs.pop("statement", None)
    minus = sum(_against(group, reading) for group in signs.values())
    if _own_statement(signs.get("statement", ())):
        minus = max(minus, points)
    score = 1 / (1 + math.exp((_MIDDLE - points + minus) / _STEEPNESS)) if points else 0.0
    return Judgement(round(score, 4), grounds, _topics(topics, reading))


def _meant(one: Sighting, lang: str) -> bool:
    """Whether a term counts in a text of this language: *or* is gold in French only. Sure terms are sure anywhere."""
    return (
        lang == UNKNOWN
        or one.entry.lang in ("en", lang)
        or one.entry.lang in _KIN.get(lang, ())
        or (one.entry.strength == "sure" and one.entry.list.startswith("topics/"))
    )


def _own_statement(signs: Iterable[Sighting]) -> bool:
    """Whether two sure signs say that this is a company's own statement: what it says of the subject is no rule."""
    return len({one.entry.words for one in signs if one.entry.strength == "sure"}) > 1


def _against(sightings: Sequence[Sighting], reading: Reading) -> float:
    """Points against, twice as many where a second sure term of the same group makes it certain."""
    points, _ = _points(sightings, reading)
    sure = {one.entry.words for one in sightings if one.entry.strength == "sure"}
    return 2 * points if len(sure) > 1 else points


def _by_code(sightings: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    groups: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        groups[one.entry.code].append(one)
    return groups


class _Cues:
    """Where the groups of cues stand, asked by the conditions of entries."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        self._places: dict[str, list[Sighting]] = defaultdict(list)
        for one in sorted(sightings, key=_place):
            if one.entry.list.startswith("cues/"):
                self._places[one.entry.code].append(one)

    def allow(self, one: Sighting) -> bool:
        conditions = one.entry.conditions
        return conditions == Conditions() or (
            (not conditions.near or self._near(one, conditions.near))
            and not (conditions.far and self._near(one, conditions.far))
            and (not conditions.along or self._anywhere(conditions.along))
            and not (conditions.without and self._anywhere(conditions.without))
        )

    def sent_by(self, group: str) -> bool:
        """Whether the title or the very beginning names one of the group."""
        return any(one.title or one.start < _SENDER for one in self._places.get(group, ()))

    def _anywhere(self, groups: Sequence[str]) -> bool:
        return any(self._places.get(group) for group in groups)

    def _near(self, one: Sighting, groups: Sequence[str]) -> bool:
        return any(
            # The words of the term itself are no cue for it.
            cue.end > one.start - _NEAR and (cue.end <= one.start or cue.start >= one.end)
            for group in groups
            for cue in self._about(one, self._places.get(group, ()))
        )

    @staticmethod
    def _about(one: Sighting, cues: Sequence[Sighting]) -> Sequence[Sighting]:
        """The cues that begin near enough, found without reading them all."""
        first = bisect_left(cues, (not one.title, one.start - _NEAR - _LONGEST), key=_place)
        last = bisect_left(cues, (not one.title, one.end + _NEAR), key=_place)
        return cues[first:last]


def _place(one: Sighting) -> tuple[bool, int]:
    return not one.title, one.start


def _points(sightings: Sequence[Sighting], reading: Reading) -> tuple[float, tuple[Sighting, ...]]:
    """Points of all distinct terms; of terms that overlap the weightiest counts, again and again a little more."""
    counted = _apart(one for one in sightings if POINTS[one.entry.strength])
    places = _Places(counted, len(reading.body.text), _PER_PAGE)
    worth: dict[tuple[str, ...], float] = {}
    for one in counted:
        new = POINTS[one.entry.strength] * places.weight(one)
        old = worth.get(one.entry.words, 0.0)
        worth[one.entry.words] = max(old, new) + (0.1 * min(old, new) if old else 0.0)
    grounds = sorted(counted, key=lambda one: (-POINTS[one.entry.strength], not one.title, one.start))
    return sum(min(points, 8.0) for points in worth.values()), tuple(grounds[:5])


class _Places:
    """How much a sighting counts by where it stands: title, beginning, or how densely a text is sown with its like."""

    def __init__(self, sightings: Sequence[Sighting], length: int, per_page: int) -> None:
        pages = len({one.start // _PAGE for one in sightings if not one.title})
        opened = any(one.title or one.start < _HEAD for one in sightings)
        self._share = min(1.0, per_page * pages / max(1, length)) ** 2 * (1.0 if opened else _UNOPENED)
        self._head = max(_LONG_HEAD, self._share) if length > _LONG else 1.0

    def weight(self, one: Sighting) -> float:
        return _TITLE if one.title else self._head if one.start < _HEAD else self._share


def _apart(sightings: Iterable[Sighting]) -> list[Sighting]:
    taken: list[Sighting] = []
    ordered = sorted(
        sightings, key=lambda one: (-POINTS[one.entry.strength], one.start - one.end, not one.title, one.start)
    )
    occupied: dict[bool, set[int]] = {True: set(), False: set()}
    for one in ordered:
        cells = range(one.start, one.end)
        if not any(cell in occupied[one.title] for cell in (one.start, one.end - 1)):
            occupied[one.title].update(cells)
            taken.append(one)
    return sorted(taken, key=lambda one: (not one.title, one.start))


def _topics(sightings: Sequence[Sighting], reading: Reading) -> dict[str, tuple[Sighting, ...]]:
    """Topics with enough said about them, each with its best sightings."""
    length = len(reading.body.text)
    return {
        code: tuple(sorted(seen, key=lambda one: (-_TOPIC_POINTS[one.entry.strength], not one.title, one.start))[:3])
        for code, seen in sorted(_by_code(sightings).items())
        if _weight(seen, length) >= _TOPIC_NEEDS
    }


def _weight(seen: Sequence[Sighting], length: int) -> float:
    places = _Places(seen, length, 3 * _PER_PAGE)
    distinct: dict[tuple[str, ...], float] = {}
    for one in seen:
        points = _TOPIC_POINTS[one.entry.strength] * places.weight(one)
        distinct[one.entry.words] = max(distinct.get(one.entry.words, 0.0), points)
    return sum(distinct.values())
