"""Browsing: all codes with their numbers, a page for each jurisdiction, topic and sector, and the dates ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from alerts.wording import visible
from db.browse import counts, months, parts_of, sources_of
from db.connect import Store
from db.query import parse
from db.search import search, total
from db.sources import declared
from feeds.catalogue import Feed, Format, of_jurisdiction, of_search, of_sector, of_topic
from feeds.headline import jurisdiction_name, words
from model.codes import Sector, Topic
from model.instruments import instruments
from model.source import Source
from model.texts import _
from web.ahead import answers, coming, told
from web.chart import Chart, chart, last_months
from web.entry import entry
from web.meanings import sectors as sector_meanings
from web.meanings import topics as topic_meanings
from web.paging import paging
from web.places import EU_MEMBERS, canonical, country
from web.site import Site, site_of
from web.watching import of, standings

PAGE, DATES_A_PAGE = 20, 50
NEAREST = 8
"""Dates ahead beside the updates; all of them are a page of their own."""

_MONTHS = 12
_OF_MANY = ("INT", "EU")
_LONGEST_QUERY = 500

C = TypeVar("C", bound=StrEnum)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: its path, its name, the search that finds the same, and its feed.

    ``place`` is the code of a jurisdiction, empty for topics and sectors.
    """

    path: str
    name: str
    meaning: str
    query: str
    feed: Feed
    place: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction in the list of all, with the parts of the country that have a page worth reading."""

    code: str
    name: str
    count: int
    parts: tuple["Place", ...] = ()


@router.api_route("/browse", methods=["GET", "HEAD"])
def browse(request: Request) -> Response:
    """All jurisdictions, topics, sectors and kinds with their numbers."""
    site = site_of(request)
    with site.opened() as db:
        found = counts(db)
        watched = {source.jurisdiction for source in declared(db)}
    known = {*found.jurisdictions, *watched, *(one.jurisdiction for one in instruments())}
    return site.page(
        "browse.html", title=_("Browse"), here="/browse", width="wide", found=found, instruments=len(instruments()),
        places=_places(known, found.jurisdictions), topics=topic_meanings(), sectors=sector_meanings(),
    )  # fmt: skip


@router.api_route("/j", methods=["GET", "HEAD"])
@router.api_route("/t", methods=["GET", "HEAD"])
@router.api_route("/sector", methods=["GET", "HEAD"])
def all_of_them(request: Request) -> Response:
    """Addresses that somebody has cut off."""
    return RedirectResponse(f"{site_of(request).root}/browse", 308)


@router.api_route("/j/{typed}", methods=["GET", "HEAD"])
def jurisdiction(request: Request, typed: str, page: str = "") -> Response:
    """A country, a part of one, the European Union, or international bodies."""
    code = canonical(typed)
    if code is None:
        return _unknown(site_of(request), _("No jurisdiction has the code “{code}”."), typed)
    return _at_home(request, _jurisdiction(code), page)


@router.api_route("/t/{typed}", methods=["GET", "HEAD"])
def topic(request: Request, typed: str, page: str = "") -> Response:
    """One topic of the taxonomy."""
    code = _code(Topic, typed)
    if code is None:
        return _unknown(site_of(request), _("No topic has the code “{code}”."), typed)
    name, meaning = _capital(words(code)), topic_meanings()[code]
    return _at_home(request, Subject(f"/t/{code}", name, meaning, f"topic:{code}", of_topic(code)), page)


@router.api_route("/sector/{typed}", methods=["GET", "HEAD"])
def sector(request: Request, typed: str, page: str = "") -> Response:
    """One sector of the taxonomy."""
    code = _code(Sector, typed)
    if code is None:
        return _unknown(site_of(request), _("No sector has the code “{code}”."), typed)
    name, meaning = _capital(words(code)), sector_meanings()[code]
    return _at_home(request, Subject(f"/sector/{code}", name, meaning, f"sector:{code}", of_sector(code)), page)


@router.api_route("/deadlines", methods=["GET", "HEAD"])
def deadlines(request: Request, q: str = "", page: str = "") -> Response:
    """All dates ahead, or those of what a search finds."""
    site = site_of(request)
    asked = parse(q[:_LONGEST_QUERY])
    with site.opened() as db:
        found = coming(db, q[:_LONGEST_QUERY], _today(site))
        here = paging(page, len(found), DATES_A_PAGE)
        if here is None:
            return no_page(site, page, "/deadlines")
        sources = {source.id: source for source in declared(db)}
        lines = told(db, found[here.offset : here.end], site.root, sources)
    return site.page(
        "deadlines.html", title=_("Dates ahead"), here="/browse", width="wide", query=asked.read_as, dates=lines,
        paging=here, today=site.now[:10],
    )  # fmt: skip


def no_page(site: Site, typed: str, path: str) -> Response:
    """What is said where a list has fewer pages than somebody asked for."""
    said = _("This list has no page “{page}”.").format(page=visible(typed)[:100])
    return site.page("message.html", 404, title=_("No such page"), lines=[said], onward=(path, _("The first page")))


def _at_home(request: Request, subject: Subject, page: str) -> Response:
    """The page of ``subject``, at the one address that it has."""
    site = site_of(request)
    if request.path_params["typed"] == subject.path.rpartition("/")[2]:
        return _subject_page(site, subject, page)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{site.root}{subject.path}{query}", 308)


def _subject_page(site: Site, subject: Subject, page: str) -> Response:
    with site.opened() as db:
        known = declared(db)
        count = total(db, parse(subject.query))
        here = paging(page, count, PAGE)
        if here is None:
            return no_page(site, page, subject.path)
        hits = search(db, subject.query, limit=PAGE, offset=here.offset).hits
        by_id = {source.id: source for source in known}
        beside = _beside(db, site, subject, by_id) if here.number == 1 else {}
    feed = subject.feed if count or not subject.place or _is_watched(subject.place, known) else of_search(subject.query)
    return site.page(
        "subject.html", title=subject.name, here="/browse", width="wide", feeds=[feed], subject=subject, paging=here,
        entries=[entry(hit.update, site.root, by_id, hit.also_at) for hit in hits],
        formats=[(form, feed.path(form)) for form in (Format.ATOM, Format.RSS, Format.JSON)], **beside,
    )  # fmt: skip


def _beside(db: Store, site: Site, subject: Subject, sources: Mapping[str, Source]) -> dict[str, Any]:
    """What stands beside the updates: chart, dates ahead, sources, laws, and neighbours on the map."""
    ahead = coming(db, subject.query, _today(site))
    asked = parse(subject.query)
    return {
        "chart": _chart(db, subject.query, _today(site)),
        "ahead": told(db, ahead[:NEAREST], site.root, sources),
        "ahead_total": len(ahead),
        "watched": of(_watched(db, subject, sources), standings(db, site.now)),
        "laws": [one for one in instruments() if answers(one, asked)],
        "for_all": [one for one in instruments() if not one.sectors] if subject.path.startswith("/sector/") else [],
        "parts": _parts(db, subject.place),
        "country": country(subject.place),
        "in_the_union": subject.place in EU_MEMBERS,
    }


def _chart(db: Store, query: str, day: date) -> Chart:
    names = last_months(day, _MONTHS)
    found = months(db, query, names[0], names[-1])
    return chart(names, found.counts, found.undated)


def _watched(db: Store, subject: Subject, sources: Mapping[str, Source]) -> list[str]:
    """Of a jurisdiction the sources of its country; else those that ever brought something."""
    if not subject.place:
        return sources_of(db, subject.query)
    return [name for name, source in sources.items() if country(source.jurisdiction) == country(subject.place)]


def _is_watched(place: str, sources: Sequence[Source]) -> bool:
    return any(source.jurisdiction == place for source in sources)


def _parts(db: Store, code: str) -> tuple[Place, ...]:
    """The parts of a country that have updates or instruments."""
    if not code or "-" in code:
        return ()
    found = parts_of(db, code)
    known = {*found, *(one.jurisdiction for one in instruments() if one.jurisdiction.startswith(f"{code}-"))}
    return _places({code, *known}, found)[0].parts


def _jurisdiction(code: str) -> Subject:
    return Subject(f"/j/{code}", jurisdiction_name(code), "", f"jurisdiction:{code}", of_jurisdiction(code), place=code)


def _places(known: set[str], found: Mapping[str, int]) -> list[Place]:
    """The jurisdictions by name, after the international ones; parts under their country."""

    def place(code: str, parts: tuple[Place, ...] = ()) -> Place:
        name = jurisdiction_name(code)
        own = name.removesuffix(f" ({jurisdiction_name(country(code))})")  # parts stand under their country's name
        return Place(code, own, found.get(code, 0), parts)

    parts: dict[str, list[Place]] = {}
    for code in known:
        if "-" in code:
            parts.setdefault(country(code), []).append(place(code))
    tops = [place(code, tuple(sorted(parts.get(code, ()), key=_by_name))) for code in {country(code) for code in known}]
    return sorted(tops, key=lambda one: (one.code not in _OF_MANY, _by_name(one)))


def _by_name(place: Place) -> str:
    return place.name.casefold()


def _code(codes: type[C], typed: str) -> C | None:
    """The code that is meant: ``Import_Ban`` is import-ban."""
    meant = typed.casefold().replace("_", "-").replace(" ", "-")
    return codes(meant) if meant in set(codes) else None


def _unknown(site: Site, form: str, typed: str) -> Response:
    said = form.format(code=visible(typed)[:100])
    return site.page(
        "message.html", 404, title=_("No such code"), lines=[said], onward=("/browse", _("All codes that there are"))
    )


def _today(site: Site) -> date:
    return date.fromisoformat(site.now[:10])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
