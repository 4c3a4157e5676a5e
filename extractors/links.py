"""Which instruments of the register a text is about: by identifier first, then by long name, last by short name.

A short name (FLR, GSP, NAP) has other readings everywhere, and a long one may be shared (Modern Slavery Act: the United
Kingdom, Australia, New South Wales). So a long name counts where the rule-maker fits, a short one only beside
another sign of the same instrument.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from extractors.evidence import Reading, Sighting
from extractors.finder import Finder
from extractors.folding import fold
from extractors.wordlists import Entry, make_entry, word_list
from model.codes import Facet
from model.instruments import Instrument, instruments
from model.publication import Publication
from model.tags import Evidence

_CELEX = re.compile(r"\b[1-9]\d{4}[A-Z]{1,2}\d{4}\b")
_CITED = re.compile(
    r"Pub\. L\. (\d+-\d+)|\b(H\.R\. ?\d+|S\. ?\d{2,}|SB \d+)|\b(COM\(\d{4}\) ?\d+)|\b(\d+ U\.S\.C\. ?\d+)"
    r"|\b(\d+/\d{4}\(COD\))"
    r"|\b(PL \d+/\d{4})|\b(LOV-\d{4}-\d\d-\d\d-\d+)|\b(BOE-A-\d{4}-\d+)"
)
# Schemes of a publication's own identifiers and of the register that name the same thing.
_SCHEMES = ("celex", "eli", "public_law", "bill", "boe", "bgbl", "ecli", "ilo", "fr_doc", "docket", "rin")
_SHORT = 8


@cache
def instrument_finder() -> Finder:
    return Finder([entry for instrument in instruments() for entry in _entries(instrument)])


@cache
def _by_id() -> dict[str, Instrument]:
    return {instrument.id: instrument for instrument in instruments()}


def instrument(instrument_id: str) -> Instrument:
    return _by_id()[instrument_id]


def _entries(one: Instrument) -> list[Entry]:
    found: dict[tuple[str, ...], Entry] = {}
    for cited in _citations(one):
        entry = replace(make_entry("instruments", one.id, "en", cited, "sure"), capitals=cited)
        found.setdefault(entry.words, entry)
    for lang, name in [("en", one.name), *one.native_name.items()]:
        entry = make_entry("instruments", one.id, lang, name, "likely")
        found.setdefault(entry.words, entry)
    for lang, names in one.aliases.items():
        for name in names:
            entry = make_entry("instruments", one.id, lang, name, "likely" if _is_long(name) else "hint")
            found.setdefault(entry.words, entry)
    return list(found.values())


def _citations(one: Instrument) -> list[str]:
    """Identifiers as texts write them."""
    cited: list[str] = []
    for scheme, value in one.identifiers.items():
        if scheme in ("related_motions", "amends_act", "delegated", "articles", "examples", "implementing_rules"):
            continue
        for celex in _CELEX.findall(value):
            year, kind, number = celex[1:5], celex[5], str(int(celex[6:]))
            cited += [celex, f"{year}/{number}"] if kind in "LR" else [celex]
        for groups in _CITED.findall(value):
            cited += [f"Public Law {groups[0]}", f"Pub. L. {groups[0]}"] if groups[0] else [next(filter(None, groups))]
    return cited


@cache
def _topic_words() -> frozenset[tuple[str, ...]]:
    return frozenset(entry.words for entry in word_list("topics") if entry.strength != "sure" or len(entry.words) < 3)


def _is_long(name: str) -> bool:
    """Long enough to mean only this: not an acronym, not one of the subject's ordinary words."""
    words = tuple(fold(name).split())
    return (
        len(name) > _SHORT and words not in _topic_words() and (len(words) > 1 or len(name) > 12 or not name.isascii())
    )


def by_identifier(publication: Publication) -> dict[str, Evidence]:
    """Instruments that the publication's own identifiers name."""
    found: dict[str, Evidence] = {}
    for one in instruments() if publication.identifiers else ():
        for scheme in _SCHEMES:
            known = one.identifiers.get(scheme, "")
            for value in publication.identifiers.get(scheme, ()):
                if known and _same(scheme, value, known) and one.id not in found:
                    found[one.id] = Evidence(Facet.INSTRUMENT, one.id, f"identifier:{scheme}", value, 0, 0, "source")
    return found


def _same(scheme: str, value: str, known: str) -> bool:
    if scheme == "bill":
        # C-251 (45-1): numbers begin again in each session, so the session must stand beside.
        parts = re.findall(r"[A-Z]-?\d+|\d+-\d+", known)
        return value == known or (len(parts) > 1 and all(part in value for part in parts))
    return value in re.split(r"[\s,;]+", known) or value == known


def linked(
    reading: Reading, sightings: Sequence[Sighting], jurisdictions: Collection[str], topics: Collection[str]
) -> dict[str, Evidence]:
    """Instruments by what stands in the text, each with its best evidence, by identifier."""
    by_code: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        by_code[one.entry.code].append(one)
    found: dict[str, Evidence] = {}
    for code, seen in sorted(by_code.items()):
        best = min(seen, key=lambda one: ("sure", "likely", "hint").index(one.entry.strength))
        if _accepted(instrument(code), seen, jurisdictions, topics):
            found[code] = reading.evidence(
                Facet.INSTRUMENT, code, best, f"instruments/{code}:{best.entry.lang}:{best.entry.term}"
            )
    return found


def _accepted(
    one: Instrument, seen: Sequence[Sighting], jurisdictions: Collection[str], topics: Collection[str]
) -> bool:
    strengths = {sighting.entry.strength for sighting in seen}
    if "sure" in strengths:
        return True
    if not set(one.topics) & set(topics):
        return False
    if one.jurisdiction == "INT":
        # Conventions are cited by everybody; only their full names are sure.
        return any(sighting.entry.strength == "likely" and len(sighting.entry.words) > 2 for sighting in seen)
    if one.jurisdiction not in jurisdictions:
        return False
    return "likely" in strengths or len({sighting.entry.words for sighting in seen}) > 1


def makers(sightings: Sequence[Sighting]) -> Mapping[str, list[Sighting]]:
    """Whose instruments are named by identifier or long name: a sign of whose rule a text is about."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        if one.entry.strength != "hint":
            found[instrument(one.entry.code).jurisdiction].append(one)
    return found
