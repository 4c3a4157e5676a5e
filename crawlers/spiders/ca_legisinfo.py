"""LEGISinfo: the bills of the Parliament of Canada, one update for each stage that a bill has completed.

The list of a session and the detail of a bill come as JSON and as XML, and name the same things differently. Dates
are local without zone: only their day is kept. Bill texts are XML in one language each.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from lxml import etree

from crawlers.bases.record import Record, merge, plain, read_rows
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.clean import html_text, one_line, tidy, xml_text
from extractors.document import Document, as_list
from model.codes import Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Part, Publication, Statement, Version
from model.source import Confidence, Republish, Source

_ID = "ca_legisinfo"
_SITE = "https://www.parl.ca/legisinfo"
# The sessions of Parliament, newest first, with their opening days. A bill of the newest one that calls its session
# over is a problem: the next session belongs here.
SESSIONS = (("45-1", date(2025, 5, 26)), ("44-1", date(2021, 11, 22)), ("43-2", date(2020, 9, 23)))
_CHAMBERS = {"HouseBillStages": "house", "SenateBillStages": "senate", "RoyalAssent": ""}
_COMPLETED, _NOT_COMPLETED = {"4"}, {"1", "2", "3", "5"}
# A bill's own names of its stages, to the ids that bill texts print (first-reading-house, assented-to).
_SLUGS = {
    "first reading": "first-reading",
    "second reading": "second-reading",
    "consideration in committee": "committee",
    "report stage": "report",
    "third reading": "third-reading",
    "royal assent": "royal-assent",
}
_PRINTED = {"assented-to": "royal-assent", "royal-assent": "royal-assent"}
_FIRST_HOUSE = {"commons": "house", "house": "house", "senate": "senate"}


class _Bill(NamedTuple):
    """What tells a bill: session ``45-1``, number ``C-251``, and the chamber in which it began."""

    session: str
    number: str
    origin: str

    @property
    def key(self) -> str:
        return f"{self.session}/{self.number}"

    def url(self, lang: str) -> str:
        page = "bill" if lang == "en" else "projet-de-loi"
        return f"{_SITE}/{lang}/{page}/{self.session}/{self.number.lower()}"

    def identifiers(self, statute: str) -> dict[str, tuple[str, ...]]:
        found = {"bill": self.number, "session": self.session, "public_law": statute}
        return {scheme: (value,) for scheme, value in found.items() if value}


class _Completed(NamedTuple):
    """One completed stage: its id, the source's name, when, and the record of it."""

    slug: str
    name: str
    at: str
    stage: Record


def _bills(document: Document) -> list[Any]:
    """The bills of a JSON or XML payload as plain objects, whatever stands around them."""
    if document.format == "json":
        value = document.json
        return as_list(value.get("Bills", value) if isinstance(value, Mapping) else value)
    if document.format == "xml" and document.xml.find("Identification") is None:
        root = document.xml
        return [plain(bill) for bill in ([root] if etree.QName(root).localname == "Bill" else root.findall("{*}Bill"))]
    return []


def _is_bill(value: Any) -> bool:
    return isinstance(value, Mapping) and bool({"BillNumberFormatted", "NumberCode"} & set(value))


def is_detail(document: Document) -> bool:
    bills = _bills(document)
    return bool(bills) and all(_is_bill(bill) and "BillStages" in bill for bill in bills)


def is_list(document: Document) -> bool:
    """Also an empty one: a session of which nothing is listed."""
    bare = (document.format == "json" and document.json == []) or (
        document.format == "xml" and etree.QName(document.xml).localname in {"Bills", "ArrayOfBill"}
    )
    bills = _bills(document)
    return bare if not bills else all(_is_bill(bill) for bill in bills)


def is_bill_text(document: Document) -> bool:
    return document.format == "xml" and document.xml.tag == "Bill" and document.xml.find("Identification") is not None


def read_list(document: Document) -> Reading:
    """All bills of a session: each bill that may matter and has moved is asked for."""
    bills = _bills(document)
    reading = read_rows(bills, _number, _read_listed)
    why = "the list names bills; their stages are in the details" if bills else "the session lists no bill"
    return replace(reading, listed=len(bills), nothing=why)


