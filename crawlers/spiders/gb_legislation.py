"""legislation.gov.uk: the statute book of the United Kingdom, as Atom lists, feeds of changes, and acts in CLML."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from lxml import etree

from crawlers.bases import atom, clml, fields
from crawlers.bases.atom import https
from crawlers.bases.record import merge
from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.document import Document
from model.codes import DateType, Facet, Kind, Stage
from model.payload import PayloadError
from model.publication import Dated, Part, Publication, Statement, Version
from model.source import Confidence, Republish, Source

_ID = "gb_legislation"
_HOST = "https://www.legislation.gov.uk"
# Modern Slavery Act, the Scottish and Northern Irish acts on trafficking, Procurement Act.
_WATCHED = ("ukpga/2015/30", "asp/2015/12", "nia/2015/2", "ukpga/2023/54")
# How far back what is new is followed: longer than a first visit looks back, and than the feed is late.
_NEWS = timedelta(days=60)
_TITLES = ("slavery", "human trafficking", "forced labour", "supply chain", "gangmasters")

# The types of legislation.gov.uk by the body whose law they are; those of Parliament and retained EU law are GB.
_WHOSE = {
    "GB": "ukpga ukla ukppa apgb gbla gbppa aep ukcm ukdcm uksi ukdsi uksro ukmd ukmo ukci eur eudn eudr eut ukia",
    "GB-SCT": "asp aosp ssi sdsi",
    "GB-WLS": "asc anaw mwa wsi wdsi",
    "GB-NIR": "nia apni mnia aip nisi nisr nisro nidsr nidsi",
}
_JURISDICTIONS = {kind: place for place, kinds in _WHOSE.items() for kind in kinds.split()}
_DRAFTS = {"ukdsi", "sdsi", "wdsi", "nidsr", "nidsi", "ukdcm"}
_PATHS = {"en": "english", "cy": "welsh"}
_VERSION = re.compile(
    r"enacted|made|created|adopted|prospective|welsh|english|\d{4}-\d\d-\d\d|data\.\w+|revision"
    r"|(?:england|wales|scotland|ni)(?:\+(?:wales|scotland|ni))*"
)
_IN_FORCE = re.compile(r"\bin (?:force|operation)\b.{0,90}?\bat \d{1,2}\.\d{1,2}\.\d{4}", re.S)


def _address(uri: str | None) -> tuple[str, str]:
    """(native id, path below it) of an address of legislation: ``ukpga/2018/12``, ``section/1``; both may be ``""``.

    Acts before 1963 are counted by the years of a reign: ``ukpga/Edw7/6/41``.
    """
    path = re.sub(r"^https?://www\.legislation\.gov\.uk/(?:id/)?", "", uri or "").split("?")[0].strip("/")
    steps = path.split("/")
    if steps[0] not in _JURISDICTIONS or len(steps) < 3:
        return "", ""
    length = 3 if re.fullmatch(r"\d{4}", steps[1]) else 4
    if len(steps) < length:
        return "", ""
    below = [step for step in steps[length:] if not _VERSION.fullmatch(step)]
    return "/".join(steps[:length]), "/".join(below)


def _native_id(uri: str | None, field: str) -> str:
    native, _ = _address(uri)
    if not native:
        raise PayloadError(f"{field}: no address of a known type of legislation: {uri}")
    return native


def _statements(native: str, main_type: str) -> tuple[Statement, ...]:
    """Whose law it is, and what the type of legislation says about kind and stage."""
    kind = native.split("/")[0]
    said = main_type or kind
    statements = [Statement(Facet.JURISDICTION, _JURISDICTIONS[kind], said)]
    if kind in _DRAFTS:
        statements.append(Statement(Facet.KIND, Kind.RULEMAKING, said))
        statements.append(Statement(Facet.STAGE, Stage.PROPOSED, said))
    elif kind == "ukia":
        statements.append(Statement(Facet.KIND, Kind.REPORT, said))
    else:
        statements.append(Statement(Facet.KIND, Kind.LEGISLATION, said))
    return tuple(statements)


def _identifiers(element: etree._Element) -> dict[str, tuple[str, ...]]:
    found = (each.get("Value") or "" for each in clml.find_all(element, ".//ukm:ISBN"))
    isbn = tuple(dict.fromkeys(number for number in found if number))
    return {"isbn": isbn} if isbn else {}


# --- Atom lists


def _read_list(document: Document) -> Reading:
    rows = atom.entries(document.xml)
    return _listing(document, len(rows), (_read_row(row, _read_entry) for row in rows))


def _read_row(row: etree._Element, read: Callable[[etree._Element], Reading]) -> Reading:
    """What one entry holds; an entry that cannot be read is a problem and costs only itself."""
    try:
        return read(row)
    except PayloadError as error:
        return Reading(problems=(Problem(atom.words(row, "id").text, "entry", str(error)),))


def _listing(document: Document, rows: int, readings: Iterable[Reading]) -> Reading:
    """The rows of a page of a feed and the page after it."""
    read = merge((*readings, Reading(asks=_next_page(document))))
    return replace(read, listed=rows, nothing=None if rows else "the feed holds no entry")


def _next_page(document: Document) -> tuple[Ask, ...]:
    """The page that follows, until ``leg:morePages`` is 0.

    Feeds begin with the newest: as long as a page ends with the same entry as last time, those behind it are the same.
    """
    feed = document.xml
    if clml.words(feed, "leg:morePages") in ("", "0"):
        return ()
    if _is_old_news(feed):
        return ()
    here = atom.link(feed, "self") or document.url or atom.words(feed, "id").text
    page = fields.count(clml.words(feed, "leg:page"), "leg:page", 1)
    url = https(atom.link(feed, "next") or atom.with_query(here, page=page + 1))
    last = [f"{atom.words(row, 'id').text} {atom.words(row, 'updated').text}" for row in atom.entries(feed)[-1:]]
    return (Ask(url, mark=(f"page before {url}", last[0])),) if last else ()


def _is_old_news(feed: etree._Element) -> bool:
    """Whether a page of what is new ends with what is new no more: behind it lies the whole statute book."""
    last = [fields.day(atom.words(row, "published").text, "published") for row in atom.entries(feed)[-1:]]
    today = fields.day(atom.words(feed, "updated").text, "updated")
    if "/new/" not in atom.words(feed, "id").text or not last or not last[0] or not today:
        return False
    return date.fromisoformat(today) - date.fromisoformat(last[0]) > _NEWS


def _read_entry(entry: etree._Element) -> Reading:
    native = _native_id(atom.words(entry, "id").text, "id")
    title, summary = atom.words(entry, "title"), atom.words(entry, "summary")
    url = f"{_HOST}/{native}"
    publication = Publication(
        source=_ID,
        native_id=native,
        title=title.text,
        url=url,
        part=Part.HIT,
        lang=title.lang or "en",
        summary=summary.text,
        published=fields.moment(atom.words(entry, "published").text, "published"),
        identifiers=_identifiers(entry),
        statements=_statements(native, clml.value(entry, ".//ukm:DocumentMainType")),
        others=tuple(Version(lang, text, "", f"{url}/{_PATHS[lang]}") for lang, text in title.others if lang in _PATHS),
    )
    updated = atom.words(entry, "updated").text
    about = "\n".join(said for said in (title.text, summary.text) if said)
    return Reading((publication,), (Ask(f"{url}/data.xml", mark=(native, updated), about=about),))


# --- Feeds of changes


def _is_changes(document: Document) -> bool:
    if not atom.is_feed(document):
        return False
    feed = document.xml
    return clml.find(feed, ".//ukm:Effect") is not None or "/changes/" in atom.words(feed, "id").text


def _read_changes(document: Document) -> Reading:
    """One update for each affecting act: a piece for each act that it changes."""
    page = fields.count(clml.words(document.xml, "leg:page"), "leg:page", 1)
    effects: dict[tuple[str, str], list[etree._Element]] = {}
    problems = []
    rows = atom.entries(document.xml)
    for row in rows:
        try:
            effect, ends = _effect(row)
            effects.setdefault(ends, []).append(effect)
        except PayloadError as error:
            problems.append(Problem(atom.words(row, "id").text, "ukm:Effect", str(error)))
    read = [_read_pair(*ends, each, page) for ends, each in effects.items()]
    return _listing(document, len(rows), (*read, Reading(problems=tuple(problems))))


def _effect(row: etree._Element) -> tuple[etree._Element, tuple[str, str]]:
    """The effect of an entry with the affecting and the affected act."""
    effect = clml.find(row, ".//ukm:Effect")
    if effect is None:
        raise PayloadError("ukm:Effect: missing")
    ends = (effect.get("AffectingURI"), "AffectingURI"), (effect.get("AffectedURI"), "AffectedURI")
    return effect, (_native_id(*ends[0]), _native_id(*ends[1]))


def _read_pair(affecting: str, affected: str, effects: list[etree._Element], page: int) -> Reading:
    try:
        return _read_effects(affecting, affected, effects, page)
    except PayloadError as error:
        return Reading(problems=(Problem(f"{affecting} on {affected}", "ukm:Effect", str(error)),))


def _read_effects(affecting: str, affected: str, effects: list[etree._Element], page: int) -> Reading:
    """The effects of one act on another, as far as this page of the feed lists them."""
    title = _first(clml.words(effect, "ukm:AffectingTitle") for effect in effects) or affecting
    changed = _first(clml.words(effect, "ukm:AffectedTitle") for effect in effects) or affected
    heading = f"{title} effect on {changed}"
    publication = Publication(
        source=_ID,
        native_id=affecting,
        title=title,
        url=f"{_HOST}/{affecting}",
        part=Part.PIECE,
        # A further page goes on with the same pair of acts: it must not overwrite what the first one listed.
        piece=affected if page == 1 else f"{affected} page {page:04}",
        lang="en",
        text="\n".join((heading, *(_effect_line(effect) for effect in effects))),
        published=effects[0].get("AffectingYear"),
        dates=_effect_dates(effects),
        statements=(
            *_statements(affecting, effects[0].get("AffectingClass") or ""),
            Statement(Facet.STAGE, *_effect_stage(effects)),
        ),
    )
    modified = max(effect.get("Modified") or "" for effect in effects)
    ask = Ask(f"{_HOST}/{affecting}/data.xml", mark=(f"{affecting} on {affected}", modified), about=heading)
    return Reading((publication,), (ask,))


def _first(found: Iterable[str]) -> str:
    return next((each for each in found if each), "")


def _effect_line(effect: etree._Element) -> str:
    """``s. 72 words inserted (Sch. 3 para. 2; wholly in force 2026-04-07)``: all but the joints is the payload's."""
    line = " ".join(said for said in (effect.get("AffectedProvisions"), effect.get("Type")) if said)
    said = (effect.get("AffectingProvisions"), *(_force_words(force) for force in _in_force(effect)))
    brackets = "; ".join(words for words in said if words)
    return f"{line} ({brackets})" if brackets else line


