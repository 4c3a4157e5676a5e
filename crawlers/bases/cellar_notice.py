"""Notices of the CELLAR repository: the XML metadata of works, expressions, dossiers and their events.

``object`` notices hold one of them, ``branch`` notices a work with one language, ``tree`` notices all languages and
files. Names follow the Common Data Model: https://op.europa.eu/en/web/eu-vocabularies/cdm
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from lxml import etree

from crawlers.bases import celex
from crawlers.bases.fields import day
from crawlers.reading import Problem, Reading
from extractors.clean import one_line
from extractors.document import Document
from model.codes import DateType, Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Dated, Part, Publication, Statement, Version

_ANNOTATED = re.compile(r"\{([^{}|]+)\|[^{}]*\}")
_ELI = re.compile(r"https?://(?:publications\.europa\.eu/resource/|data\.europa\.eu/)eli/(.+)")
_DATES = {
    "RESOURCE_LEGAL_DATE_ENTRY-INTO-FORCE": DateType.EFFECTIVE,
    "RESOURCE_LEGAL_DATE_APPLICATION": DateType.EFFECTIVE,
    "DIRECTIVE_DATE_TRANSPOSITION": DateType.DEADLINE,
    "RESOURCE_LEGAL_DATE_TRANSPOSITION": DateType.DEADLINE,
    "RESOURCE_LEGAL_DATE_DEADLINE": DateType.DEADLINE,
}
# Kind and stage that an event of a procedure gives it; what is not named here (opinions, transmissions) moves nothing.
_EVENTS = {
    "ADP_byCOM": (Kind.BILL, Stage.PROPOSED),
    "TRS_": (Kind.BILL, Stage.PROPOSED),
    "OPI_R1_byEP": (Kind.BILL, Stage.PASSED),
    "OPI_R2_byEP": (Kind.BILL, Stage.PASSED),
    "ADP_POS": (Kind.BILL, Stage.PASSED),
    "APR_R": (Kind.BILL, Stage.PASSED),
    "DEC_R": (Kind.BILL, Stage.PASSED),
    "ADP_FRM": (Kind.LEGISLATION, Stage.ADOPTED),
    "ADP_byCONSIL": (Kind.LEGISLATION, Stage.ADOPTED),
    "SIGN": (Kind.LEGISLATION, Stage.ADOPTED),
    "PUB_OJ": (Kind.LEGISLATION, Stage.ADOPTED),
    "WDW": (Kind.BILL, Stage.WITHDRAWN),
    "WTH": (Kind.BILL, Stage.WITHDRAWN),
}


def is_notice(document: Document) -> bool:
    return document.format == "xml" and document.xml.tag == "NOTICE"


def read_notice(source: str, document: Document) -> Reading:
    """What a notice of any type holds. Raises PayloadError where it names nothing that we know."""
    notice = document.xml
    readings = {"WORK": _read_work, "EXPRESSION": _read_expression, "DOSSIER": _read_dossier, "EVENT": _read_event}
    for name, read in readings.items():
        if (element := notice.find(name)) is not None:
            return read(source, element, document)
    raise PayloadError(f"NOTICE: it is about none of {', '.join(readings)}")


def _value(element: etree._Element, path: str) -> str:
    return next(_values(element, path), "")


def _values(element: etree._Element, path: str) -> Iterator[str]:
    """The words of each VALUE (or of the element itself, where it has none) of a path.

    Line ends are sometimes written as an escaped escape (``&amp;#13;``).
    """
    for found in element.findall(path):
        text = found.findtext("VALUE") if found.find("VALUE") is not None else found.text
        if said := one_line(html.unescape(text or "")):
            yield said


def _within(element: etree._Element, name: str) -> list[etree._Element]:
    """What belongs to a work or dossier: inside it, in notices before 2020 beside it."""
    notice = element.getparent()
    return [*element.findall(name), *([] if notice is None else notice.findall(name))]


def _same_as(element: etree._Element, scheme: str) -> Iterator[str]:
    """What another numbering calls the same thing: its identifiers of this type."""
    for uri in element.findall("SAMEAS/URI"):
        if uri.findtext("TYPE") == scheme and (found := one_line(uri.findtext("IDENTIFIER"))):
            yield found


# --- Works


def _celex(element: etree._Element, document: Document) -> str:
    """The number of a work or expression: its own, else that in its consolidation's name, else that of the address."""
    own = (*_same_as(element, "celex"), *_values(element, "RESOURCE_LEGAL_ID_CELEX"), *_values(element, "ID_CELEX"))
    for found in (*own, *_values(element, "IDENTIFIER")):
        number = found.removeprefix("celex:").split(".")[0]
        if celex.is_celex(number):
            return number
    for found in _same_as(element, "consolidation"):
        if celex.is_celex(number := "0" + found.split("/")[0]):
            return number
    if in_address := celex.in_address(document.url):
        return in_address
    raise PayloadError("SAMEAS celex: missing, and the address names none")


def _read_work(source: str, work: etree._Element, document: Document) -> Reading:
    number = _celex(work, document)
    native = celex.act_of(number)
    versions = _titles(work, native)
    first = versions[0] if versions else Version(None, _title_elsewhere(work), "", None)
    part = Part.RECORD if versions else Part.HIT
    publication = Publication(
        source=source,
        native_id=native,
        title=first.title,
        url=celex.address(native),
        part=Part.HIT if number != native else part,
        piece=number if number != native else "" if versions else "work",
        lang=first.lang,
        summary="; ".join(dict.fromkeys(_values(work, "IS_ABOUT/PREFLABEL"))),
        published=_document_date(work) if number == native else None,
        identifiers=_identifiers(work, number),
        dates=tuple(_dates(work)),
        statements=_work_statements(work, native),
        others=tuple(versions[1:]),
        corrects=celex.corrected_by(native),
    )
    return Reading((publication,))


def _titles(work: etree._Element, native: str) -> list[Version]:
    """The title in each language of the notice, English first, else the language that the notice puts forward."""
    found: dict[str, Version] = {}
    for expression in sorted(_within(work, "EXPRESSION"), key=lambda each: each.get("display") == "false"):
        lang, title = _expression_lang(expression), _expression_title(expression)
        if lang and title:
            address = f"{celex.address(native)}.{celex.three_letters(lang)}"
            found.setdefault(lang, Version(lang, title, "", address))
    return sorted(found.values(), key=lambda version: version.lang != "en")


def _expression_title(expression: etree._Element) -> str:
    """EXPRESSION_TITLE; notices that lack it repeat all their titles as TITLE, of which the longest is the full one."""
    return _value(expression, "EXPRESSION_TITLE") or max(_values(expression, "TITLE"), key=len, default="")


def _expression_lang(expression: etree._Element) -> str | None:
    said = (
        *_values(expression, "EXPRESSION_USES_LANGUAGE/IDENTIFIER"),
        *_values(expression, "LANG"),
        *(name.rsplit(".", 1)[-1] for name in _same_as(expression, "celex")),
    )
    return next((lang for code in said if (lang := celex.language(code))), None)


def _title_elsewhere(work: etree._Element) -> str:
    """A notice of the work alone has no title, but its consolidated texts in the same notice bear the act's."""
    return _value(work, "RESOURCE_LEGAL_BASIS_FOR_ACT_CONSOLIDATED/WORK/EXPRESSION/EXPRESSION_TITLE")


def _document_date(work: etree._Element) -> str | None:
    """The day of the document; old notices give all their days as DATE, of which it is the first."""
    for name in ("WORK_DATE_DOCUMENT", "DATE_DOCUMENT"):
        if found := day(_value(work, name), name):
            return found
    return min((found for said in _values(work, "DATE") if (found := day(said, "DATE"))), default=None)


def _identifiers(work: etree._Element, number: str) -> dict[str, tuple[str, ...]]:
    eli = [f"http://data.europa.eu/eli/{path}" for path in _eli_paths(work)]
    found = {
        "celex": [celex.act_of(number)],
        "eli": eli,
        "ecli": [*_same_as(work, "ecli"), *_values(work, "ECLI")],
        "oj": _same_as(work, "oj"),
        "com": [said for said in _same_as(work, "immc") if re.match(r"[A-Z]+\(\d{4}\)", said)],
        "case": celex.case_number(number),
    }
    return {scheme: each for scheme, values in found.items() if (each := tuple(dict.fromkeys(values)))}


def _eli_paths(work: etree._Element) -> Iterator[str]:
    own = (uri.findtext("VALUE") or "" for uri in work.findall("SAMEAS/URI") if uri.findtext("TYPE") == "eli")
    for said in (*own, *_values(work, "IDENTIFIER")):
        if match := _ELI.fullmatch(said):
            yield match[1]


def _dates(work: etree._Element) -> Iterator[Dated]:
    """Days on which the act begins to apply or is due, each with the annotations that say why."""
    seen = set()
    for name, kind in _DATES.items():
        for element in work.findall(name):
            found = day(one_line(element.findtext("VALUE")), name)
            if found and (kind, found) not in seen:
                seen.add((kind, found))
                yield Dated(kind, found, _date_words(element))


def _date_words(element: etree._Element) -> str:
    """``EV 2018-03-08 DATPUB +20 V ART 9``: the day between its annotations, whose codes stand for themselves."""
    pieces = (element.findtext("TYPE_OF_DATE"), element.findtext("VALUE"), element.findtext("COMMENT_ON_DATE"))
    return one_line(_ANNOTATED.sub(r"\1", " ".join(piece for piece in pieces if piece)))


def _work_statements(work: etree._Element, native: str) -> tuple[Statement, ...]:
    said = _value(work, "RESOURCE_LEGAL_IN-FORCE").lower()
    in_force = {"true": True, "1": True, "false": False, "0": False}.get(said)
    if said and in_force is None:
        raise PayloadError(f"RESOURCE_LEGAL_IN-FORCE: neither true nor false: {said}")
    end = "RESOURCE_LEGAL_DATE_END-OF-VALIDITY"
    ended = bool(day(_value(work, end), end))
    resource_type = _value(work, "WORK_HAS_RESOURCE-TYPE/IDENTIFIER")
    return tuple(celex.statements(native, resource_type, in_force=in_force, ended=ended))


def _read_expression(source: str, expression: etree._Element, document: Document) -> Reading:
    """One language version alone: its title, and the work it belongs to."""
    work = expression.find("EXPRESSION_BELONGS_TO_WORK")
    number = _celex(expression if work is None else work, document)
    native, lang, title = celex.act_of(number), _expression_lang(expression), _expression_title(expression)
    if not title:
        raise PayloadError("EXPRESSION_TITLE: missing or empty")
    publication = Publication(
        source=source,
        native_id=native,
        title=title,
        url=celex.address(native),
        part=Part.HIT,
        piece=f"expression {lang or ''}".strip(),
        lang=lang,
        identifiers=_identifiers(expression if work is None else work, number),
        statements=tuple(celex.statements(native, "")),
        corrects=celex.corrected_by(native),
    )
    return Reading((publication,))


# --- Dossiers


def _read_dossier(source: str, dossier: etree._Element, document: Document) -> Reading:
    """One update for each event, each pointing to the one before it."""
    native = _dossier_id(dossier) or _procedure_in(document.url)
    titles = _dossier_titles(dossier)
    if not native or not titles:
        raise PayloadError(f"{'DOSSIER_TITLE' if native else 'SAMEAS procedure'}: missing or empty")
    events, problems = [], []
    for event in _within(dossier, "EVENT"):
        try:
            events.append(_event(source, native, titles, event))
        except PayloadError as error:
            problems.append(Problem(_value(event, "URI"), "EVENT", str(error)))
    events.sort(key=lambda each: (each.published or "", each.native_id))
    known = {"procedure": reference} if (reference := tuple(_references(dossier))) else {}
    return Reading(
        tuple(replace(event, identifiers=known) for event in _followed(events)),
        problems=tuple(problems),
        nothing=None if events or problems else "the dossier has no event",
    )


def _references(dossier: etree._Element) -> Iterator[str]:
    """``2013/0449/COD``, once."""
    fields = ("REFERENCE_PROCEDURE", "PROCEDURE_CODE_INTERINSTITUTIONAL_REFERENCE_PROCEDURE")
    yield from dict.fromkeys(said for field in fields for said in _values(dossier, field))


def _read_event(source: str, event: etree._Element, document: Document) -> Reading:
    """A notice of one event alone."""
    dossier = event.find("EVENT_LEGAL_PART_OF_DOSSIER")
    native = (None if dossier is None else _dossier_id(dossier)) or _procedure_in(document.url)
    if not native:
        raise PayloadError("EVENT_LEGAL_PART_OF_DOSSIER: missing")
    return Reading((_event(source, native, {}, event),))


def _dossier_id(dossier: etree._Element) -> str | None:
    """``2022_51``; internal procedures have no such number, only that of the Commission's register or of CELLAR."""
    for scheme in ("procedure", "pegase"):
        if found := next(_same_as(dossier, scheme), None):
            return found
    return dossier.findtext("URI/IDENTIFIER")


def _procedure_in(url: str | None) -> str | None:
    found = re.search(r"/resource/procedure/(\d{4}_\d+)", url or "")
    return found[1] if found else None


def _dossier_titles(dossier: etree._Element) -> dict[str, str]:
    """The title by language; one without a language is in the notice's own, English."""
    found: dict[str, str] = {}
    for name in ("DOSSIER_TITLE", "TITLE"):
        for element in dossier.findall(name):
            lang = celex.language(element.findtext("LANG") or "ENG")
            if lang and (said := _value(element, ".")):
                found.setdefault(lang, said)
    return dict(sorted(found.items(), key=lambda item: item[0] != "en"))


def _followed(events: list[Publication]) -> Iterator[Publication]:
    yield from events[:1]
    for before, event in pairwise(events):
        yield replace(event, follows=before.native_id)


def _event(source: str, dossier: str, titles: dict[str, str], event: etree._Element) -> Publication:
    """``titles`` are those of the dossier: an event has none, only the name of its type."""
    number = (_value(event, "URI/IDENTIFIER") or next(_same_as(event, "pegase"), "")).rsplit(".", 1)[-1]
    name = _value(event, "EVENT_LEGAL_HAS_TYPE_CONCEPT_TYPE_EVENT_LEGAL/PREFLABEL") or _event_name(event)
    if not number or not name:
        raise PayloadError(f"{'EVENT_LEGAL_HAS_TYPE' if number else 'URI'}: missing")
    (lang, title), *others = titles.items() or [("en", "")]
    url = f"{celex.RESOURCE}/procedure/{dossier}" if re.fullmatch(r"\d{4}_\d+", dossier) else None
    return Publication(
        source=source,
        native_id=f"{dossier}#{number}",
        title=f"{title}: {name}" if title else name,
        url=url,
        lang=lang,
        text="\n".join(_event_lines(event, name, title)),
        published=day(_value(event, "EVENT_LEGAL_DATE") or _value(event, "DATE"), "EVENT_LEGAL_DATE"),
        statements=tuple(_event_statements(event, name)),
        others=tuple(Version(other, said, "", None) for other, said in others),
    )


def _event_name(event: etree._Element) -> str:
    """Old notices name the type in French only; ``cdm:event`` says nothing."""
    return next((said for said in _values(event, "TYPE") if not said.startswith("cdm:")), "")


def _event_lines(event: etree._Element, name: str, title: str) -> Iterator[str]:
    """The event, who acted and decided what, the documents, and the titles of the works that it brought."""
    yield name
    for field in ("EVENT_LEGAL_INITIATED_BY_INSTITUTION", "EVENT_LEGAL_USES_CONCEPT_TYPE_DECISION"):
        yield from dict.fromkeys(_values(event, f"{field}/PREFLABEL"))
    yield from dict.fromkeys(_values(event, "EVENT_LEGAL_DOCUMENT_REFERENCE"))
    works = dict.fromkeys(_values(event, "EVENT_LEGAL_CONTAINS_WORK/WORK/EXPRESSION/EXPRESSION_TITLE"))
    yield from works or ([title] if title else [])


def _event_statements(event: etree._Element, name: str) -> Iterator[Statement]:
    code = _value(event, "EVENT_LEGAL_HAS_TYPE_CONCEPT_TYPE_EVENT_LEGAL/IDENTIFIER")
    known = next((meaning for start, meaning in _EVENTS.items() if code.startswith(start)), None)
    if known:
        yield Statement(Facet.KIND, known[0], f"{code} {name}")
        yield Statement(Facet.STAGE, known[1], f"{code} {name}")
