"""The register of instruments: the list of laws, bills, lists and conventions, and a page for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from alerts.wording import visible
from db.search import search
from db.sources import declared
from feeds.catalogue import Format, of_search
from feeds.headline import jurisdiction_name, words
from feeds.plain import address, direction
from model.instruments import Instrument, When, instrument, instruments, when
from model.texts import _
from web.entry import entry
from web.site import Site, site_of

SHOWN = 20
_SHORT_FORMS = {"boe", "celex", "cets", "cfr", "dof", "eli", "ilo", "oj", "sr", "usc"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A key date in words: ``date`` as the register has it, ``what`` happens or happened then."""

    date: str
    when: When
    what: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """An instrument in a list; ``next`` is its first milestone that lies ahead."""

    instrument: Instrument
    kind: str
    stage: str
    next: Milestone | None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its language."""

    lang: str
    dir: str
    text: str


@router.api_route("/i", methods=["GET", "HEAD"])
def register(request: Request) -> Response:
    """All instruments by jurisdiction, and the dates that lie ahead."""
    site = site_of(request)
    today = site.now[:10]
    every = instruments()
    return site.page(
        "register.html", title=_("Register of laws"), width="wide",
        total=len(every), as_of=max(one.as_of for one in every),
        ahead=sorted(_ahead(every, today), key=lambda pair: pair[0].date),
        groups=[(code, [_line(one, today) for one in group]) for code, group in _by_jurisdiction(every)],
    )  # fmt: skip


@router.api_route("/i/{name}", methods=["GET", "HEAD"])
def one_instrument(request: Request, name: str) -> Response:
    """The facts of one instrument, how sure they are, and the updates that are linked to it."""
    site = site_of(request)
    found = instrument(name)
    if found is None:
        return _elsewhere(site, name)
    query = f"instrument:{found.id}"
    feed = of_search(query)
    with site.opened() as db:
        results = search(db, query, limit=SHOWN)
        sources = {source.id: source for source in declared(db)}
    milestones = _milestones(found, site.now[:10])
    return site.page(
        "instrument.html", title=found.name, width="wide", feeds=[feed],
        one=found, kind=_kinds().get(found.kind, words(found.kind)), stage=_stage(found), today=site.now[:10],
        official=address(found.official_url), native=_names(found.native_name), aliases=_aliases(found),
        identifiers=_identifiers(found), certainty=_certainty(found), relations=list(_relations(found)),
        past=[one for one in milestones if one.when is not When.AHEAD],
        ahead=[one for one in milestones if one.when is When.AHEAD],
        read_at=[url for url in map(address, found.sources) if url], query=query, feed=feed.path(Format.ATOM),
        total=results.total,
        entries=[entry(hit.update, site.root, sources, hit.also_at) for hit in results.hits],
    )  # fmt: skip


def _elsewhere(site: Site, name: str) -> Response:
    """The right address of an instrument that was spelt wrongly, else a page that says there is none."""
    if instrument(name.lower()):
        return RedirectResponse(f"{site.root}/i/{name.lower()}", 308)
    said = _("The register has no instrument with the name “{name}”.").format(name=visible(name)[:100])
    return site.page(
        "message.html", 404, title=_("Not in the register"), lines=[said], onward=("/i", _("All instruments"))
    )


def _by_jurisdiction(every: Sequence[Instrument]) -> Iterator[tuple[str, list[Instrument]]]:
    """International and European law first, then by the names of the countries; within one by name."""
    first = {"INT": 0, "EU": 1}

    def order(one: Instrument) -> tuple[int, str, str]:
        country, _, part = one.jurisdiction.partition("-")
        return first.get(country, 2), jurisdiction_name(country), part

    ordered = sorted(every, key=lambda one: (order(one), one.name.casefold()))
    for code, group in groupby(ordered, key=lambda one: one.jurisdiction):
        yield code, list(group)


def _line(one: Instrument, today: str) -> Line:
    ahead = (found for found in _milestones(one, today) if found.when is When.AHEAD)
    return Line(one, _kinds().get(one.kind, words(one.kind)), _stage(one), next(ahead, None))


def _ahead(every: Sequence[Instrument], today: str) -> Iterator[tuple[Milestone, Instrument]]:
    for one in every:
        yield from ((found, one) for found in _milestones(one, today) if found.when is When.AHEAD)


def _milestones(one: Instrument, today: str) -> list[Milestone]:
    """All milestones, the oldest first."""
    dates = sorted(one.key_dates, key=lambda key: key.date)
    return [Milestone(key.date, when(key.date, today), milestone_words(key.type), key.note) for key in dates]


def milestone_words(type_: str) -> str:
    """What happens on a key date of this type."""
    said = {
        "proposed": _("proposed"),
        "consultation": _("consultation"),
        "passed": _("passed"),
        "adopted": _("adopted"),
        "published": _("published"),
        "in-force": _("enters into force"),
        "applies": _("begins to apply"),
        "transposition": _("to be transposed by"),
        "first-report": _("first reports due"),
        "deadline": _("deadline"),
        "amended": _("amended"),
        "postponed": _("postponed"),
        "review": _("review"),
        "repealed": _("repealed"),
        "withdrawn": _("withdrawn"),
    }
    return said.get(type_, words(type_))


def _kinds() -> Mapping[str, str]:
    """What sort of instrument it is; ``Kind`` of the taxonomy is that of a publication."""
    return {
        "act": _("act"),
        "bill": _("bill"),
        "convention": _("convention"),
        "directive": _("directive"),
        "guidance": _("guidance"),
        "initiative": _("initiative"),
        "list": _("list"),
        "programme": _("programme"),
        "regulation": _("regulation"),
    }


def _stage(one: Instrument) -> str:
    return "" if one.stage == "none" else words(one.stage)


def _certainty(one: Instrument) -> str:
    """How well the facts of an entry are founded, in one sentence."""
    said = {
        "two sources": _("Identity, stage and main dates were read on at least two pages."),
        "one source": _("All of this was read on one page only."),
        "from memory": _("All of this is from memory and must be checked."),
    }
    return said.get(one.verified, one.verified)


def _names(names: Mapping[str, str]) -> list[Name]:
    return [Name(lang, direction(lang) or "ltr", text) for lang, text in names.items()]


def _aliases(one: Instrument) -> list[Name]:
    """The short names, each once: many are the same in several languages."""
    first: dict[str, str] = {}
    for lang, texts in one.aliases.items():
        for text in texts:
            first.setdefault(text, lang)
    return [Name(lang, direction(lang) or "ltr", text) for text, lang in first.items()]


def _identifiers(one: Instrument) -> list[tuple[str, str]]:
    """(label, number): the label as lawyers write it."""

    def label(scheme: str) -> str:
        return scheme.upper() if scheme in _SHORT_FORMS else scheme.replace("_", " ").capitalize()

    return [(label(scheme), value) for scheme, value in one.identifiers.items()]


def _relations(one: Instrument) -> Iterator[tuple[str, list[Instrument]]]:
    """(what the relation is called, the instruments): each other instrument under its closest relation only."""
    told: set[str] = set()
    for label, names in (
        (_("Amends"), one.amends),
        (_("Amended by"), one.amended_by),
        (_("Implements"), one.implements),
        (_("Related"), one.related),
    ):
        others = [other for name in names if name not in told and (other := instrument(name))]
        told.update(names)
        if others:
            yield label, others
