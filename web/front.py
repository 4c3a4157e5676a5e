"""The front page and the whole of a week: what changed, by jurisdiction and importance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from alerts.coverage import coverage
from alerts.digest import DigestItem, Section
from alerts.ordering import in_sections
from alerts.wording import moment_words, visible
from db.clock import later
from db.compositions import revisions_of
from db.connect import Store
from db.groups import members_of
from db.query import parse
from db.search import search, total
from db.sources import SourceState, declared, source_states
from db.updates import get
from db.week import listed_between, revised_between
from feeds.catalogue import Format, of_all
from feeds.headline import jurisdiction_name, words
from model.source import Source
from model.texts import _
from web.ahead import coming, told
from web.browsing import NEAREST, no_page
from web.entry import Entry, entry
from web.paging import Paging, paging
from web.places import canonical
from web.site import Site, site_of

AHEAD = timedelta(days=60)
ROOM, MOST = 24, 5
"""Entries on the front page: in all, and of one jurisdiction."""

WEEK_PAGE = 40
_WEEK = timedelta(days=7)
_NEWEST = 5
_NOWHERE = "none"

Part = tuple[str, Sequence[DigestItem], int]
"""A jurisdiction, those of its items that are shown, and how many it has."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a week; ``change`` says what its source changed, empty where it is new."""

    entry: Entry
    change: str


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction with the first of its entries of the week; ``total`` counts all of them."""

    code: str
    name: str
    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source of which something may be missing, and why."""

    id: str
    name: str
    said: str


@router.api_route("/", methods=["GET", "HEAD"])
def front(request: Request) -> Response:
    """What changed in the last seven days, what lies ahead, and what may be missing."""
    site = site_of(request)
    today = date.fromisoformat(site.now[:10])
    with site.opened() as db:
        sources = {source.id: source for source in declared(db)}
        items = _week(db, _since(site.now), site.now)
        ahead = coming(db, "", today, today + AHEAD)
        states = source_states(db, site.now)
        values: dict[str, Any] = {
            "places": _places(db, _dealt(in_sections(items, today), ROOM, MOST), site.root, sources),
            "count": total(db, parse("")),
            "newest": [] if items else _newest(db, site.root, sources),
            "ahead": told(db, ahead[:NEAREST], site.root, sources),
            "ahead_total": len(ahead),
        }
    return site.page(
        "front.html", title=_("What changed this week"), here="/", width="wide", since=_since(site.now), until=site.now,
        changed=sum(item.change is not None for item in items), new=sum(item.change is None for item in items),
        watched=len(states), troubles=_troubles(states, site.now),
        refreshed=_refreshed(states),
        formats=[(form, of_all().path(form)) for form in (Format.ATOM, Format.RSS, Format.JSON)], **values,
    )  # fmt: skip


@router.api_route("/week", methods=["GET", "HEAD"])
def week(request: Request, until: str = "", j: str = "", page: str = "") -> Response:
    """All that changed in the seven days up to a day, of all jurisdictions or of one."""
    site = site_of(request)
    end = _end(until, site.now)
    code = "" if j == _NOWHERE else canonical(j) if j else None
    if end is None or (j and code is None):
        return _no_such_week(site, until if end is None else j)
    day = date.fromisoformat(end[:10])
    with site.opened() as db:
        sections: Sequence[Section] = in_sections(_week(db, _since(end), end), day)
        sections = [one for one in sections if code in (None, one.jurisdiction)]
        here = paging(page, sum(len(one.items) for one in sections), WEEK_PAGE)
        if here is None:
            return no_page(site, page, "/week")
        sources = {source.id: source for source in declared(db)}
        places = _places(db, _cut(sections, here), site.root, sources)
    return site.page(
        "week.html", title=_("All changes of a week"), here="/", width="wide", places=places, paging=here,
        since=_since(end), until=end, asked=until, j=j, name=_name(code) if code is not None else "",
        before=(day - _WEEK).isoformat(),
        after="" if end == site.now else min((day + _WEEK).isoformat(), site.now[:10]),
    )  # fmt: skip


