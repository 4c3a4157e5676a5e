"""Whose rule a text is about, and which countries it concerns."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from extractors.evidence import Reading, Sighting, outermost, stated
from extractors.links import instrument, makers
from extractors.places import acting_words, official_hosts, states_of
from model.codes import Facet
from model.tags import Evidence

# The country where nearly all official texts of a language come from, and how much that says: little for languages
# of many countries, which therefore are not here.
_AT_HOME = {
    "ja": "JP", "ko": "KR", "th": "TH", "no": "NO", "da": "DK", "sv": "SE", "fi": "FI", "pl": "PL", "cs": "CZ",
    "sk": "SK", "hu": "HU", "ro": "RO", "bg": "BG", "el": "GR", "hr": "HR", "sl": "SI", "lt": "LT", "lv": "LV",
    "et": "EE", "id": "ID", "ms": "MY", "vi": "VN", "hi": "IN", "tr": "TR", "uk": "UA", "it": "IT", "nl": "NL",
    "he": "IL", "is": "IS",
}  # fmt: skip
_MOSTLY = {"pt": "BR", "de": "DE", "fr": "FR", "zh": "CN", "ru": "RU", "es": "ES"}
# Top-level domains that say nothing about a country, as they are sold to anybody or used for their letters.
_SOLD = {"io", "co", "tv", "me", "ai", "cc", "ws", "fm", "to", "ly", "la", "gg", "st", "am"}
_LAST_LABEL = {"eu": "EU", "uk": "GB", "gov": "US", "mil": "US", "int": "INT"}
_OFFICIAL = re.compile(
    r"\.(?:gov|gob|gouv|go|gc|govt|govern|admin|parliament|leg|jus)\.[a-z]{2}$|\.(?:gov|mil|int|europa\.eu)$"
)
# Sites of the states: leg.state.mn.us, leginfo.ca.gov.
_US_STATES = "|".join(sorted(code[3:].lower() for code, _ in states_of("US")))
_US_STATE = re.compile(rf"(?:^|\.)(?:state\.({_US_STATES})\.us|({_US_STATES})\.gov)$")
_NEEDS = 1.0
_ALSO = 0.75
_HEAD = 600
_FIRST = 60
_BYLINE = 200
_BESIDE = 45
_STATE_ACTS = 1.4
_ONLY_NAMED = 0.5
_OFFICIAL_SITE = 3.0
_LISTED = re.compile(
    r" ?[,;、，]? ?(?:and|&|et|und|y|e|en|og|och|ja|i|a|と|及び|和|및|và|dan|และ|و)?"
    r" ?(?:the |la |el |los |les |die |der )?"
)
# Topics whose publications are aimed at somebody abroad.
_OUTWARD = {"import-ban", "sanctions", "trade"}
_MOST = 4
# Such an act names one or two countries once; more are examples unless they come again.
_FEW = 2
_AT_ONCE = 0.8
_OFTEN = 1.5


def rule_makers(reading: Reading, places: Sequence[Sighting], named: Sequence[Sighting], lang: str) -> list[Evidence]:
    """Evidence for each jurisdiction, the likeliest first. What the source says stands alone."""
    said = [stated(one) for one in reading.publication.statements if one.facet is Facet.JURISDICTION]
    if said:
        return said
    weighed = _weighed(reading, places, named, lang)
    for code, worth, why in _outside(reading, lang):
        weighed.add(code, worth, why, acts=why.rule != f"languages:{lang}" and worth >= _OFFICIAL_SITE)
    points = weighed.settled()
    if not points:
        return []
    needed = max(_NEEDS, _ALSO * max(points.values()))
    chosen = sorted((code for code in points if points[code] >= needed), key=lambda code: (-points[code], code))
    return [weighed.best[code] for code in chosen[:_MOST]]


class _Weighed:
    """Points of each jurisdiction, those of them that come from acts of its own, and the best evidence."""

    def __init__(self) -> None:
        self.points: dict[str, float] = defaultdict(float)
        self.deeds: dict[str, float] = defaultdict(float)
        self.best: dict[str, Evidence] = {}
        self.cited: dict[str, bool] = defaultdict(bool)

    def add(self, code: str, worth: float, why: Evidence, *, acts: bool) -> None:
        if code not in self.best or (acts and not self.deeds[code]):
            self.best[code] = why
        self.points[code] += worth
        self.deeds[code] += worth if acts else 0.0

    def settled(self) -> dict[str, float]:
        """Points after what is only named has stood back behind what acts, and countries behind their states."""
        points = dict(self.points)
        if any(worth >= _NEEDS for worth in self.deeds.values()):
            points = {code: worth if self.deeds[code] else worth * _ONLY_NAMED for code, worth in points.items()}
        for code in [code for code in points if "-" in code]:
            # A state's rule is not its country's.
            if self.deeds[code] >= _STATE_ACTS and code[:2] in points:
                points[code] += points.pop(code[:2])
        if self._only_cites("EU"):
            points.pop("EU", None)
        return points

    def _only_cites(self, union: str) -> bool:
        """Whether a state speaks here that carries out or follows the union's act: it is named before the union is."""
        order = [code for code in self.deeds if self.deeds[code] >= _NEEDS and code != "INT"]
        return self.cited[union] and union in self.deeds and bool(order) and order[0] != union


