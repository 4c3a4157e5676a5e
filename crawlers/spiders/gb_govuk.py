"""GOV.UK: what the departments of the British government publish.

A search gives paths only (a row has no ``content_id``, so it is no update); the content API gives the page. Redirects
lead on; a page that is gone says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from crawlers.bases.record import Record, read_rows, root_record
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.clean import html_text, one_line, tidy
from extractors.document import Document, as_list
from model.codes import DateType, Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Dated, Note, Publication, Statement
from model.source import Confidence, Republish, Source

_ID = "gb_govuk"
_SITE = "https://www.gov.uk"
_PHRASES = ('"modern slavery"', '"forced labour"', '"human trafficking"', '"child labour"', '"responsible business"')
_SEARCH_FIELDS = "title,link,description,public_timestamp,content_store_document_type,format"
_STAGED = {"consultation", "call_for_evidence"}


class _Meaning(NamedTuple):
    """What a document type says of kind and stage; None where it says nothing."""

    kind: Kind | None
    stage: Stage | None = None


def _each(names: str, meaning: _Meaning) -> dict[str, _Meaning]:
    return dict.fromkeys(names.split(), meaning)


# Every document type of the publishing API that is a publication.
_TYPES = {
    **_each("consultation open_consultation closed_consultation", _Meaning(Kind.CONSULTATION, Stage.CONSULTATION)),
    **_each(
        "call_for_evidence open_call_for_evidence closed_call_for_evidence",
        _Meaning(Kind.CONSULTATION, Stage.CONSULTATION),
    ),
    **_each("consultation_outcome call_for_evidence_outcome", _Meaning(Kind.CONSULTATION)),
    **_each(
        """answer ai_assurance_portfolio_technique data_ethics_guidance_document detailed_guide detailed_guidance
        drug_safety_update export_health_certificate form guidance guide hmrc_manual hmrc_manual_section manual
        manual_section marine_equipment_approved_recommendation marine_notice promotional service_manual_guide
        standard statutory_guidance step_by_step_nav""",
        _Meaning(Kind.GUIDANCE),
    ),
    **_each("international_treaty petitions_and_campaigns policy_paper", _Meaning(Kind.POLICY)),
    **_each("regulation statutory_instrument", _Meaning(Kind.LEGISLATION)),
    **_each(
        """aaib_report algorithmic_transparency_record case_study corporate_report dfid_research_output
        drcf_digital_markets_research flood_and_coastal_erosion_risk_management_research_report foi_release
        impact_assessment independent_report maib_report modern_slavery_statement national_statistics
        official_statistics raib_report research research_for_development_output service_standard_report
        statistical_data_set statistics transparency""",
        _Meaning(Kind.REPORT),
    ),
    **_each(
        """authored_article fatality_notice government_response national_statistics_announcement news_article
        news_story official_statistics_announcement oral_statement press_release speech statistics_announcement
        world_location_news_article world_news_story written_statement""",
        _Meaning(Kind.NEWS),
    ),
    **_each(
        """cma_case design_decision medical_safety_alert product_safety_alert_report_recall sfo_case
        trademark_decision traffic_commissioner_regulatory_decision""",
        _Meaning(Kind.ENFORCEMENT),
    ),
    **_each(
        """asylum_support_decision employment_appeal_tribunal_decision employment_tribunal_decision
        residential_property_tribunal_decision tax_tribunal_decision utaac_decision""",
        _Meaning(Kind.JUDGMENT),
    ),
    # A page with text whose type leaves open what it is.
    **_each(
        "correspondence decision document_collection html_publication map notice terms_of_reference", _Meaning(None)
    ),
}
# Services, lists, people, bodies and pages of the site itself: nothing that is published.
_NO_PUBLICATION = _each("""
    about about_our_services accessible_documents_policy access_and_opening ambassador_role animal_disease_case
    board_member_role business_finance_support_scheme calculator calendar chief_professional_officer_role
    chief_scientific_advisor_role chief_scientific_officer_role coming_soon completed_transaction complaints_procedure
    contact content_block_contact content_block_email_address content_block_pension content_block_postal_address
    coronavirus_landing_page countryside_stewardship_grant deputy_head_of_mission_role edition email_alert_signup
    embassies_index equality_and_diversity esi_fund external_content facet facet_group facet_value farming_grant
    field_of_operation fields_of_operation finder finder_email_signup get_involved government governor_role help_page
    high_commissioner_role historic_appointment historic_appointments history hmrc_contact homepage
    how_government_works imported international_development_fund knowledge_alpha landing_page licence
    licence_transaction license_finder life_saving_maritime_appliance_service_station link_collection local_transaction
    mainstream_browse_page media_enquiries membership military_role ministerial_role ministers_index national need
    official organisation our_energy_use our_governance person personal_information_charter place placeholder
    placeholder_ministerial_role placeholder_organisation placeholder_person placeholder_policy_area
    placeholder_topical_event placeholder_working_group placeholder_world_location
    placeholder_world_location_news_page placeholder_worldwide_organisation policy_area procurement
    protected_food_drink_name publication_scheme recommended-link recruitment role_appointment search
    service_manual_homepage service_manual_service_standard service_manual_service_toolkit service_manual_topic
    service_sign_in services_and_information simple_smart_answer smart-answer smart_answer social_media_use
    special_representative_role special_route staff_update substitute take_part taxon topic topical_event
    topical_event_about_page traffic_commissioner_role transaction travel_advice travel_advice_index
    uk_market_conformity_assessment_body ukhsa_data_access_approval vanish veterans_support_organisation
    welsh_language_scheme working_group world_index world_location world_location_news worldwide_office
    worldwide_office_staff_role worldwide_organisation
