"""Tags for a publication: all that the taxonomy asks, with the words that decided each.

What the source says comes first, then what its title says, then its text. The importer pays for spaCy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from extractors import relevance
from extractors.countries import concerned, rule_makers
from extractors.evidence import Reading, stated
from extractors.kinds import found_kind, found_stage
from extractors.languages import UNKNOWN, found_language
from extractors.links import by_identifier, instrument_finder, linked
from extractors.milestones import found_dates
from extractors.places import place_finder
from extractors.sectors import found_sectors
from model.codes import Facet, Kind, Stage
from model.publication import Publication
from model.tags import Evidence, Tags

# How much of a text is read for whose rule it is: senders stand at the beginning, lists of countries at the end.
_HEAD = 4000
_GLANCE = 600


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the text is about, and why."""

    score: float
    topics: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def relevant(self) -> bool:
        return self.score >= relevance.UPPER


def may_matter(words: str) -> bool:
    """Whether a title or summary, in any language, may be about our subject: rather too often than too seldom."""
    return relevance.mentions_subject(words)


def tag(publication: Publication) -> Tags:
    """All tags of one publication. Pure: the same publication has the same tags in any process. Never raises."""
    reading = Reading(publication)
    lang = _language(reading)
    subject = _subject(reading, lang)
    named = reading.sightings(instrument_finder()) if subject.score >= relevance.LOWER else []
    places = reading.sightings(place_finder(lang), head=_HEAD if subject.score >= relevance.LOWER else _GLANCE)
    jurisdictions = rule_makers(reading, places, named, lang)
    makers = _codes(jurisdictions)
    kind = found_kind(reading, lang, glance=subject.score < relevance.LOWER)
    dates = found_dates(reading, lang, makers)
    stage = found_stage(reading, lang, Kind(kind.code), subject.topics, dates)
    links = by_identifier(publication) | linked(reading, named, makers, subject.topics)
    concerns = concerned(reading, places, makers, subject.topics, links) if subject.relevant else ()
    sectors = found_sectors(reading, lang) if subject.relevant else ()
    return Tags(
        relevant=subject.relevant,
        review=relevance.LOWER <= subject.score < relevance.UPPER,
        score=subject.score,
        lang=lang,
        jurisdictions=makers,
        concerns=_codes(concerns),
        topics=subject.topics,
        sectors=_codes(sectors),
        kind=Kind(kind.code),
        stage=Stage(stage.code),
        dates=tuple(dated for dated, _ in dates),
        instruments=tuple(sorted(links)),
        evidence=tuple(
            _once([
                *subject.evidence,
                _language_evidence(reading, lang),
                *jurisdictions,
                *concerns,
                *sectors,
                kind,
                stage,
                *(why for _, why in dates),
                *(links[code] for code in sorted(links)),
            ])
        ),
    )  # fmt: skip


def _language(reading: Reading) -> str:
    publication = reading.publication
    return publication.lang or found_language(publication.title, publication.text or publication.summary)


def _language_evidence(reading: Reading, lang: str) -> Evidence:
    if reading.publication.lang:
        return Evidence(Facet.LANGUAGE, lang, "source:lang", lang, 0, 0, "source")
    return reading.opening(Facet.LANGUAGE, lang, "languages:none" if lang == UNKNOWN else f"languages:{lang}")


def _subject(reading: Reading, lang: str) -> _Subject:
    """Score and topics; what the source says of either outranks the text."""
    judged = relevance.judge(reading, lang)
    said = [one for one in reading.publication.statements if one.facet in (Facet.RELEVANCE, Facet.TOPIC)]
    score = max([judged.score, *(1.0 for one in said if one.code != "no")]) if said else judged.score
    if any(one.facet is Facet.RELEVANCE and one.code == "no" for one in said):
        score = 0.0
    relevant = score >= relevance.UPPER
    code = "yes" if relevant else "no"
    evidence = [stated(one) for one in said if one.facet is Facet.RELEVANCE or relevant]
    evidence += [reading.evidence(Facet.RELEVANCE, code, ground) for ground in judged.grounds]
    if not evidence:
        evidence.append(reading.opening(Facet.RELEVANCE, code, "relevance:nothing found"))
    if not relevant:
        return _Subject(score, (), tuple(evidence))
    evidence += [reading.evidence(Facet.TOPIC, topic, one) for topic, seen in judged.topics.items() for one in seen]
    topics = {one.code for one in said if one.facet is Facet.TOPIC} | set(judged.topics)
    return _Subject(score, tuple(sorted(topics)), tuple(evidence))


def _codes(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(why.code for why in evidence))


def _once(evidence: Iterable[Evidence]) -> list[Evidence]:
    return list(dict.fromkeys(evidence))