def _in_force(effect: etree._Element) -> list[etree._Element]:
    return clml.find_all(effect, "ukm:InForceDates/ukm:InForce")


def _force_words(force: etree._Element) -> str:
    """``wholly in force 2026-04-07``; ``""`` where the provision is only prospective."""
    return " ".join(said for said in (force.get("Qualification"), force.get("Date")) if said)


def _effect_dates(effects: list[etree._Element]) -> tuple[Dated, ...]:
    found: dict[str, str] = {}
    for force in (force for effect in effects for force in _in_force(effect)):
        if day := fields.day(force.get("Date"), "InForce"):
            found.setdefault(day, _force_words(force))
    return tuple(Dated(DateType.EFFECTIVE, day, found[day]) for day in sorted(found))


def _effect_stage(effects: list[etree._Element]) -> tuple[Stage, str]:
    """An act that only brings provisions of another into force does not amend it."""
    types = list(dict.fromkeys(effect.get("Type") or "" for effect in effects))
    only_starts = all(kind.startswith("coming into") for kind in types)
    return Stage.IN_FORCE if only_starts else Stage.AMENDED, ", ".join(types)


# --- Acts and instruments


def _is_act(document: Document) -> bool:
    return document.format == "xml" and etree.QName(document.xml).localname == "Legislation"


