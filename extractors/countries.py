"""Whose rule a text is about, and which countries it concerns."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from extractors.evidence import Reading, Sighting, outermost, stated
from extractors.links import instrument, makers
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
_NEEDS = 1.0
_ALSO = 0.75
_HEAD = 600
_FIRST = 60
# Topics whose publications are aimed at somebody abroad.
_OUTWARD = {"import-ban", "sanctions", "trade", "fair-recruitment"}
_MOST = 4


def rule_makers(reading: Reading, places: Sequence[Sighting], named: Sequence[Sighting], lang: str) -> list[Evidence]:
    """Evidence for each jurisdiction, the likeliest first. What the source says stands alone."""
    said = [stated(one) for one in reading.publication.statements if one.facet is Facet.JURISDICTION]
    if said:
        return said
    points, best = _weighed(reading, places, named)
    for code, worth, why in _outside(reading, lang):
        points[code] += worth
        if code not in best or (why.rule != f"languages:{lang}" and best[code].rule.startswith("places/")):
            best[code] = why
    if not points:
        return []
    for code in list(points):
        # A state's rule is not its country's; a member state named beside its union's bodies is.
        if "-" in code and points[code] >= 2 and code[:2] in points:
            points[code] += points.pop(code[:2])
    top = max(points.values())
    chosen = [code for code in points if points[code] >= max(_NEEDS, _ALSO * top)]
    # A country that is only named is whom another's body acts upon; a convention that is cited acts upon nobody.
    acting = [code for code in chosen if _acts(best[code])]
    chosen = acting or chosen
    return [best[code] for code in sorted(chosen, key=lambda code: (-points[code], code))[:_MOST]]


def _acts(why: Evidence) -> bool:
    if why.code == "INT" and why.rule.startswith("instruments"):
        return False
    return not why.rule.startswith(("places/", "languages:"))


def _weighed(
    reading: Reading, places: Sequence[Sighting], named: Sequence[Sighting]
) -> tuple[dict[str, float], dict[str, Evidence]]:
    points: dict[str, float] = defaultdict(float)
    best: dict[str, Evidence] = {}
    times: dict[tuple[str, str], int] = defaultdict(int)
    for one in _proper(reading, places):
        body = one.entry.list.startswith("bodies/")
        strong = one.entry.strength == "sure"
        worth = (2.5 if one.title else 1.5 if one.start < _HEAD else 0.6) if body else _named(one)
        worth *= 1.0 if strong else 0.6
        seen = times[one.entry.code, "title" if one.title else "body"]
        times[one.entry.code, "title" if one.title else "body"] += 1
        points[one.entry.code] += worth / (1 + seen)
        if one.entry.code not in best or (body and best[one.entry.code].rule.startswith("places/")):
            best[one.entry.code] = reading.evidence(Facet.JURISDICTION, one.entry.code, one)
    for code, seen_instruments in makers(named).items():
        first = seen_instruments[0]
        worth = 3.0 if first.title else 2.0 if first.start < _HEAD else 1.0
        points[code] += 1.0 if code == "INT" else worth
        best.setdefault(code, reading.evidence(Facet.JURISDICTION, code, seen_instruments[0]))
    return points, best


def _named(one: Sighting) -> float:
    """Who is named first acts; names further down are examples."""
    return 2.0 if one.title else 1.5 if one.start < _FIRST else 0.8 if one.start < _HEAD else 0.3


def _proper(reading: Reading, places: Sequence[Sighting]) -> list[Sighting]:
    """Names that are written as names, without those inside of longer ones and those that mean something else."""
    kept = []
    for one in outermost(places):
        folded = reading.title if one.title else reading.body
        start, _ = folded.span(one.start, one.end)
        if (
            one.entry.code != "none"
            and folded.original[start - 1 : start] != "("
            and not (one.entry.term[0].isupper() and folded.original[start].islower())
        ):
            kept.append(one)
    return kept


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
        worth = 3.0 if official else 1.2
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
    last = host.rpartition(".")[2]
    code = _LAST_LABEL.get(last) or (last.upper() if len(last) == 2 and last.isalpha() and last not in _SOLD else "")
    if last == "co" and host.endswith(".gov.co"):
        code = "CO"
    if host.endswith((".ca.gov",)):
        code = "US-CA"
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
        if one.entry.list.startswith("places/") and len(code) == 2 and code not in makers_ and code != "EU":
            points[code] += 2.0 if one.title else 0.8 if one.start < _HEAD else 0.3
            best.setdefault(code, reading.evidence(Facet.CONCERN, code, one))
    for linked_id, why in links.items():
        countries = instrument(linked_id).concerns
        for code in countries:
            if code not in makers_ and (len(countries) == 1 or code in best) and why.rule.startswith("instruments/"):
                points[code] += 2.0
                best.setdefault(code, replace(why, facet=Facet.CONCERN, code=code))
    needs = 1.5 if set(topics) & _OUTWARD else 2.0
    chosen = sorted((code for code in points if points[code] >= needs), key=lambda code: (-points[code], code))
    return (
        [best[code] for code in chosen]
        if len(chosen) <= _MOST
        else [best[code] for code in chosen if points[code] >= 2]
    )
