"""What sort of publication it is, and where the rule stands after it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from extractors.evidence import Reading, Sighting, outermost, stated
from extractors.finder import Finder
from extractors.wordlists import word_list
from model.codes import DateType, Facet, Kind, Stage
from model.publication import Dated
from model.tags import Evidence

_HEAD = 1500
_NEAR_TOP = 400
_POINTS = {"sure": 3.0, "likely": 1.5, "hint": 0.5, "tag": 0.0}
_TITLE = 2.5
_TITLE_FIRST = 3.5
_ORDER = [str(kind) for kind in Kind]
# How much more a kind's words mean than those of guidance: a bill or a request for comments is called so, while every
# publication speaks of reports and meetings.
_SPECIFIC = {"bill": 1.2, "rulemaking": 1.4, "consultation": 1.3, "report": 0.9, "news": 0.6}
# Which stages a kind can have, besides ``none``; the first is what it has where nothing else is said.
_STAGES: Mapping[Kind, tuple[Stage, ...]] = {
    Kind.BILL: (Stage.PROPOSED, Stage.PASSED, Stage.WITHDRAWN),
    Kind.LEGISLATION: (Stage.IN_FORCE, Stage.ADOPTED, Stage.AMENDED, Stage.POSTPONED, Stage.REPEALED),
    Kind.RULEMAKING: (Stage.PROPOSED, Stage.CONSULTATION, Stage.WITHDRAWN),
    Kind.CONSULTATION: (Stage.CONSULTATION,),
    Kind.ENFORCEMENT: (Stage.NONE, Stage.IN_FORCE),
    Kind.POLICY: (Stage.ADOPTED, Stage.PROPOSED),
    Kind.GUIDANCE: (Stage.NONE, Stage.AMENDED),
    Kind.JUDGMENT: (Stage.NONE,),
    Kind.REPORT: (Stage.NONE,),
    Kind.NEWS: (Stage.NONE,),
}
# An order against goods or persons is in force when it is made.
_AT_ONCE = {"import-ban", "sanctions"}


@cache
def _finder(name: str, lang: str) -> Finder:
    return Finder([entry for entry in word_list(name) if entry.lang in (lang, "en")])


def found_kind(reading: Reading, lang: str, *, glance: bool) -> Evidence:
    """Evidence for the one kind: the source's word, else the heaviest in title and beginning, else news.

    ``glance`` reads less of the beginning: nobody sees the kind of a text that is not relevant.
    """
    if said := [one for one in reading.publication.statements if one.facet is Facet.KIND]:
        return stated(said[0])
    by_code = _weighed(reading.sightings(_finder("kinds", lang), head=_NEAR_TOP if glance else _HEAD))
    if not by_code:
        return reading.opening(Facet.KIND, Kind.NEWS, "kinds:nothing said")
    code = max(by_code, key=lambda code: (by_code[code][0] * _SPECIFIC.get(code, 1.0), -_ORDER.index(code)))
    return reading.evidence(Facet.KIND, code, by_code[code][1])


def found_stage(
    reading: Reading, lang: str, kind: Kind, topics: Collection[str], dates: Collection[tuple[Dated, Evidence]] = ()
) -> Evidence:
    """Evidence for the one stage: the source's word, else the heaviest that the kind can have, else its usual one.

    A text without topics is not relevant, and its stage not worth a search.
    """
    if said := [one for one in reading.publication.statements if one.facet is Facet.STAGE]:
        return stated(said[0])
    usual, *others = _STAGES[kind]
    if kind is Kind.ENFORCEMENT and set(topics) & _AT_ONCE:
        usual = Stage.IN_FORCE
    if others and topics:
        seen = reading.sightings(_finder("stages", lang), head=_HEAD)
        by_code = _weighed([one for one in seen if one.entry.code in others and _counts(kind, one)])
        if by_code:
            code, (points, one) = max(by_code.items(), key=lambda item: (item[1][0], item[0]))
            if points >= _POINTS["sure"]:
                return reading.evidence(Facet.STAGE, code, one)
    if kind is Kind.LEGISLATION and topics and (later := _takes_effect_later(dates)):
        return later
    return reading.opening(Facet.STAGE, usual, f"stages:usual for {kind}")


def _takes_effect_later(dates: Collection[tuple[Dated, Evidence]]) -> Evidence | None:
    """Evidence that a rule was made but does not apply yet on the day of its publication."""
    published = min((dated.date for dated, _ in dates if dated.type is DateType.PUBLISHED), default=None)
    for dated, why in dates:
        if dated.type is DateType.EFFECTIVE and published and dated.date > published:
            return replace(why, facet=Facet.STAGE, code=str(Stage.ADOPTED), rule="stages:takes effect later")
    return None


def _place(one: Sighting) -> float:
    """What a title begins with is what the publication calls itself."""
    if one.title:
        return _TITLE_FIRST if one.start < 5 else _TITLE
    return 1.0 if one.start < _NEAR_TOP else 0.5


def _counts(kind: Kind, one: Sighting) -> bool:
    """Guidance, policy and enforcement speak of the stages of other rules: only the title and first words count."""
    return kind not in (Kind.GUIDANCE, Kind.POLICY, Kind.ENFORCEMENT) or one.title or one.start < _NEAR_TOP


def _weighed(sightings: Sequence[Sighting]) -> dict[str, tuple[float, Sighting]]:
    """Points of each code, and its best sighting."""
    worth: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    best: dict[str, tuple[float, Sighting]] = {}
    for one in outermost(sightings):
        code = one.entry.code
        points = _POINTS[one.entry.strength] * _place(one)
        worth[code][one.entry.words] = max(points, worth[code].get(one.entry.words, 0.0))
        if code not in best or points > best[code][0]:
            best[code] = (points, one)
    return {code: (sum(worth[code].values()), best[code][1]) for code in sorted(worth)}
