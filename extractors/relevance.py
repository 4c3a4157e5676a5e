"""Whether a text is about our subject, and which of its topics: what the word lists find, weighed by place."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.evidence import Reading, Sighting
from extractors.finder import Finder
from extractors.folding import Folded
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
# What stands at the beginning of a text is what it is about.
_HEAD = 1500
# A term in a text this long counts fully; in one ten times as long ten are needed: a code that touches the subject in
# one article of hundreds is not about it.
_PER_TERM = 3000


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


def judge(reading: Reading) -> Judgement:
    """The score of a text and the topics that it would have if it is relevant."""
    if not (_topic_finder().touches(reading.title) or _topic_finder().touches(reading.body)):
        return Judgement(0.0, (), {})
    found = reading.sightings(subject_finder())
    cues = _Cues(found)
    held = [one for one in found if one.entry.list.startswith(("topics/", "against/")) and cues.allow(one)]
    topics = [one for one in held if one.entry.list.startswith("topics/")]
    against = [one for one in held if one.entry.list.startswith("against/")]
    points, grounds = _points(topics, reading)
    minus = sum(_against(group, reading) for group in _by_code(against).values())
    score = 1 / (1 + math.exp((_MIDDLE - points + minus) / _STEEPNESS)) if points else 0.0
    return Judgement(round(score, 4), grounds, _topics(topics, reading))


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
        for one in sightings:
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

    def _anywhere(self, groups: Sequence[str]) -> bool:
        return any(self._places.get(group) for group in groups)

    def _near(self, one: Sighting, groups: Sequence[str]) -> bool:
        return any(
            cue.title == one.title
            and cue.start < one.end + _NEAR
            and cue.end > one.start - _NEAR
            # The words of the term itself are no cue for it.
            and (cue.end <= one.start or cue.start >= one.end)
            for group in groups
            for cue in self._places.get(group, ())
        )


def _points(sightings: Sequence[Sighting], reading: Reading) -> tuple[float, tuple[Sighting, ...]]:
    """Points of all distinct terms; of terms that overlap the weightiest counts, again and again a little more."""
    counted = _apart(one for one in sightings if POINTS[one.entry.strength])
    in_body = sum(not one.title for one in counted)
    share = min(1.0, _PER_TERM * in_body / max(1, len(reading.body.text)))
    worth: dict[tuple[str, ...], float] = {}
    for one in counted:
        place = _TITLE if one.title else 1.0 if one.start < _HEAD else share
        new = POINTS[one.entry.strength] * place
        old = worth.get(one.entry.words, 0.0)
        worth[one.entry.words] = max(old, new) + (0.1 * min(old, new) if old else 0.0)
    grounds = sorted(counted, key=lambda one: (-POINTS[one.entry.strength], not one.title, one.start))
    return sum(min(points, 8.0) for points in worth.values()), tuple(grounds[:5])


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
    in_body = sum(not one.title for one in seen)
    share = min(1.0, 2 * _PER_TERM * in_body / max(1, length))
    distinct: dict[tuple[str, ...], float] = {}
    for one in seen:
        place = _TITLE if one.title else 1.0 if one.start < _HEAD else share
        distinct[one.entry.words] = max(distinct.get(one.entry.words, 0.0), _TOPIC_POINTS[one.entry.strength] * place)
    return sum(distinct.values())