""", _Meaning(None))  # fmt: skip
_FORMER = {"closed": "open", "outcome": "closed"}


def content_url(path: str) -> str:
    return f"{_SITE}/api/content{path}"


def _search(phrase: str, since: date) -> Ask:
    asked = {
        "q": phrase,
        "order": "-public_timestamp",
        "count": "100",
        "start": "0",
        "fields": _SEARCH_FIELDS,
        "filter_public_timestamp": f"from:{since.isoformat()}",
    }
    return Ask(f"{_SITE}/api/search.json?{urlencode(asked)}")


def is_search(document: Document) -> bool:
    return {"results", "total"} <= document.keys


def read_search(document: Document) -> Reading:
    """A page of the search API: paths of pages, no updates."""
    root = root_record(document.json, "a search answer")
    rows = root.values["results"]
    if not isinstance(rows, list):
        raise PayloadError("results: a list was expected")
    reading = read_rows(rows, lambda row: row.text("link"), _read_hit)
    following = _next_page(document.url, root, len(rows))
    return replace(
        reading,
        asks=(*reading.asks, *following),
        listed=len(rows),
        nothing=None if reading.asks else "no publication matches",
    )


def _read_hit(row: Record) -> Reading:
    path, kind = row.required("link"), row.text("content_store_document_type") or row.text("format")
    if not path.startswith("/") or kind in _NO_PUBLICATION:
        return Reading()
    about = f"{row.text('title')}\n{row.text('description')}"
    stamp = row.text("public_timestamp")
    mark = (f"content {path}", stamp) if stamp else None
    return Reading(asks=(Ask(content_url(path), mark=mark, about=about),))


def _next_page(url: str | None, root: Record, rows: int) -> tuple[Ask, ...]:
    """The same search from the next row on; where the address is unknown there is nothing to go on from."""
    seen = root.number("start") + rows
    if not url or not rows or seen >= root.number("total"):
        return ()
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != "start"]
    return (Ask(urlunsplit(parts._replace(query=urlencode([*asked, ("start", str(seen))])))),)


_ATOM = "{http://www.w3.org/2005/Atom}"


def is_feed(document: Document) -> bool:
    return document.format == "xml" and document.xml.tag == f"{_ATOM}feed"


def read_feed(document: Document) -> Reading:
    """The Atom form of a finder: like the search, addresses of pages."""
    entries = document.xml.findall(f"{_ATOM}entry")
    asks = []
    for entry in entries:
        link, updated = entry.find(f"{_ATOM}link"), one_line(entry.findtext(f"{_ATOM}updated"))
        path = urlsplit("" if link is None else link.get("href", "")).path
        about = f"{one_line(entry.findtext(f'{_ATOM}title'))}\n{html_text(entry.findtext(f'{_ATOM}summary'))}"
        if not path.startswith("/"):
            raise PayloadError("link: an entry without address")
        asks.append(Ask(content_url(path), mark=(f"content {path}", updated), about=about))
    return Reading(asks=tuple(asks), listed=len(entries), nothing=None if entries else "the feed is empty")


def is_content(document: Document) -> bool:
    return {"schema_name", "document_type"} <= document.keys


def read_content(document: Document) -> Reading:
    """A content item of any schema."""
    item = root_record(document.json, "a content item")
    item.label = item.text("base_path")
    kind = item.required("document_type")
    if kind == "redirect" or item.text("schema_name") == "redirect":
        reading = _read_redirect(item)
    elif kind == "gone" or item.text("schema_name") == "gone":
        explanation = html_text(item.record("details").raw("explanation"))
        reading = Reading(nothing=one_line(f"the page {item.label} is gone. {explanation}"))
    elif kind in _NO_PUBLICATION or kind.endswith("_role"):
        reading = Reading(nothing=f"a page of type {kind} is no publication")
    else:
        reading = _read_page(item, kind)
    return replace(reading, problems=(*reading.problems, *item.problems))


def _read_redirect(item: Record) -> Reading:
    """Where a page has moved to; targets on other sites are not ours to read."""
    targets = [urlsplit(target.text("destination")) for target in item.records("redirects")]
    paths = [target.path for target in targets if target.path.startswith("/") and target.netloc in ("", "www.gov.uk")]
    return Reading(
        asks=tuple(Ask(content_url(path)) for path in dict.fromkeys(paths)),
        nothing=f"the page {item.label} has moved to {', '.join(target.geturl() for target in targets) or 'nowhere'}",
    )


def _read_page(item: Record, kind: str) -> Reading:
    details = item.record("details")
    locale, title = item.text("locale") or "en", item.required("title")
    notice = item.record("withdrawn_notice")
    withdrawn = bool(notice.values)
    publication = Publication(
        source=_ID,
        native_id=native_id(item, locale, kind),
        title=title,
        url=_SITE + item.required("base_path"),
        lang=locale.split("-")[0],
        text=_text(item, details, notice),
        summary=_description(item),
        published=_published(item, details, kind),
        dates=tuple(_deadlines(details)),
        statements=tuple(_statements(item, kind, withdrawn)),
        notes=tuple(_notes(details)),
        follows=_former(item, locale, kind),
        withdrawn=withdrawn,
    )
    problems = () if kind in _TYPES else (Problem(item.label, "document_type", f"unknown: {kind}"),)
    return Reading(publications=(publication,), asks=tuple(_attached_pages(item, details, title)), problems=problems)


def native_id(item: Record, locale: str, kind: str) -> str:
    """``content_id/locale``; a consultation that opens, closes and is answered is an update each time."""
    identity = f"{item.required('content_id')}/{locale}"
    return f"{identity}/{kind}" if item.text("schema_name") in _STAGED else identity


def _former(item: Record, locale: str, kind: str) -> str | None:
    """The stage before: an outcome follows the closed consultation, which follows the open one."""
    schema = item.text("schema_name")
    for now, before in _FORMER.items():
        if schema in _STAGED and kind in (f"{now}_{schema}", f"{schema}_{now}"):
            return native_id(item, locale, f"{before}_{schema}")
    return None


def _published(item: Record, details: Record, kind: str) -> str | None:
    """When it first appeared. An outcome appears on a page that is older than itself: its last public change."""
    last = item.moment("public_updated_at")
    if kind.endswith("_outcome") and last:
        return last
    return item.moment("first_published_at") or details.moment("first_public_at") or last


def _description(item: Record) -> str:
    """``description`` is a text, or a list of the same text as HTML and as source."""
    return one_line(html_text(_markup(item.values.get("description"))))


def _deadlines(details: Record) -> Iterator[Dated]:
    """The last day for answers, in the zone that the source writes."""
    if day := details.day("closing_date"):
        yield Dated(DateType.DEADLINE, day, f"closing_date: {details.text('closing_date')}")


def _statements(item: Record, kind: str, withdrawn: bool) -> Iterator[Statement]:
    words, meaning = kind, _TYPES.get(kind, _Meaning(None))
    for parent in item.record("links").records("parent"):
        if kind == "html_publication" and (of_parent := _TYPES.get(parent.text("document_type"))):
            words, meaning = parent.text("document_type"), of_parent
    if meaning.kind:
        yield Statement(Facet.KIND, meaning.kind, words)
    if withdrawn:
        yield Statement(Facet.STAGE, Stage.WITHDRAWN, "withdrawn_notice")
    elif meaning.stage:
        yield Statement(Facet.STAGE, meaning.stage, words)


def _notes(details: Record) -> Iterator[Note]:
    for change in details.records("change_history"):
        at, words = change.moment("public_timestamp"), tidy(change.raw("note"))
        if at and words:
            yield Note(at, words)


_HTML_FIELDS = (
    "introduction", "more_information", "body", "introductory_paragraph", "what_you_need_to_know",
    "need_to_know", "will_continue_on", "public_feedback_detail", "final_outcome_detail", "outcome_detail",
    "interim_response_detail", "speech_type_explanation", "location", "other_ways_to_apply",
)  # fmt: skip
_PART_FIELDS = ("parts", "collection_groups", "groups", "child_section_groups")
_DOCUMENT_FIELDS = (
    "documents", "featured_attachments_html", "public_feedback_documents", "final_outcome_documents",
    "outcome_documents", "attachments",
)  # fmt: skip
# What a page shows around the words of an attachment: its picture, its size, how to ask for another format.
_NOISE = ".accessibility-warning, .attachment-thumb, .gem-c-attachment__metadata, .opendocument-help, .metadata"
_TITLES = ".attachment-details .title, .gem-c-attachment__title, h2.title, h3.title"


def _text(item: Record, details: Record, notice: Record) -> str:
    """The words of the page: lead, notice of withdrawal, body, parts and groups, outcome, titles of attachments."""
    lines = [_description(item), html_text(notice.raw("explanation"))]
    lines += [_words(details.values.get(field)) for field in _HTML_FIELDS]
    lines += _parts(item, details)
    lines += _steps(details.record("step_by_step_nav"))
    lines += dict.fromkeys(
        title for field in _DOCUMENT_FIELDS for title in _attachment_titles(details.values.get(field))
    )
    return tidy("\n".join(line for line in lines if line))


def _parts(item: Record, details: Record) -> Iterator[str]:
    """Chapters of a guide, groups of a collection with the titles of their documents, sections of a manual."""
    titles = {
        document.text("content_id"): document.text("title") for document in item.record("links").records("documents")
    }
    for field in _PART_FIELDS:
        for part in details.records(field) if _objects(details, field) else ():
            yield part.text("title")
            yield _words(part.values.get("body"))
            yield from (titles.get(document, "") for document in part.texts("documents"))
            for section in part.records("child_sections"):
                yield from (section.text("title"), section.text("description"))


def _steps(nav: Record) -> Iterator[str]:
    """A step-by-step page keeps its words one level deeper than other pages: steps of paragraphs and lists of links."""
    yield _words(nav.values.get("introduction"))
    for step in nav.records("steps"):
        yield step.text("title")
        for piece in step.records("contents"):
            yield piece.text("text")
            yield from (entry.text("text") for entry in piece.records("contents"))


def _objects(details: Record, field: str) -> bool:
    """Some schemas keep titles, others mere ids under the same name; ids say nothing to a reader."""
    return all(isinstance(entry, Mapping) for entry in as_list(details.values.get(field)))


def _words(value: Any) -> str:
    markup = _markup(value)
    if not markup:
        return ""
    tree = BeautifulSoup(markup, "lxml")
    for noise in tree.select(_NOISE):
        noise.decompose()
    return html_text(tree)


def _markup(value: Any) -> str:
    """A field of markup is a text, or a list of the same text as HTML and as govspeak: the HTML is taken."""
    if isinstance(value, list):
        forms = [form for form in value if isinstance(form, Mapping)]
        html = [form for form in forms if form.get("content_type") == "text/html"]
        value = next((form.get("content") for form in (*html, *forms)), None)
    if value is None or isinstance(value, str):
        return value or ""
    raise PayloadError(f"details: words were expected, {type(value).__name__} is there")


def _attachment_titles(value: Any) -> Iterator[str]:
    """From objects with a ``title`` or from the HTML of an attachment; file names and ids are left out."""
    for entry in as_list(value):
        if isinstance(entry, Mapping):
            yield Record(entry).text("title")
        elif isinstance(entry, str) and "<" in entry:
            for title in BeautifulSoup(entry, "lxml").select(_TITLES):
                yield one_line(html_text(title))


def _attached_pages(item: Record, details: Record, title: str) -> Iterator[Ask]:
    """The pages on which a publication has its full text: HTML publications are content items of their own."""
    attachments = details.records("attachments") if _objects(details, "attachments") else ()
    pages = {page.text("url"): page for page in attachments if page.text("attachment_type") == "html"}
    for page in item.record("links").records("children"):
        if page.text("document_type") == "html_publication":
            pages[page.text("base_path")] = page
    for path, page in pages.items():
        changed = page.text("public_updated_at") or item.text("public_updated_at")
        mark = (f"content {path}", changed) if changed else None
        if path.startswith("/"):
            yield Ask(content_url(path), mark=mark, about=f"{title}\n{page.text('title')}\n{_description(item)}")


_ERROR_KEYS = ("error", "errors", "message", "_response_info", "status")


def is_error(document: Document) -> bool:
    return not document.keys.isdisjoint(_ERROR_KEYS)


def read_error(document: Document) -> Reading:
    """An error as JSON, whatever the status says. Always raises."""
    said = next(
        document.json[key] for key in ("error", "errors", "message", "_response_info", "status") if key in document.json
    )
    raise PayloadError(f"the API answers with an error: {re.sub(r'[{}]', '', one_line(str(said)))[:200]}")


class GbGovukSpider(SourceSpider):
    name = _ID
    source = Source(
        id=_ID,
        name="GOV.UK",
        publisher="Government of the United Kingdom",
        jurisdiction="GB",
        languages=("en", "cy"),
        homepage="https://www.gov.uk/",
        hosts=("www.gov.uk",),
        rhythm=timedelta(hours=6),
        silence_after=timedelta(days=14),
        expected=0,
        requests_per_day=600,
        licence="Open Government Licence v3.0",
        licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone="Europe/London",
        known_gaps="Attachments that are files (PDF, spreadsheets) are named but not read.",
    )
    parser_version = 1
    shapes = (
        Shape("search", is_search, read_search),
        Shape("content", is_content, read_content),
        Shape("feed", is_feed, read_feed),
        Shape("error", is_error, read_error),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:  # noqa: ARG003
        """One search a phrase, newest first."""
        return [_search(phrase, since) for phrase in _PHRASES]