def _read_act(document: Document) -> Reading:
    act = document.xml
    native = _act_id(document)
    title = clml.words(act, "ukm:Metadata/dc:title") or clml.words(act, ".//leg:Title")
    if not title:
        raise PayloadError("dc:title: missing or empty")
    lang = _act_lang(act)
    part, piece = _act_part(act, lang)
    subjects = clml.each_words(act, "ukm:Metadata/dc:subject")
    publication = Publication(
        source=_ID,
        native_id=native,
        title=title,
        url=f"{_HOST}/{native}/welsh" if lang == "cy" else f"{_HOST}/{native}",
        part=part,
        piece=piece,
        lang=lang,
        text=clml.contents_text(act) if part is Part.HIT else clml.act_text(act),
        summary=clml.words(act, "ukm:Metadata/dc:description") or "; ".join(dict.fromkeys(subjects)),
        published=_made(act),
        identifiers=_identifiers(act),
        dates=_act_dates(act),
        statements=_act_statements(act, native),
    )
    if not publication.text and piece != "bare":
        raise PayloadError("Body: the act has no words")
    return Reading((publication,))


def _act_id(document: Document) -> str:
    """From the act's own addresses; where it has none, from the one it was fetched from."""
    act = document.xml
    addresses = (act.get("IdURI"), act.get("DocumentURI"), clml.words(act, "ukm:Metadata/dc:identifier"), document.url)
    for address in addresses:
        native, _ = _address(address)
        if native:
            return native
    raise PayloadError(f"IdURI: no address of a known type of legislation: {act.get('IdURI')}")


def _act_lang(act: etree._Element) -> str:
    said = act.get("{http://www.w3.org/XML/1998/namespace}lang") or clml.words(act, "ukm:Metadata/dc:language")
    own = clml.words(act, "ukm:Metadata/dc:identifier").endswith("/welsh")
    return "cy" if own or said == "cy" else "en"


