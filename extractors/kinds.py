"""What sort of publication it is, and where the rule stands after it."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
_SPECIFIC = {"bill": 1.2, "rulemaking": 1.6, "consultation": 1.45, "report": 0.9, "news": 0.6}
# Which stages a kind can have, besides ``none``; the first is what it has where nothing else is said.
_STAGES: Mapping[Kind, tuple[Stage, ...]] = {
    Kind.BILL: (Stage.PROPOSED, Stage.PASSED, Stage.WITHDRAWN),
    Kind.LEGISLATION: (Stage.IN_FORCE, Stage.ADOPTED, Stage.AMENDED, Stage.POSTPONED, Stage.REPEALED),
    Kind.RULEMAKING: (Stage.PROPOSED, Stage.CONSULTATION, Stage.WITHDRAWN),
    Kind.CONSULTATION: (Stage.CONSULTATION,),
    Kind.ENFORCEMENT: (Stage.NONE, Stage.IN_FORCE, Stage.REPEALED, Stage.WITHDRAWN),
    Kind.POLICY: (Stage.ADOPTED, Stage.PROPOSED),
    Kind.GUIDANCE: (Stage.NONE, Stage.AMENDED),
    Kind.JUDGMENT: (Stage.NONE,),
    Kind.REPORT: (Stage.NONE,),
    Kind.NEWS: (Stage.NONE,),
}
# How many points say a stage: of what is under way one sure word anywhere in the beginning, else near the top.
_UNDER_WAY = (Kind.BILL, Kind.RULEMAKING)
_SAID_ANYWHERE = 1.5
_SAID = 2.5
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
    if code == Kind.CONSULTATION and by_code.get(Kind.RULEMAKING, (0.0,))[0] >= _POINTS["sure"]:
        code = str(Kind.RULEMAKING)  # A draft rule with comments open is a draft rule.
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
            if points >= (_SAID_ANYWHERE if kind in _UNDER_WAY else _SAID):
                return reading.evidence(Facet.STAGE, code, one)
    if kind is Kind.LEGISLATION and (later := _takes_effect_later(dates)):
        return later
    if kind is Kind.RULEMAKING and (open_until := _comments_close(dates)):
        return open_until
    return reading.opening(Facet.STAGE, usual, f"stages:usual for {kind}")


def _comments_close(dates: Collection[tuple[Dated, Evidence]]) -> Evidence | None:
    """Evidence that a draft has a day by which to answer."""
    why = next((why for dated, why in dates if dated.type is DateType.DEADLINE), None)
    return why and replace(why, facet=Facet.STAGE, code=str(Stage.CONSULTATION), rule="stages:comments close")


def _takes_effect_later(dates: Collection[tuple[Dated, Evidence]]) -> Evidence | None:
    """Evidence that a rule was made but does not apply yet on the day of its publication."""
    published = min((dated.date for dated, _ in dates if dated.type is DateType.PUBLISHED), default=None)
    for dated, why in dates:
        if dated.type is DateType.EFFECTIVE and published and dated.date > published:
            return replace(why, facet=Facet.STAGE, code=str(Stage.ADOPTED), rule="stages:takes effect later")
    return None


def _counts(kind: Kind, one: Sighting) -> bool:
    """Guidance, policy and enforcement speak of the stages of other rules: only the title and first words count."""
    return kind not in (Kind.GUIDANCE, Kind.POLICY, Kind.ENFORCEMENT) or one.title or one.start < _NEAR_TOP


def _place(one: Sighting, opens: bool) -> float:
    """What a title names first is what the publication calls itself; a weak word in a text is no more than a hint.

    Less still of laws, which every text of this field cites.
    """
    if one.title:
        return _TITLE_FIRST if opens else _TITLE
    nearness = 1.0 if one.start < _NEAR_TOP else 0.5
    if one.entry.strength == "sure":
        return nearness
    return nearness / (6 if one.entry.code == Kind.LEGISLATION else 3)


def _weighed(sightings: Sequence[Sighting]) -> dict[str, tuple[float, Sighting]]:
    """Points of each code, and its best sighting. Each further term of a code counts half as much as the one before."""
    worth: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    best: dict[str, tuple[float, Sighting]] = {}
    seen = [one for one in outermost(sightings) if _POINTS[one.entry.strength]]
    opening = next((one.start for one in seen if one.title), None)
    for one in seen:
        code = one.entry.code
        points = _POINTS[one.entry.strength] * _place(one, one.start == opening)
        worth[code][one.entry.words] = max(points, worth[code].get(one.entry.words, 0.0))
        if code not in best or points > best[code][0]:
            best[code] = (points, one)
    return {code: (_halving(worth[code].values()), best[code][1]) for code in sorted(worth)}


def _halving(points: Iterable[float]) -> float:
    return sum(math.ldexp(one, -rank) for rank, one in enumerate(sorted(points, reverse=True)))
