"""What is watched, how each source stands, and what may be missing: the pages that let a reader trust a silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel import Locale
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from alerts.wording import moment_words, visible
from crawlers.holder import is_alive
from db.alarms import open_alarms
from db.connect import Store
from db.runs import Run, latest_runs, runs_of, troubles
from db.search import search
from db.sources import source_states
from feeds.catalogue import Format, of_source
from feeds.headline import jurisdiction_name
from feeds.plain import address
from model.codes import Outcome
from model.source import Source
from model.texts import _, language, ngettext
from web.entry import entry
from web.site import Site, site_of
from web.standing import (
    Standing,
    Watched,
    confidence_words,
    counted,
    every,
    label,
    outcome_label,
    republish_words,
    sentences,
    standing,
    up_to,
    visit,
)

RUNS_SHOWN = 20
UPDATES_SHOWN = 5
WELL = (Outcome.NEW, Outcome.UNCHANGED)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A source as the pages show it: every value in words. Times are empty where it never happened."""

    source: Source
    standing: Standing
    label: str
    sentences: tuple[str, ...]
    homepage: str | None
    licence_url: str | None
    languages: str
    every: str
    usual_silence: str
    asked: str
    answered: str
    new: str
    requests: int
    confidence: str
    republish: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in the list of a source."""

    at: str
    outcome: str
    sentence: str
    counts: str


@router.api_route("/sources", methods=["GET", "HEAD"])
def sources(request: Request) -> Response:
    """All sources by jurisdiction, those with something missing on top."""
    site = site_of(request)
    with site.opened() as db:
        cards = _cards(db, site.now)
    by_place = sorted(cards, key=lambda card: (jurisdiction_name(card.source.jurisdiction), card.source.name))
    places = {code: list(group) for code, group in groupby(by_place, key=lambda card: card.source.jurisdiction)}
    return site.page(
        "sources.html", title=_("Sources and coverage"), here="/sources", width="wide",
        summary=_summary(cards, len(places)), places=places, at=moment_words(site.now),
        missing=[card for card in by_place if card.standing in (Standing.TROUBLE, Standing.UNVISITED)],
        quiet=[card for card in by_place if card.standing is Standing.QUIET],
    )  # fmt: skip


@router.api_route("/sources/{name}", methods=["GET", "HEAD"])
def one_source(request: Request, name: str) -> Response:
    """All facts of one source, its last visits, and its latest updates."""
    site = site_of(request)
    with site.opened() as db:
        cards = {card.source.id: card for card in _cards(db, site.now)}
        if name not in cards:
            return _elsewhere(site, name, cards.keys() & {name.lower()})
        source = cards[name].source
        runs, visits = runs_of(db, name, RUNS_SHOWN)
        results = search(db, f"source:{name}", limit=UPDATES_SHOWN)
    feed = of_source(source)
    known = {card.source.id: card.source for card in cards.values()}
    return site.page(
        "source.html", title=source.name, here="/sources", width="wide", feeds=[feed], card=cards[name],
        runs=[_visit(run) for run in runs], visits=visits, query=f"source:{name}", feed=feed.path(Format.ATOM),
        total=results.total, entries=[entry(hit.update, site.root, known, hit.also_at) for hit in results.hits],
    )  # fmt: skip


def _elsewhere(site: Site, name: str, right: set[str]) -> Response:
    if right:
        return RedirectResponse(f"{site.root}/sources/{right.pop()}", 308)
    said = _("We watch no source with the name “{name}”.").format(name=visible(name)[:100])
    return site.page(
        "message.html", 404, title=_("No such source"), lines=[said], onward=("/sources", _("All sources"))
    )


def _cards(db: Store, now: str) -> list[Card]:
    runs = {run.source: run for run in latest_runs(db)}
    ill = troubles(db, WELL)
    alarms = {alarm.key: alarm.since for alarm in open_alarms(db)}
    return [
        _card(Watched(state, runs.get(state.source), ill.get(state.source)), alarms.get(f"source {state.source}"), now)
        for state in source_states(db, now)
    ]


def _card(watched: Watched, alarm: str | None, now: str, alive: Callable[[str], bool] = is_alive) -> Card:
    state, source = watched.state, watched.state.declared
    found = standing(watched, now)
    said = sentences(watched, now, alive)
    if alarm:
        said.append(_("An alarm about it is open since {time}.").format(time=moment_words(alarm)))
    return Card(
        source=source,
        standing=found,
        label=label(found),
        sentences=tuple(said),
        homepage=address(source.homepage),
        licence_url=address(source.licence_url),
        languages=", ".join(map(_language, source.languages)),
        every=every(source.rhythm),
        usual_silence=up_to(source.silence_after),
        asked=_moment(watched.run.started_at if watched.run else None),
        answered=_moment(state.last_answered),
        new=_moment(state.last_new),
        requests=state.requests_today,
        confidence=confidence_words(source.confidence),
        republish=republish_words(source.may_republish),
    )


def _summary(cards: Sequence[Card], places: int) -> str:
    """ "6 sources in 5 jurisdictions: 5 answer well, 1 does not."."""
    well = sum(card.standing in (Standing.WELL, Standing.QUIET) for card in cards)
    unvisited = sum(card.standing is Standing.UNVISITED for card in cards)
    ill = len(cards) - well - unvisited
    watched = ngettext("{count:,} source", "{count:,} sources", len(cards)).format(count=len(cards))
    where = ngettext("{count:,} jurisdiction", "{count:,} jurisdictions", places).format(count=places)
    parts = [ngettext("{count:,} answers well", "{count:,} answer well", well).format(count=well)]
    if ill:
        parts.append(ngettext("{count:,} does not", "{count:,} do not", ill).format(count=ill))
    if unvisited:
        said = ngettext("{count:,} has not been visited yet", "{count:,} have not been visited yet", unvisited)
        parts.append(said.format(count=unvisited))
    return _("{sources} in {places}: {state}.").format(sources=watched, places=where, state=", ".join(parts))


def _visit(run: Run) -> Visit:
    return Visit(moment_words(run.started_at), outcome_label(run.outcome), visit(run, is_alive), counted(run))


def _moment(time: str | None) -> str:
    return moment_words(time) if time else ""


def _language(code: str) -> str:
    """The name of a language in the language spoken; an unknown code is its own name."""
    return str(Locale.parse(language(), sep="-").languages.get(code, code))