def _week(db: Store, since: str, until: str) -> list[DigestItem]:
    """What is new to readers, and what sources changed, between two times."""
    new = listed_between(db, since, until)
    changed = [update_id for update_id in revised_between(db, since, until) if update_id not in set(new)]
    told_changes = {update_id: _change(db, update_id, since, until) for update_id in changed}
    found = ((get(db, update_id), told_changes.get(update_id)) for update_id in [*new, *changed])
    return [DigestItem(update, (), change) for update, change in found if update]


def _change(db: Store, update_id: str, since: str, until: str) -> str:
    """What its source changed, by the names of the fields."""
    fields = (words(name) for one in revisions_of(db, update_id) if since < one.seen_at <= until for name in one.fields)
    named = ", ".join(dict.fromkeys(fields))
    return _("Changed by the source: {fields}").format(fields=named) if named else _("Changed by the source")


def _dealt(sections: Sequence[Section], room: int, most: int) -> list[Part]:
    """The first items of each section: one each before any gets a second, at most ``most`` of one, ``room`` in all."""
    shown = [0] * len(sections)
    for rank in range(most):
        for place, section in enumerate(sections):
            if len(section.items) > rank and room:
                shown[place] += 1
                room -= 1
    return [(one.jurisdiction, one.items[:number], len(one.items)) for one, number in zip(sections, shown, strict=True)]


def _cut(sections: Iterable[Section], here: Paging) -> list[Part]:
    """The items of one page, in their sections."""
    found: list[Part] = []
    before = 0
    for one in sections:
        first, last = max(here.offset - before, 0), max(here.end - before, 0)
        if items := one.items[first:last]:
            found.append((one.jurisdiction, items, len(one.items)))
        before += len(one.items)
    return found


def _places(db: Store, parts: Iterable[Part], root: str, sources: Mapping[str, Source]) -> list[Place]:
    return [
        Place(code or _NOWHERE, _name(code), tuple(_line(db, item, root, sources) for item in items), count)
        for code, items, count in parts
    ]


def _line(db: Store, item: DigestItem, root: str, sources: Mapping[str, Source]) -> Line:
    own = item.update.publication.id
    others = (get(db, other) for other in members_of(db, own) if other != own)
    also_at = [other for other in others if other and other.listed_at]
    return Line(entry(item.update, root, sources, also_at), item.change or "")


def _newest(db: Store, root: str, sources: Mapping[str, Source]) -> list[Entry]:
    return [entry(hit.update, root, sources, hit.also_at) for hit in search(db, "", limit=_NEWEST).hits]


def _troubles(states: Sequence[SourceState], now: str) -> list[Trouble]:
    """The sources that did not answer, or are quiet for longer than usual; as the mails say it."""
    found = []
    for state in states:
        one = coverage([state], now)
        found += [Trouble(state.source, name, said) for name, said in (*one.failed, *one.quiet)]
    return found


def _refreshed(states: Sequence[SourceState]) -> str:
    """When a source last answered; empty where none ever did."""
    latest = max((state.last_answered or "" for state in states), default="")
    return moment_words(latest) if latest else ""


def _name(code: str) -> str:
    return jurisdiction_name(code) if code else _("No jurisdiction known")


def _since(end: str) -> str:
    return later(end, -_WEEK.total_seconds())


def _end(until: str, now: str) -> str | None:
    """The end of the day that was typed, or now; None for what is no day or lies ahead."""
    if not until or until == now[:10]:
        return now
    try:
        day = date.fromisoformat(until).isoformat()
    except ValueError:
        return None
    return f"{day}T23:59:59Z" if day < now[:10] and day > "1970-01-08" else None


def _no_such_week(site: Site, typed: str) -> Response:
    said = _("“{typed}” is no day (such as 2026-11-20) or no code of a jurisdiction (such as CA).")
    lines = [said.format(typed=visible(typed)[:100])]
    return site.page("message.html", 404, title=_("No such week"), lines=lines, onward=("/week", _("This week")))
