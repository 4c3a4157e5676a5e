"""Which instruments of the register a text is about: by identifier first, then by long name, last by short name.

A short name (FLR, GSP, NAP) has other readings everywhere, and a long one may be shared (Modern Slavery Act: the United
Kingdom, Australia, New South Wales). So a long name counts where the rule-maker and a topic fit; a short one needs
both and must be an acronym as it is written, or stand beside another name of the same instrument. Names that the
register does not hold are in ``patterns/instruments.txt``; they outrank those of the register.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
# What the register sets around a name: whose it is, and the year of an act, which texts leave out.
_BEFORE_NAME = re.compile(r"^(?:[A-Z]\w+: |ILO )")
_AFTER_NAME = re.compile(r",? \(?\d{4}\)?$")
# How texts of many languages cite a convention of the ILO by its number.
_ILO_FORMS = (
    "Convention No. {}", "Convention {}", "Conventions Nos. {}", "Convention (No. {})", "C{:0>3}", "C{}",
    "convention n° {}", "convention nº {}", "convention (n° {})", "convention no {}", "Übereinkommen Nr. {}",
    "Übereinkommens Nr. {}", "Convenio núm. {}", "Convenio n.º {}", "Convenio nº {}", "Convenio (núm. {})",
    "Convenio {}",
    "Convenção n.º {}", "Convenção nº {}", "Convenção {}", "Convenção n. {}", "Convenzione n. {}", "Convenzione n° {}",
    "verdrag nr. {}", "Verdrag {}", "konvention nr {}", "konvention nr. {}", "konvensjon nr. {}", "konvensjon nr {}",
    "yleissopimus nro {}", "konwencja nr {}", "konwencji nr {}", "úmluva č. {}", "úmluvy č. {}",
    "第{}号条約", "第{}號公約", "第{}号公约", "제{}호 협약", "협약 제{}호", "อนุสัญญาฉบับที่ {}", "อนุสัญญา ฉบับที่ {}",
    "Konvensi Nomor {}", "Konvensi No. {}", "Konvensyen No. {}", "Konvensyen {}", "Công ước số {}", "الاتفاقية رقم {}",
    "اتفاقية رقم {}", "(رقم {})", "Конвенция № {}", "Конвенции № {}",
)  # fmt: skip


@cache
def instrument_finder() -> Finder:
    return Finder([entry for instrument in instruments() for entry in _entries(instrument)])


@cache
def _by_id() -> dict[str, Instrument]:
    return {instrument.id: instrument for instrument in instruments()}


def instrument(instrument_id: str) -> Instrument:
    return _by_id()[instrument_id]


def _entries(one: Instrument) -> list[Entry]:
    found: dict[tuple[str, ...], Entry] = {entry.words: entry for entry in _listed().get(one.id, ())}
    for cited in _citations(one):
        entry = replace(make_entry("instruments", one.id, "en", cited, "sure"), capitals=cited)
        found.setdefault(entry.words, entry)
    for lang, name in [("en", one.name), *one.native_name.items()]:
        for form in _name_forms(name):
            entry = make_entry("instruments", one.id, lang, form, "likely")
            found.setdefault(entry.words, entry)
    for form in _ILO_FORMS if (number := one.identifiers.get("ilo", "")).startswith("C") else ():
        cited = form.format(int(number[1:]))
        entry = make_entry(
            "instruments", one.id, "en", cited, "hint" if cited.startswith("C") and " " not in cited else "likely"
        )
        found.setdefault(entry.words, entry)
    for lang, names in one.aliases.items():
        for name in names:
            entry = make_entry("instruments", one.id, lang, name, "likely" if _is_long(name) else "hint")
            found.setdefault(entry.words, entry)
    return [entry for entry in found.values() if entry.strength != "tag"]


@cache
def _listed() -> Mapping[str, list[Entry]]:
    """The names of ``patterns/instruments.txt`` by instrument."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in word_list("instruments"):
        found[entry.code].append(entry)
    return found


def _name_forms(name: str) -> Iterator[str]:
    """A name of the register and what texts make of it; a name may be two, parted by a semicolon."""
    for part in name.split("; "):
        yield part
        plain = _BEFORE_NAME.sub("", part)
        for form in (plain, _AFTER_NAME.sub("", plain)):
            if form != part and len(form.split()) > 3:
                yield form


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
    if not topics:
        return False
    named = [sighting for sighting in seen if sighting.entry.strength == "likely"]
    if not set(one.topics) & set(topics) and not (named and one.jurisdiction in jurisdictions):
        return False
    if one.jurisdiction == "INT" and "INT" not in jurisdictions:
        # Conventions are cited by everybody in passing; only their full names are sure.
        return any(sighting.entry.strength == "likely" and len(sighting.entry.words) > 2 for sighting in seen)
    if one.jurisdiction not in jurisdictions:
        # What a title names, or a text again and again, is what it is about, whoever is taken for the rule-maker.
        full = [sighting for sighting in named if _is_full(sighting.entry)]
        return any(sighting.title for sighting in full) or len(full) > 2
    several = len({sighting.entry.words for sighting in seen}) > 1
    return "likely" in strengths or several or any(_is_acronym(sighting.entry) for sighting in seen)


def _is_acronym(entry: Entry) -> bool:
    """Four letters or more that are found only as they are written: LkSG, UFLPA, not FLR."""
    return len(entry.capitals) > 3 and entry.capitals.isalnum()


def _is_full(entry: Entry) -> bool:
    """A name of three words or more, or of eight signs in a script without blanks: no other act is called so."""
    return len(entry.words) > 2 or (entry.anywhere and len(entry.term) >= 8)


def makers(sightings: Sequence[Sighting]) -> Mapping[str, list[Sighting]]:
    """Whose instruments are named by identifier or long name: a sign of whose rule a text is about."""
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        if one.entry.strength != "hint":
            found[instrument(one.entry.code).jurisdiction].append(one)
    return found