def _act_part(act: etree._Element, lang: str) -> tuple[Part, str]:
    """A whole act is the record, its Welsh version a further text, a section or schedule alone a piece of it."""
    _, below = _address(clml.words(act, "ukm:Metadata/dc:identifier"))
    if not any(clml.find(act, f".//leg:{name}") is not None for name in ("Body", "Schedules", "EUBody")):
        # Acts that exist as pictures of print only come with their metadata alone.
        has_contents = clml.find(act, "leg:Contents") is not None
        return (Part.PIECE, below) if below and not has_contents else (Part.HIT, "contents" if has_contents else "bare")
    if below and below != "contents":
        return Part.PIECE, below
    return (Part.TEXT, "cy") if lang == "cy" else (Part.RECORD, "")


def _made(act: etree._Element) -> str | None:
    """The day on which it was enacted or made: the only date of its own that an act bears."""
    for name in ("EnactmentDate", "Made", "CreationDate"):
        if day := fields.day(clml.value(act, f"ukm:Metadata//ukm:{name}", "Date"), name):
            return day
    return None


def _act_dates(act: etree._Element) -> tuple[Dated, ...]:
    """Commencement as the metadata and the editors' notes ("S. 1 in force at 31.7.2015") tell it, each day once."""
    found: dict[str, str] = {}
    printed = clml.words(act, ".//leg:SecondaryPrelims/leg:ComingIntoForce")
    for element in clml.find_all(act, "ukm:Metadata//ukm:ComingIntoForce/ukm:DateTime"):
        if day := fields.day(element.get("Date"), "ComingIntoForce"):
            found.setdefault(day, printed or f"ComingIntoForce {element.get('Date')}")
    for note in clml.each_words(act, "leg:Commentaries/leg:Commentary[@Type='I']"):
        for match in _IN_FORCE.finditer(note):
            if day := fields.printed_day(match[0], "Commentary"):
                found.setdefault(day, note)
    return tuple(Dated(DateType.EFFECTIVE, day, found[day]) for day in sorted(found))


def _act_statements(act: etree._Element, native: str) -> tuple[Statement, ...]:
    stated = _statements(native, clml.value(act, "ukm:Metadata//ukm:DocumentMainType"))
    if any(said.facet is Facet.STAGE for said in stated) or native.startswith("ukia/"):
        return stated
    return (*stated, Statement(Facet.STAGE, *_act_stage(act)))


def _act_stage(act: etree._Element) -> tuple[Stage, str]:
    """Where the act stands at the day up to which its text is revised.

    Only revised texts say so: ``Status="Prospective"`` is not yet in force, ``RestrictStartDate`` is the day from
    which the text holds.
    """
    status, since = act.get("Status") or "", act.get("RestrictStartDate")
    if clml.words(act, "ukm:Metadata/dc:title").endswith("(repealed)") or status in ("Repealed", "Dead"):
        return Stage.REPEALED, status or "(repealed)"
    revised = clml.value(act, "ukm:Metadata//ukm:DocumentStatus")
    if revised == "revised" and since and status != "Prospective":
        return Stage.IN_FORCE, f"{revised} {since}"
    return Stage.ADOPTED, " ".join(said for said in (revised, status) if said) or "made"


class GbLegislationSpider(SourceSpider):
    """The statute book of the United Kingdom and of its nations."""

    name = _ID
    source = Source(
        id=_ID,
        name="legislation.gov.uk",
        publisher="The National Archives",
        jurisdiction="GB",
        languages=("en", "cy"),
        homepage=_HOST,
        hosts=("www.legislation.gov.uk",),
        rhythm=timedelta(hours=12),
        silence_after=timedelta(days=10),
        expected=1,
        requests_per_day=600,
        licence="Open Government Licence v3.0",
        licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
        timezone="Europe/London",
        known_gaps="Correction slips and impact assessments come as PDF only; acts only in AKN or HTML are not read.",
    )
    parser_version = 1
    shapes = (
        Shape("feed of changes", _is_changes, _read_changes),
        Shape("list", atom.is_feed, _read_list),
        Shape("act", _is_act, _read_act),
    )

    @classmethod
    def asks(cls, now: datetime, since: date) -> Iterable[Ask]:
        """What is new, what changes the acts that we watch, and what bears our subject in its title.

        The feeds know no date in the request: they begin with the newest, and ``leg:morePages`` ends them.
        """
        del now, since
        yield Ask(f"{_HOST}/new/data.feed")
        for native in _WATCHED:
            yield Ask(f"{_HOST}/changes/affected/{native}/data.feed?results-count=50&sort=modified")
        for title in _TITLES:
            yield Ask(f"{_HOST}/all/data.feed?{urlencode({'title': title})}")