def _number(bill: Record) -> str:
    """``C-251``: texts write it with a non-breaking hyphen."""
    return re.sub(r"[\u2010\u2011\u2013]", "-", bill.text("BillNumberFormatted") or bill.text("NumberCode"))


def _read_listed(row: Record) -> Reading:
    bill = _bill(row)
    moved = row.text("LatestActivityDateTime") or row.text("LatestBillEventDateTime")
    titles = (row.text(f"{kind}Title{lang}") for kind in ("Long", "Short") for lang in ("En", "Fr"))
    about = "\n".join(title for title in titles if title)
    mark = (f"bill {bill.key}", moved) if moved else None
    return Reading(asks=(Ask(f"{bill.url('en')}/json", mark=mark, about=about),))


def _bill(row: Record) -> _Bill:
    number, parliament = _number(row), row.text("ParliamentNumber")
    session = row.text("ParlSessionCode") or (f"{parliament}-{row.text('SessionNumber')}" if parliament else "")
    if not number:
        raise PayloadError("NumberCode: missing or empty")
    if not re.fullmatch(r"\d+-\d+", session):
        raise PayloadError(f"SessionNumber: no session of Parliament: {session or 'missing'}")
    senate = row.text("OriginatingChamberOrganizationId") == "2" or number.startswith("S")
    return _Bill(session, number, "senate" if senate else "house")


def read_detail(document: Document) -> Reading:
    """One bill (a payload may hold several) with all its stages."""
    return merge(_read_bill(Record(bill)) for bill in _bills(document))


def _read_bill(row: Record) -> Reading:
    row.label = _number(row)
    bill, stages = _bill(row), sorted(_completed(row), key=lambda stage: stage.at)
    publications, former = [], None
    for stage in stages:
        publications.append(_stage_publication(row, bill, stage, former))
        former = publications[-1].native_id
    if bill.session == SESSIONS[0][0] and row.truth("IsSessionOngoing") is False:
        row.note("IsSessionOngoing", f"session {bill.session} is over: the next one is not known here")
    return Reading(
        publications=tuple(publications),
        asks=tuple(_text_asks(row)),
        problems=tuple(row.problems),
        nothing=None if publications else f"the record of bill {bill.key} holds no completed stage",
    )


def _completed(row: Record) -> Iterator[_Completed]:
    stages = row.record("BillStages")
    for field, chamber in _CHAMBERS.items():
        for stage in stages.records(field):
            if _is_completed(stage):
                yield from _dated(stage, chamber)


def _is_completed(stage: Record) -> bool:
    """By its state; royal assent has none (0) and is complete when an event has ended it."""
    state = stage.text("State")
    if state in ("0", ""):
        return bool(stage.record("EndOfStageEvent").values)
    if state not in _COMPLETED | _NOT_COMPLETED:
        stage.note("State", f"unknown: {state} {stage.text('StateNameEn')}")
    return state in _COMPLETED


def _dated(stage: Record, chamber: str) -> Iterator[_Completed]:
    name = stage.text("BillStageNameEn") or stage.text("BillStageName")
    ended = stage.record("EndOfStageEvent")
    at = next((time.text(field) for time, field in ((stage, "StateAsOfDate"), (ended, "EventStartDateTime"))
               if time.day(field)), "")  # fmt: skip
    if not name or not at:
        stage.note("BillStages", f"a completed stage without name or date: {name}")
        return
    slug = _SLUGS.get(name.lower())
    if slug is None and "amendment" not in name.lower():
        stage.note("BillStageNameEn", f"unknown: {name}")
    slug = slug or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    yield _Completed(f"{slug}-{chamber}" if chamber else slug, name, at, stage)


def _stage_publication(row: Record, bill: _Bill, stage: _Completed, former: str | None) -> Publication:
    statute = _statute(row.text("StatuteYear"), row.text("StatuteChapter")) if stage.slug == "royal-assent" else ""
    versions = [_version(row, bill, stage, lang) for lang in ("en", "fr")]
    primary, others = versions[0], tuple(version for version in versions[1:] if version.title)
    if not primary.title:
        raise PayloadError("LongTitleEn: missing or empty")
    return Publication(
        source=_ID,
        native_id=f"{bill.key}/{stage.slug}",
        title=primary.title,
        url=primary.url,
        lang="en",
        text=primary.text,
        summary=one_line(html_text(row.raw("ShortLegislativeSummaryEn"))),
        published=stage.at[:10],
        identifiers=bill.identifiers(statute),
        statements=tuple(_statements(stage.slug, bill.origin, stage.name, _is_defeated(stage.stage))),
        others=others,
        follows=former,
    )


