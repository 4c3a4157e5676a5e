"""The Federal Register: the daily journal of every federal agency of the United States.

JSON search (default fields, or those asked for with ``fields[]``), one document or several by number, and the full
text as XML. A search row without ``action`` and ``dates`` is only a hit; with them it says all that the detail says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from lxml import etree

from crawlers.bases.record import Record, read_rows, root_record
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.clean import html_text, one_line, tidy, xml_text
from extractors.document import Document, as_list
from model.codes import DateType, Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Dated, Part, Publication, Statement
from model.source import Confidence, Republish, Source

_ID = "us_federal_register"
_API = "https://www.federalregister.gov/api/v1"
# One search a phrase: the terms are stemmed, so only a quoted phrase keeps the words together.
_PHRASES = (
    '"forced labor"',
    '"child labor"',
    '"trafficking in persons"',
    '"human trafficking"',
    '"modern slavery"',
    '"withhold release order"',
    '"conflict minerals"',
)
_FIELDS = (
    "abstract", "action", "agencies", "citation", "comments_close_on", "correction_of", "dates", "docket_ids",
    "document_number", "effective_on", "full_text_xml_url", "html_url", "json_url", "publication_date",
    "regulation_id_numbers", "subtype", "title", "type",
)  # fmt: skip

_DOCUMENT_NUMBER = re.compile(r"\b([A-Z]\d-(?:\d{4}-)?\d{3,6}|\d{4}-\d{4,6}|\d{2}-\d{3,6})\b")
_CITATION = re.compile(r"\b(\d{1,3}) FR (\d[\d,]*)\b")
_FILED_AS = re.compile(r"FR\s+Doc(?:ument)?\.?\s*(?:No\.?\s*)?([A-Z]?\d+[-–][\d-]+)", re.I)


class _Meaning(NamedTuple):
    """What a document type or the words of an action say of kind and stage; None where they say nothing."""

    kind: Kind | None
    stage: Stage | None


_TYPES = {
    "Rule": _Meaning(Kind.LEGISLATION, Stage.ADOPTED),
    "Proposed Rule": _Meaning(Kind.RULEMAKING, Stage.PROPOSED),
    # A notice may be anything: its action tells what.
    "Notice": _Meaning(None, None),
    "Presidential Document": _Meaning(Kind.POLICY, None),
    "Correction": _Meaning(None, None),
    "Sunshine Act Document": _Meaning(Kind.NEWS, None),
    "Uncategorized Document": _Meaning(None, None),
}
_SUBTYPES = {
    "Executive Order": _Meaning(Kind.LEGISLATION, Stage.ADOPTED),
    "Presidential Order": _Meaning(Kind.LEGISLATION, Stage.ADOPTED),
    "Proclamation": _Meaning(Kind.POLICY, None),
    "Memorandum": _Meaning(Kind.POLICY, None),
    "Determination": _Meaning(Kind.POLICY, None),
    "Notice": _Meaning(Kind.POLICY, None),
    "Other": _Meaning(Kind.POLICY, None),
}
_ROOTS = {
    "RULE": "Rule",
    "PRORULE": "Proposed Rule",
    "NOTICE": "Notice",
    "PRESDOCU": "Presidential Document",
    "CORRECT": "Correction",
    "SUNSHINE": "Sunshine Act Document",
}
_PRESIDENTIAL = {
    "EXECORD": "Executive Order",
    "PROCLA": "Proclamation",
    "DETERM": "Determination",
    "PRMEMO": "Memorandum",
    "PRNOTICE": "Notice",
    "PRORDER": "Presidential Order",
}
# The words of an action, the more telling first; each gives kind, stage or both where the type has left them open
# or (stage) said it too generally.
_ACTIONS: Sequence[tuple[re.Pattern[str], _Meaning]] = tuple(
    (re.compile(words, re.I), meaning)
    for words, meaning in (
        (r"withdraw(s|al|n|ing)\b", _Meaning(None, Stage.WITHDRAWN)),
        (r"(delay|postpone(ment|d|s)?|stay)\b.*\b(effective|effectiveness|compliance|date)\b",
         _Meaning(None, Stage.POSTPONED)),
        (r"\b(removal|repeal|rescission|revocation) of\b", _Meaning(None, Stage.REPEALED)),
        (r"(reopening|extension|re-opening) of (the )?(public )?comment period",
         _Meaning(Kind.CONSULTATION, Stage.CONSULTATION)),
        (r"request for (public )?(comments?|information|input)", _Meaning(Kind.CONSULTATION, Stage.CONSULTATION)),
        (r"comment request|solicitation of comments|advance notice of proposed rulemaking",
         _Meaning(Kind.CONSULTATION, Stage.CONSULTATION)),
        (r"(final|direct|interim|temporary) rule; correct|correcting amendment", _Meaning(None, Stage.AMENDED)),
        (r"\b(guidance|advisory)\b", _Meaning(Kind.GUIDANCE, None)),
        (r"\b(entity list|withhold release|finding|determination|penalt|debarment|designation|blocking|sanction)",
         _Meaning(Kind.ENFORCEMENT, None)),
        (r"\breport\b", _Meaning(Kind.REPORT, None)),
    )
)  # fmt: skip

# Stages that the words of an action do not say of a rule that has been made, or of one that is only proposed:
# "Interim final rule; request for comments", "Proposed rescission of …".
_UNSAID = {
    Stage.ADOPTED: {Stage.CONSULTATION},
    Stage.PROPOSED: {Stage.REPEALED, Stage.AMENDED, Stage.POSTPONED},
}

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAY = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})\b")
_SENTENCE = re.compile(r"(?<=[.;:])(?<!\b[ap]\.m\.)(?<!\bU\.S\.)(?<!\bNo\.)(?<!\bNos\.)\s+(?=[A-Z])|\n")
_LAST_DAY = re.compile(
    r"\b(on or before|by|until|no later than|not later than|through|clos(es?|ing)( on)?|ends?( on)?|due( on| by)?"
    r"|deadline( is| of)?|extended( to| until| through)?|before)\b\W*"
    r"([^;]{0,45}\b(time|p\.m\.|a\.m\.|midnight|on)\W*)?$",
    re.I,
)
_ANSWERS = re.compile(
    r"\b(comments?|submi\w+|received?|respon\w+|requests?|petitions?|feedback|statements?|nominations?|input|views"
    r"|information|objections?)\b",
    re.I,
)
_MOVED = re.compile(r"\b(re-?open|exten(d|sion))", re.I)
_APPLIES = re.compile(r"\b(effective|applicab\w+|applies|takes? effect|in effect|compliance)\b[^.;]*$", re.I)
_PAST = re.compile(r"\b(published|issued|dated|appear\w+)\b[^.;]*$", re.I)


def _search(phrase: str, since: date) -> Ask:
    fields = [("fields[]", name) for name in _FIELDS]
    conditions = [("conditions[term]", phrase), ("conditions[publication_date][gte]", since.isoformat())]
    return Ask(f"{_API}/documents.json?{urlencode([*conditions, ('order', 'newest'), ('per_page', '100'), *fields])}")


def is_listing(document: Document) -> bool:
    return bool({"count", "results"} & document.keys)


def is_document(document: Document) -> bool:
    return "document_number" in document.keys


def is_error(document: Document) -> bool:
    return bool({"errors", "error", "message", "status"} & document.keys)


def is_full_text(document: Document) -> bool:
    return document.format == "xml" and document.xml.tag in _ROOTS


def read_error(document: Document) -> Reading:
    """An error as JSON, whatever the status says. Always raises."""
    values = document.json
    said = values.get("errors") or values.get("error") or values.get("message") or values.get("status")
    raise PayloadError(f"the API answers with an error: {one_line(str(said))[:200]}")


def read_listing(document: Document) -> Reading:
    """A page of a search, or several documents asked for by number: ``count``, ``results``, ``next_page_url``."""
    root = root_record(document.json, "a list of documents")
    rows = root.values.get("results", [] if root.values.get("count") == 0 else None)
    if not isinstance(rows, list):
        raise PayloadError("results: a list was expected")
    reading = read_rows(rows, lambda row: row.text("document_number"), read_row)
    following = root.text("next_page_url")
    return replace(
        reading,
        asks=(*reading.asks, *((Ask(following),) if following else ())),
        problems=(*reading.problems, *_not_found(root)),
        listed=len(rows),
        nothing=None if rows else "no document matches",
    )


def _not_found(root: Record) -> Iterator[Problem]:
    """Documents asked for by number that the register does not know."""
    for field, said in root.record("errors").values.items():
        yield Problem("errors", field, ", ".join(one_line(str(each)) for each in as_list(said)))


def read_document(document: Document) -> Reading:
    """One document by its number, with all fields."""
    record = root_record(document.json, "a document")
    record.label = record.text("document_number")
    reading = read_row(record)
    return replace(reading, problems=(*reading.problems, *record.problems))


def read_row(row: Record) -> Reading:
    """One document: a search row or the detail."""
    number, title = row.required("document_number"), row.required("title")
    abstract = html_text(row.raw("abstract"))
    statements, problems = _statements(row)
    publication = Publication(
        source=_ID,
        native_id=number,
        title=title,
        url=row.text("html_url") or None,
        part=Part.RECORD if {"action", "dates"} <= set(row.values) else Part.HIT,
        lang="en",
        text=tidy("\n".join((row.text("action"), abstract, row.raw("dates")))),
        summary=one_line(abstract),
        published=row.day("publication_date"),
        identifiers=_identifiers(row, number),
        dates=_dates(row),
        statements=statements,
        corrects=_corrected(row, number),
    )
    return Reading(publications=(publication,), asks=tuple(_asks(row, publication)), problems=problems)


def _asks(row: Record, publication: Publication) -> Iterator[Ask]:
    """The rest of a document that may matter: its full text, or for a mere hit its detail. Both never change."""
    number, published = publication.native_id, publication.published or ""
    about = tidy(f"{publication.title}\n{publication.summary}")
    if text_url := row.text("full_text_xml_url"):
        yield Ask(text_url, mark=(f"text {number}", published), about=about)
    if publication.part is Part.HIT:
        detail = f"{_API}/documents/{number}.json?publication_date={published}"
        yield Ask(detail, mark=(f"document {number}", published), about=about)


def _statements(row: Record) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    kind, subtype, action = row.text("type"), row.text("subtype"), row.text("action")
    problems = []
    if kind and kind not in _TYPES:
        problems.append(Problem(row.label, "type", f"unknown: {kind}"))
    if subtype and subtype not in _SUBTYPES:
        problems.append(Problem(row.label, "subtype", f"unknown: {subtype}"))
    of_type = _SUBTYPES.get(subtype) or _TYPES.get(kind)
    return tuple(_said(of_type, subtype or kind, action)), tuple(problems)


def _said(of_type: _Meaning | None, type_words: str, action: str) -> Iterator[Statement]:
    """The type decides the kind if it can; the action fills it in and says more of the stage."""
    of_action = [(action, meaning) for pattern, meaning in _ACTIONS if pattern.search(action)]
    by_type = [(type_words, of_type)] if of_type else []
    for words, meaning in [*by_type, *of_action]:
        if meaning.kind:
            yield Statement(Facet.KIND, meaning.kind, words)
            break
    unsaid = _UNSAID.get(of_type.stage, set()) if of_type and of_type.stage else set()
    for words, meaning in [*of_action, *by_type]:
        if meaning.stage and meaning.stage not in unsaid:
            yield Statement(Facet.STAGE, meaning.stage, words)
            break


def _identifiers(row: Record, number: str) -> dict[str, tuple[str, ...]]:
    dockets = [docket.text("id") for docket in row.records("dockets")]
    dockets += [docket for words in row.texts("docket_ids") for docket in docket_ids(words)]
    found = {
        "fr_doc": (number,),
        "citation": (row.text("citation"),),
        "docket": tuple(dict.fromkeys(dockets)),
        "rin": row.texts("regulation_id_numbers"),
    }
    return {scheme: kept for scheme, values in found.items() if (kept := tuple(value for value in values if value))}


_DOCKET_ID = re.compile(r"\b[A-Z]{2,}[A-Z0-9]*(?:[-_][A-Z0-9]+)*[-_](?:19|20)\d{2}[-_][A-Z0-9]+(?:[-_][A-Z0-9]+)*\b")
_DOCKET_WORD = re.compile(r"^\W*(docket|case|file|project)\b\W*(?:(?:ids?|nos?|numbers?)\b\W*)*", re.I)
# Numbers that stand where dockets stand and name a form or a notice, not a docket.
_NO_DOCKET = re.compile(r"^\W*(public notice|omb|information collection|agency information|rtid)\b", re.I)


def docket_ids(words: str) -> tuple[str, ...]:
    """``Docket No. USCG-2026-0041`` to ``USCG-2026-0041``; other kinds of number without the word before them.

    >>> docket_ids("FAR Case 2026-003, Docket No. FAR-2026-0003, Sequence No. 1")
    ('FAR-2026-0003',)
    >>> docket_ids("Docket No. RM26-12-000")
    ('RM26-12-000',)
    """
    if found := _DOCKET_ID.findall(words):
        return tuple(found)
    if _NO_DOCKET.search(words):
        return ()
    bare = _DOCKET_WORD.sub("", words.strip("[] \n")).strip()
    return (bare,) if bare else ()


def _dates(row: Record) -> tuple[Dated, ...]:
    """What takes effect when, and until when comments are taken.

    A notice that reopens or extends a comment period repeats the old day in ``comments_close_on``: there, and where
    that day was over before the document appeared, the words of DATES decide.
    """
    words, published = row.raw("dates"), row.day("publication_date") or ""
    found = [dated for dated in dates_in(words) if dated.type is not DateType.DEADLINE or dated.date >= published]
    closes, effective = row.day("comments_close_on") or "", row.day("effective_on") or ""
    known = {(dated.type, dated.date) for dated in found}
    if effective and (DateType.EFFECTIVE, effective) not in known:
        found.insert(0, Dated(DateType.EFFECTIVE, effective, f"effective_on: {effective}"))
    told = any(dated.type is DateType.DEADLINE for dated in found)
    moved = told and _MOVED.search(f"{row.text('title')}\n{row.text('action')}\n{words}")
    if closes and closes >= published and not moved and (DateType.DEADLINE, closes) not in known:
        found.append(Dated(DateType.DEADLINE, closes, f"comments_close_on: {closes}"))
    return tuple(found)


def dates_in(words: str) -> Iterator[Dated]:
    """The dates of a DATES paragraph that are a last day for answers or a first day of effect."""
    seen = set()
    for sentence in _SENTENCE.split(words):
        for found in _DAY.finditer(sentence):
            kind = _date_type(sentence, sentence[: found.start()])
            day = _iso(found)
            if kind and day and (kind, day) not in seen:
                seen.add((kind, day))
                yield Dated(kind, day, one_line(sentence))


def _date_type(sentence: str, before: str) -> DateType | None:
    near = _DAY.split(before)[-1]
    if _LAST_DAY.search(near) and _ANSWERS.search(sentence):
        return DateType.DEADLINE
    if _APPLIES.search(before) and not _PAST.search(near):
        return DateType.EFFECTIVE
    return None


def _iso(found: re.Match[str]) -> str | None:
    try:
        return date(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])).isoformat()
    except ValueError:
        return None


def _corrected(row: Record, number: str) -> tuple[str, ...]:
    """The documents that this one corrects: by ``correction_of``, its number (``C1-2025-01234``), or its words."""
    words = f"{row.text('title')}\n{row.text('action')}"
    named = [*_DOCUMENT_NUMBER.findall(row.text("correction_of").split("?")[0])]
    if is_correction(number, words):
        named += corrected_in(f"{row.text('abstract')}\n{row.raw('dates')}", number)
    return tuple(dict.fromkeys(name for name in named if name != number))


def is_correction(number: str, words: str) -> bool:
    return bool(
        re.match(r"C\d-", number)
        or re.search(r"[;,:(]\s*(technical )?correct(ion|ing)\b|^correct(ion|ing)\b", words, re.I | re.M)
    )


def corrected_in(words: str, number: str) -> list[str]:
    """The document numbers that a correction names, or else the pages (``88 FR 50902``)."""
    corrected = [number[3:]] if re.match(r"C\d-", number) else []
    corrected += [found.replace("–", "-").strip("-") for found in _FILED_AS.findall(words)]
    corrected = [name for name in corrected if name != number]
    return corrected or [f"{volume} FR {page.replace(',', '')}" for volume, page in _CITATION.findall(words)]


_INLINE = {"E", "SU", "FR", "AC", "FTREF", "I", "B", "SUP", "SUB", "PRTPAGE"}
_NOISE = {"PRTPAGE", "BILCOD", "GPH", "MATH", "GID", "MID", "STARS", "PSIG"}


def read_full_text(document: Document) -> Reading:
    """The full text of one document: root RULE, PRORULE, NOTICE, PRESDOCU, CORRECT or SUNSHINE."""
    root = document.xml
    number = _own_number(root, document.url)
    title = one_line(_first(root, "SUBJECT") or _first(root, "HD" if root.tag == "PRESDOCU" else "TITLE"))
    if not title:
        raise PayloadError("SUBJECT: missing or empty")
    action = _block(root, "ACT")
    dates = "\n".join(filter(None, (_block(root, "DATES"), _block(root, "EFFDATE"))))
    publication = Publication(
        source=_ID,
        native_id=number,
        title=title,
        url=f"https://www.federalregister.gov/d/{number}",
        part=Part.TEXT,
        lang="en",
        published=_issue_day(document.url),
        text=xml_text(root, inline=_INLINE, skip=_NOISE, cells={"ENT", "CHED", "LI"}),
        summary=one_line(_block(root, "SUM")),
        identifiers=_printed_identifiers(root, number),
        dates=tuple(dates_in(dates)),
        statements=tuple(_said(*_printed_type(root), one_line(action))),
        corrects=tuple(corrected_in(xml_text(root), number)) if is_correction(number, f"{title}\n{action}") else (),
    )
    return Reading(publications=(publication,))


def _issue_day(url: str | None) -> str | None:
    """The day of the issue that an address names: the text itself prints only when it was filed."""
    found = re.search(r"/(?:full_text/xml/|pkg/FR-)(\d{4})[/-](\d{2})[/-](\d{2})/", url or "")
    return "-".join(found.groups()) if found else None


def _printed_type(root: etree._Element) -> tuple[_Meaning, str]:
    """What the root element is; a presidential document says more by the element within."""
    for name, subtype in _PRESIDENTIAL.items():
        if next(root.iter(name), None) is not None:
            return _SUBTYPES[subtype], subtype
    return _TYPES[_ROOTS[root.tag]], _ROOTS[root.tag]


def _own_number(root: etree._Element, url: str | None) -> str:
    """From ``[FR Doc. 2016-08681 Filed 4-14-16; 8:45 am]``, else from the address ``…/2016-08681.xml``."""
    filed = _FILED_AS.search(_first(root, "FRDOC"))
    address = re.search(r"/([^/]+)\.xml(?:$|\?)", url or "")
    if filed:
        return filed[1].replace("–", "-")
    if address:
        return address[1]
    raise PayloadError("FRDOC: no document number")


def _printed_identifiers(root: etree._Element, number: str) -> dict[str, tuple[str, ...]]:
    dockets = [docket for element in root.iter("DEPDOC") for docket in docket_ids(xml_text(element, inline=_INLINE))]
    rins = [rin for element in root.iter("RIN") for rin in re.findall(r"\b\d{4}-[A-Z]{2}\d{2}\b", xml_text(element))]
    found = {"fr_doc": (number,), "docket": tuple(dict.fromkeys(dockets)), "rin": tuple(dict.fromkeys(rins))}
    return {scheme: values for scheme, values in found.items() if values}


def _first(root: etree._Element, name: str) -> str:
    return xml_text(next(root.iter(name), None), inline=_INLINE, skip=_NOISE)


def _block(root: etree._Element, name: str) -> str:
    """The words of a block of the preamble without its heading."""
    return xml_text(next(root.iter(name), None), inline=_INLINE, skip={*_NOISE, "HD"})


class UsFederalRegisterSpider(SourceSpider):
    name = _ID
    source = Source(
        id=_ID,
        name="Federal Register",
        publisher="Office of the Federal Register",
        jurisdiction="US",
        languages=("en",),
        homepage="https://www.federalregister.gov/",
        hosts=("www.federalregister.gov",),
        rhythm=timedelta(hours=12),
        silence_after=timedelta(days=14),
        expected=0,
        requests_per_day=300,
        licence="Public domain (17 U.S.C. 105)",
        licence_url="https://www.federalregister.gov/reader-aids/government-policy-and-ofr-procedures/about-this-site",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone="America/New_York",
        known_gaps="Documents on display before their publication are not read.",
    )
    parser_version = 1
    shapes = (
        Shape("listing", is_listing, read_listing),
        Shape("document", is_document, read_document),
        Shape("full text", is_full_text, read_full_text),
        Shape("error", is_error, read_error),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:  # noqa: ARG003
        """One search a phrase, newest first."""
        return [_search(phrase, since) for phrase in _PHRASES]
