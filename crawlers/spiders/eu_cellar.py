"""CELLAR, the repository of the Publications Office: Union law, its preparation and the case law of the Court."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlencode, urljoin

from crawlers.bases import celex, fields, oj_text, sparql
from crawlers.bases.atom import https
from crawlers.bases.cellar_notice import is_notice, read_notice
from crawlers.bases.record import merge
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.document import Document
from model.codes import DateType
from model.payload import PayloadError
from model.publication import Dated, Note, Part, Publication, Version
from model.source import Confidence, Republish, Source

_ID = "eu_cellar"
_ENDPOINT = "https://publications.europa.eu/webapi/rdf/sparql"
_ROWS = {"Accept": "application/sparql-results+json"}
_TEXT = {"Accept": "application/xhtml+xml, text/html;q=0.9", "Accept-Language": "eng"}
_TREE = {"Accept": "application/xml;notice=tree", "Accept-Language": "eng"}
# Forced Labour Regulation; due diligence, reporting, deforestation, batteries, minerals; trafficking; violence
# against women.
_WATCHED = (
    "32024R3015", "32024L1760", "32022L2464", "32023R1115", "32023R1542", "32017R0821", "32011L0036", "32024L1712",
    "32024L1385",
)  # fmt: skip
# Procedures of the due diligence directive, the forced labour ban, the trafficking directive and the omnibus package.
_PROCEDURES = ("2022_51", "2022_269", "2022_426", "2025_44", "2025_45")
_TITLES = (
    "forced labour", "slavery", "trafficking in human beings", "human trafficking", "child labour", "due diligence",
    "sustainability reporting", "deforestation", "conflict-affected", "conflict minerals", "battery", "batteries",
    "human rights", "seasonal workers", "labour rights", "supply chain", "xinjiang", "generalised scheme of tariff",
)  # fmt: skip
# An act is published in the Official Journal up to some weeks after the day that it bears.
_BEFORE_PUBLICATION = timedelta(days=45)

# Texts that print a number from which their CELEX number follows: after a redirect the address does not tell it.
# Corrigenda print that of the act which they correct.
_PRINTS_ITS_NUMBER = re.compile(r"[03]\d{4}[RLDFH]\d{4}(?:-\d{8})?|5\d{4}(?:PC|DC|JC|SC)\d{4}|6\d{4}[CTF][JOC]\d{4}")

_QUERY = """PREFIX cdm: <http://publications.europa.eu/ontology/cdm#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT DISTINCT ?celex ?eli ?title ?date ?entryForce ?endValidity ?force ?rtype ?author WHERE {{
  {which}
  ?work cdm:resource_legal_id_celex ?celex ; cdm:work_date_document ?date .
  ?expression cdm:expression_belongs_to_work ?work ; cdm:expression_title ?title ;
    cdm:expression_uses_language <http://publications.europa.eu/resource/authority/language/ENG> .
  {only}
  OPTIONAL {{ ?work cdm:resource_legal_eli ?eli }}
  OPTIONAL {{ ?work cdm:work_has_resource-type ?rtype }}
  OPTIONAL {{ ?work cdm:work_created_by_agent ?author }}
  OPTIONAL {{ ?work cdm:resource_legal_in-force ?force }}
  OPTIONAL {{ ?work cdm:resource_legal_date_entry-into-force ?entryForce }}
  OPTIONAL {{ ?work cdm:resource_legal_date_end-of-validity ?endValidity }}
}} ORDER BY DESC(?date)"""


def _rows_ask(which: str, only: str) -> Ask:
    query = re.sub(r"\s+", " ", _QUERY.format(which=which, only=only))
    return Ask(f"{_ENDPOINT}?{urlencode({'query': query})}", headers=_ROWS)


def _recent(since: date) -> Ask:
    """Acts and documents since a day whose English title bears our words. Without a bound the query takes minutes."""
    words = " || ".join(f'CONTAINS(LCASE(STR(?title)), "{word}")' for word in _TITLES)
    day = f'FILTER(?date >= "{since.isoformat()}"^^xsd:date)'
    # Sectors 7 and 8 are the member states' own law, which their own sources bring.
    return _rows_ask("", f'{day} FILTER(REGEX(STR(?celex), "^[2-6]")) FILTER({words})')


def _watched() -> Ask:
    numbers = " ".join(f'"{number}"^^xsd:string' for number in _WATCHED)
    return _rows_ask(f"VALUES ?celex {{ {numbers} }}", "")


# --- Rows


def _read_rows(document: Document) -> Reading:
    rows = sparql.bindings(document)
    groups = sparql.grouped(rows, "celex")
    read = merge(_read_group(number, group) for number, group in groups.items())
    return Reading(
        read.publications, read.asks, read.problems, len(groups), None if rows else "no act answers the question"
    )


def _read_group(number: str, rows: sparql.Rows) -> Reading:
    """All rows of one act; those that cannot be read are a problem and cost only themselves."""
    try:
        if not celex.is_celex(number):
            raise PayloadError(f"celex: not a CELEX number: {number}")
        return _read_act(number, rows)
    except PayloadError as error:
        return Reading(problems=(Problem(number or "row without celex", "bindings", str(error)),))


def _read_act(number: str, rows: sparql.Rows) -> Reading:
    native = celex.act_of(number)
    titles = sorted(rows.cells("title"), key=lambda cell: cell[1] not in ("en", None))
    if not titles:
        raise PayloadError("title: missing or empty")
    (title, lang), *others = titles
    days = sorted({day for said in rows.values("date") if (day := fields.day(said, "date"))})
    ends = {day for said in rows.values("endValidity") if (day := fields.day(said, "endValidity"))}
    resource_type = next((said.rsplit("/", 1)[-1] for said in rows.values("rtype")), "")
    publication = Publication(
        source=_ID,
        native_id=native,
        title=title,
        url=celex.address(native),
        part=Part.HIT,
        piece=number if number != native else "",
        lang=lang,
        # A consolidated text bears the day of its last change, which is not when the act was published.
        published=days[0] if days and number == native else None,
        identifiers=_identifiers(native, rows.values("eli")),
        dates=_effective(rows),
        statements=tuple(celex.statements(native, resource_type, in_force=rows.truth("force"), ended=bool(ends))),
        others=tuple(Version(code, said, "", None) for said, code in others if code and code != lang),
        corrects=celex.corrected_by(native),
    )
    if not _PRINTS_ITS_NUMBER.fullmatch(number):
        return Reading((publication,))
    text = Ask(celex.address(number), headers=_TEXT, mark=(f"text {number}", days[0] if days else ""), about=title)
    return Reading((publication,), (text,))


def _effective(rows: sparql.Rows) -> tuple[Dated, ...]:
    """Every day of entry into force or application: acts begin to apply in stages."""
    days = ((fields.day(said, "entryForce"), said) for said in sorted(rows.values("entryForce")))
    return tuple(Dated(DateType.EFFECTIVE, day, f"entryForce {said}") for day, said in days if day)


def _identifiers(native: str, eli: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found = {"celex": (native,), "eli": tuple(dict.fromkeys(eli)), "case": celex.case_number(native)}
    return {scheme: values for scheme, values in found.items() if values}


# --- Texts and notices


def _read_text(document: Document) -> Reading:
    text = oj_text.read_text(document)
    native = celex.act_of(text.number)
    on = text.consolidated_on
    publication = Publication(
        source=_ID,
        native_id=native,
        title=text.title,
        url=celex.address(native),
        part=Part.CONSOLIDATED if text.consolidated or text.number.startswith("0") else Part.TEXT,
        piece="" if text.lang in ("en", None) else text.lang,
        lang=text.lang,
        text=text.words,
        published=text.published,
        identifiers=_identifiers(native, [text.eli] if text.eli else []),
        statements=tuple(celex.statements(native, "")),
        notes=(Note(on, text.consolidated),) if on and text.consolidated else (),
        corrects=celex.corrected_by(native),
    )
    return Reading((publication,))


def _read_notice(document: Document) -> Reading:
    return read_notice(_ID, document)


def _parts(document: Document) -> list[str]:
    """The addresses in a list of the parts of a text, the act itself first."""
    links = (str(link.get("href") or "") for link in document.html.find_all("a"))
    found = {https(urljoin(document.url or "", link)) for link in links if re.search(r"/DOC_\d+$", link)}
    return sorted(found, key=lambda link: int(link.rsplit("_", 1)[-1]))


def _is_choice(document: Document) -> bool:
    chosen = document.payload.status == 300 or "300 Multiple-Choice" in document.text[:2000]
    return document.format == "html" and chosen and bool(_parts(document))


def _read_choice(document: Document) -> Reading:
    """300 Multiple Choices: DOC_1 is the act, the others are its annexes."""
    first = _parts(document)[0]
    return Reading(asks=(Ask(first, headers=_TEXT),), nothing="a list of the parts of one text")


class EuCellarSpider(SourceSpider):
    """The Official Journal, its consolidated law, its preparatory acts and its case law."""

    name = _ID
    source = Source(
        id=_ID,
        name="CELLAR (EUR-Lex)",
        publisher="Publications Office of the European Union",
        jurisdiction="EU",
        languages=("en",),
        homepage="https://eur-lex.europa.eu",
        hosts=("publications.europa.eu",),
        rhythm=timedelta(hours=12),
        silence_after=timedelta(days=21),
        expected=1,
        requests_per_day=300,
        licence="Commission Decision 2011/833/EU (CC BY 4.0)",
        licence_url="https://eur-lex.europa.eu/content/legal-notice/legal-notice.html",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone="Europe/Luxembourg",
        known_gaps=(
            "Asked for in English only. Of corrigenda, opinions and positions of Parliament only the metadata are "
            "read; annexes of proposals are not fetched."
        ),
    )
    parser_version = 2
    shapes = (
        Shape("rows of a question", sparql.is_answer, _read_rows),
        Shape("notice", is_notice, _read_notice),
        Shape("list of parts", _is_choice, _read_choice),
        Shape("text", oj_text.is_text, _read_text),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:
        """The acts that we watch, recent ones by the words of their titles, and the procedures that we follow."""
        del now
        yield _watched()
        yield _recent(since - _BEFORE_PUBLICATION)
        for procedure in _PROCEDURES:
            yield Ask(f"{celex.RESOURCE}/procedure/{procedure}", headers=_TREE)