def _statute(year: str, chapter: str) -> str:
    return f"S.C. {year}, c. {chapter}" if year and chapter else ""


def _version(row: Record, bill: _Bill, stage: _Completed, lang: str) -> Version:
    """One language. The bill's status is left out: it moves on with later stages, which are updates of their own."""
    suffix = lang.capitalize()
    long_title, short_title = row.text(f"LongTitle{suffix}"), row.text(f"ShortTitle{suffix}")
    events = [event.text(f"EventName{suffix}") for event in stage.stage.records("SignificantEvents")]
    committee = stage.stage.record("Committee").text(f"CommitteeName{suffix}")
    lines = [
        long_title,
        short_title,
        row.text(f"BillDocumentTypeName{suffix}"),
        stage.stage.text(f"BillStageName{suffix}"),
        *events,
        committee,
        html_text(row.raw(f"ShortLegislativeSummary{suffix}")),
    ]
    text = tidy("\n".join(dict.fromkeys(line for line in lines if line)))
    return Version(lang, long_title or short_title, text, bill.url(lang))


def _is_defeated(stage: Record) -> bool:
    return any(event.truth("IsDefeatedEvent") for event in stage.records("SignificantEvents"))


def _statements(slug: str, origin: str, words: str, defeated: bool) -> Iterator[Statement]:
    """A bill is proposed until its first chamber has passed it, then passed until royal assent makes it law."""
    yield Statement(Facet.KIND, Kind.LEGISLATION if slug == "royal-assent" else Kind.BILL, words)
    other = "senate" if origin == "house" else "house"
    if defeated:
        stage = Stage.WITHDRAWN
    elif slug == "royal-assent":
        stage = Stage.ADOPTED
    elif slug.endswith(other) or slug == f"third-reading-{origin}" or "amendment" in slug:
        stage = Stage.PASSED
    else:
        stage = Stage.PROPOSED
    yield Statement(Facet.STAGE, stage, words)


def _text_asks(row: Record) -> Iterator[Ask]:
    """The XML texts of a bill, where its publications are given with an address."""
    titles = "\n".join(filter(None, (row.text("LongTitleEn"), row.text("ShortTitleEn"))))
    for publication in row.records("Publications"):
        for file in (publication, *publication.records("PublicationFiles"), *publication.records("Files")):
            for value in file.values.values():
                if isinstance(value, str) and re.fullmatch(r"(https?:)?//\S+\.xml|/\S+\.xml", value.strip(), re.I):
                    url = re.sub(r"^(?:https?:)?//|^(?=/)", "https://", value.strip())
                    url = url.replace("https:///", "https://www.parl.ca/")
                    yield Ask(url, mark=(f"text {url}", publication.text("PublicationId")), about=titles)


_INLINE = {
    "Emphasis", "XRefExternal", "XRefInternal", "Keep", "DefinedTermEn", "DefinedTermFr", "DefinitionRef",
    "DefinitionEnOnly", "DefinitionFrOnly", "Language", "Ins", "Del", "Sup", "Sub", "FormulaTerm",
    "FootnoteRef", "Leader", "Fraction", "Repealed", "Separator", "AlternateText", "Base", "Superscript", "Subscript",
}  # fmt: skip