def _weighed(reading: Reading, places: Sequence[Sighting], named: Sequence[Sighting], lang: str) -> _Weighed:
    weighed = _Weighed()
    times: dict[tuple[str, bool, bool], int] = defaultdict(int)
    before: Sighting | None = None
    acted = False
    for one in _proper(reading, places):
        code = one.entry.code
        body = one.entry.list.startswith("bodies/")
        acted = body or _acts(reading, one, lang) or (acted and before is not None and _listed(reading, before, one))
        before = one
        worth = _acting(one) if acted else _named(one)
        seen = times[code, one.title, acted]
        times[code, one.title, acted] += 1
        weighed.add(code, worth / (1 + seen), reading.evidence(Facet.JURISDICTION, code, one), acts=acted)
    for code, seen_instruments in makers(named).items():
        weighed.cited[code] = True
        first = seen_instruments[0]
        worth = 1.0 if code == "INT" else 3.0 if first.title else 2.0 if first.start < _HEAD else 1.0
        weighed.add(code, worth, reading.evidence(Facet.JURISDICTION, code, first), acts=code != "INT")
    return weighed


def _acting(one: Sighting) -> float:
    """A body's worth by its place; international ones are cited everywhere."""
    later = 0.2 if one.entry.code == "INT" else 0.6
    early = _BYLINE if one.entry.code == "INT" else _HEAD
    worth = 2.5 if one.title else 1.5 if one.start < early else later
    return worth if one.entry.strength == "sure" else worth * 0.6


def _named(one: Sighting) -> float:
    """Who is named first acts; names further down are examples."""
    worth = 2.0 if one.title else 1.5 if one.start < _FIRST else 0.8 if one.start < _HEAD else 0.3
    return worth if one.entry.strength == "sure" else worth * 0.5


def _acts(reading: Reading, one: Sighting, lang: str) -> bool:
    """Whether words beside a country's name say that the state acts: its government, its law, it adopts."""
    text = (reading.title if one.title else reading.body).text
    before, after = acting_words(lang)
    return bool(
        after.match(text[one.end : one.end + _BESIDE]) or before.search(text[max(0, one.start - _BESIDE) : one.start])
    )


def _listed(reading: Reading, first: Sighting, second: Sighting) -> bool:
    """Whether two names follow one another in a list: Mexico, the United States and Canada."""
    if first.title != second.title:
        return False
    return bool(_LISTED.fullmatch((reading.title if first.title else reading.body).text[first.end : second.start]))


def _proper(reading: Reading, places: Sequence[Sighting]) -> list[Sighting]:
    """Names that are written as names, without those inside of longer ones and those that mean something else."""
    kept: list[Sighting] = []
    for one in outermost(places):
        if kept and _place(kept[-1]) == _place(one):
            # The same name in the language of the text and in English.
            continue
        folded = reading.title if one.title else reading.body
        start, _ = folded.span(one.start, one.end)
        if (
            one.entry.code != "none"
            and (folded.original[start - 1 : start] != "(" or one.entry.list.startswith("bodies/"))
            and not (one.entry.term[0].isupper() and folded.original[start].islower())
        ):
            kept.append(one)
    return kept


def _place(one: Sighting) -> tuple[str, bool, int]:
    return one.entry.code, one.title, one.start


def _outside(reading: Reading, lang: str) -> list[tuple[str, float, Evidence]]:
    """What the sender's id, the address and the language say."""
    found: list[tuple[str, float, Evidence]] = []
    publication = reading.publication
    prefix = publication.source.partition("_")[0].upper()
    if "_" in publication.source and len(prefix) in (2, 3):
        found.append(
            (prefix, 5.0, Evidence(Facet.JURISDICTION, prefix, "source:id", publication.source, 0, 0, "source"))
        )
    if site := _site(publication.url or ""):
        code, official, host = site
        worth = _OFFICIAL_SITE if official else 1.2
        found.append((code, worth, Evidence(Facet.JURISDICTION, code, "source:host", host, 0, 0, "source")))
    if home := _AT_HOME.get(lang) or _MOSTLY.get(lang):
        worth = 1.6 if lang in _AT_HOME else 1.0
        found.append((home, worth, reading.opening(Facet.JURISDICTION, home, f"languages:{lang}")))
    return found


def _site(url: str) -> tuple[str, bool, str] | None:
    """Country of an address, whether it is official, and its host."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    labels = host.split(".")
    known = official_hosts()
    for first in range(len(labels)):
        if code := known.get(".".join(labels[first:])):
            return code, True, host
    if state := _US_STATE.search(host):
        return f"US-{(state[1] or state[2]).upper()}", True, host
    last = labels[-1]
    code = _LAST_LABEL.get(last) or (last.upper() if len(last) == 2 and last.isalpha() and last not in _SOLD else "")
    if last == "co" and host.endswith(".gov.co"):
        code = "CO"
    return (code, bool(_OFFICIAL.search(host)), host) if code else None


def concerned(
    reading: Reading,
    places: Sequence[Sighting],
    makers_: Collection[str],
    topics: Collection[str],
    links: Mapping[str, Evidence],
) -> list[Evidence]:
    """Countries whom the publication is about, other than the rule-makers."""
    said = [stated(one) for one in reading.publication.statements if one.facet is Facet.CONCERN]
    if said:
        return said
    if not makers_:
        return []
    best: dict[str, Evidence] = {}
    points: dict[str, float] = defaultdict(float)
    for one in _proper(reading, places):
        code = one.entry.code
        # A country is named to its own readers as an example.
        ours = not one.title and code == _AT_HOME.get(one.entry.lang)
        if one.entry.list.startswith("places/") and len(code) == 2 and code not in (*makers_, "EU") and not ours:
            points[code] += 2.0 if one.title else 0.8 if one.start < _HEAD else 0.3
            best.setdefault(code, reading.evidence(Facet.CONCERN, code, one))
    near = [code for code in best if best[code].where == "title" or points[code] >= _AT_ONCE]
    for linked_id, why in links.items():
        countries = instrument(linked_id).concerns
        for code in countries:
            if code not in makers_ and (len(countries) == 1 or code in best) and why.rule.startswith("instruments/"):
                points[code] += 2.0
                best.setdefault(code, replace(why, facet=Facet.CONCERN, code=code))
    outward = bool(set(topics) & _OUTWARD)
    needs = _AT_ONCE if outward and len(near) <= _FEW else _OFTEN if outward else 2.0
    chosen = sorted((code for code in points if points[code] >= needs), key=lambda code: (-points[code], code))
    return [best[code] for code in chosen if len(chosen) <= _MOST or points[code] >= 2]