def read_bill_text(document: Document) -> Reading:
    """The text of a bill in one language; it belongs to the stage that it prints."""
    root = document.xml
    identification = next(root.iterchildren("Identification"))
    bill, (printed, published) = _printed_bill(root, identification), _printed_stage(identification)
    slug = _PRINTED.get(printed, printed)
    problems = () if _is_known(slug) else (Problem(bill.number, "Stages/@stage", f"unknown: {printed}"),)
    lang = root.get("{http://www.w3.org/XML/1998/namespace}lang") or None
    title = one_line(xml_text(identification.find("LongTitle"), inline=_INLINE))
    short = one_line(xml_text(identification.find("ShortTitle"), inline=_INLINE))
    if not title and not short:
        raise PayloadError("LongTitle: missing or empty")
    publication = Publication(
        source=_ID,
        native_id=f"{bill.key}/{slug}",
        title=title or short,
        url=bill.url(lang or "en"),
        part=Part.TEXT,
        piece=lang or "",
        lang=lang,
        text=xml_text(root, inline=_INLINE, skip={"Identification"}, labels={"Label"}, cells={"PageBreak"}),
        summary=one_line(
            xml_text(
                root.find("Introduction/Summary"),
                inline=_INLINE,
                skip={"TitleText"},
                labels={"Label"},
                cells={"PageBreak"},
            )
        ),
        published=published,
        identifiers=bill.identifiers(_printed_statute(identification)),
        statements=tuple(_statements(slug, bill.origin, printed, defeated=False)),
    )
    return Reading(publications=(publication,), problems=problems)


def _is_known(slug: str) -> bool:
    return slug == "royal-assent" or any(slug in (f"{name}-house", f"{name}-senate") for name in _SLUGS.values())


def _printed_bill(root: etree._Element, identification: etree._Element) -> _Bill:
    number = _number(Record({"NumberCode": xml_text(identification.find("BillNumber"), inline=_INLINE)}))
    parliament, session = (one_line(identification.findtext(f"Parliament/{name}")) for name in ("Number", "Session"))
    if not number:
        raise PayloadError("BillNumber: missing or empty")
    if not (parliament.isdigit() and session.isdigit()):
        raise PayloadError(f"Parliament: no session of Parliament: {parliament}-{session}")
    origin = _FIRST_HOUSE.get(root.get("bill-origin", ""), "senate" if number.startswith("S") else "house")
    return _Bill(f"{parliament}-{session}", number, origin)


def _printed_stage(identification: etree._Element) -> tuple[str, str | None]:
    """The latest stage of the bill's history and its day. Raises PayloadError where none is printed."""
    stages = [
        (_printed_day(stage) or "", stage.get("stage", "")) for stage in identification.iterfind("BillHistory/Stages")
    ]
    day, printed = max(stages, default=("", ""), key=lambda stage: stage[0])
    if not printed:
        raise PayloadError("BillHistory/Stages: no stage is printed")
    return printed, day or None


def _printed_day(stage: etree._Element) -> str | None:
    """``YYYY-MM-DD``, or less where the print leaves day or month open."""
    year, month, day = (one_line(stage.findtext(f"Date/{name}")) for name in ("YYYY", "MM", "DD"))
    if not year.isdigit():
        return None
    return "-".join([year, *(part.zfill(2) for part in ([month, day] if month and day else [month] if month else []))])


def _printed_statute(identification: etree._Element) -> str:
    year, chapter = (
        one_line(identification.findtext(f"Chapter/AnnualStatuteId/{name}")) for name in ("YYYY", "AnnualStatuteNumber")
    )
    return _statute(year, chapter)


class CaLegisinfoSpider(SourceSpider):
    name = _ID
    source = Source(
        id=_ID,
        name="LEGISinfo",
        publisher="Parliament of Canada",
        jurisdiction="CA",
        languages=("en", "fr"),
        homepage="https://www.parl.ca/legisinfo/en/bills",
        hosts=("www.parl.ca",),
        rhythm=timedelta(hours=24),
        silence_after=timedelta(days=60),
        expected=10,
        requests_per_day=200,
        licence="Speaker's permission: free reproduction with accuracy",
        licence_url="https://www.parl.ca/Content/Misc/ImportantNotices-e.htm",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone="America/Toronto",
        known_gaps="The texts of bills are read only where a bill names their address.",
    )
    parser_version = 1
    shapes = (
        Shape("bill text", is_bill_text, read_bill_text),
        Shape("detail", is_detail, read_detail),
        Shape("list", is_list, read_list),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:  # noqa: ARG003
        """One list: the session that sits at ``now``. What has not moved since is left out by its mark."""
        session = next((name for name, opened in SESSIONS if opened <= now.date()), SESSIONS[-1][0])
        return [Ask(f"{_SITE}/en/bills/json?parlsession={session}")]
