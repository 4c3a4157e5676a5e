"""The search: one box, what answers it with the words marked, how to narrow it down, and how to follow it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from alerts.searches import never_matches
from alerts.wording import short
from db.brought import brought
from db.clock import later
from db.connect import Store, read
from db.facets import MOST, Facets, facets
from db.named import named
from db.passages import hits
from db.query import Query
from db.search import Hit, Results, hits_of, search
from db.sources import declared
from db.tags import is_visible
from feeds.catalogue import Feed, Format, of_all, of_jurisdiction, of_search, of_sector, of_source, of_topic
from feeds.plain import direction, language, plain
from model.source import Republish, Source
from model.texts import _, ngettext
from web.asking import PAGE, Asking, asking, text_of
from web.entry import Entry, entry
from web.marking import Marked, Span
from web.marking import Piece as Run
from web.narrowing import can_narrow, chips, groups
from web.site import Site, site_of, visitor_of
from web.suggesting import correction, each_alone, with_everything, without_each
from web.wanted import MOST_QUERY

FOUR_WEEKS = 28 * 24 * 3600
_FORMATS = {Format.ATOM: "Atom", Format.RSS: "RSS", Format.JSON: "JSON Feed"}
_FEEDS: Mapping[str, Callable[[str], Feed]] = {
    "jurisdiction": of_jurisdiction, "topic": of_topic, "sector": of_sector,
}  # fmt: skip

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a source's words, cut at the words that were looked for."""

    runs: tuple[Run, ...]
    lang: str | None
    dir: str


@dataclass(frozen=True, slots=True)
class Found:
    """One answer as the page shows it; ``withheld`` says why words that answer are not shown (empty: they are)."""

    entry: Entry
    title: tuple[Run, ...]
    passages: tuple[Passage, ...]
    withheld: str
    unlisted: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """The pages around this one, by their addresses below the site; None where there is none."""

    number: int
    count: int
    before: str | None
    after: str | None
    last: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the store says of a search.

    ``named`` is the one update whose number was typed, ``month`` how many updates the search would have brought in four
    weeks, ``hidden`` the ids of those hits that readers find on demand alone.
    """

    results: Results
    facets: Facets
    named: Hit | None
    month: int
    hidden: frozenset[str]
    sources: Mapping[str, Source]


@router.api_route("/search", methods=["GET", "HEAD"])
def search_page(request: Request, q: str = "", sort: str = "", page: str = "") -> Response:
    """Whatever was typed, an answer; the address alone says which."""
    site = site_of(request)
    if refusal := _too_often(site, request):
        return refusal
    asked = asking(q, sort, page)
    with site.opened() as db, read(db):
        seen = _look(db, site, asked)
        advice = _advice(db, asked, seen.results.total)
    turn = _turn(asked, seen.results.total)
    feed = _feed(asked, seen)
    title = _("{query}: search").format(query=short(asked.typed, 60)) if asked.typed else _("Search")
    return site.page(
        "search.html", 404 if turn.number > turn.count else 200, here="/search", feeds=[feed], width="wide",
        title=title, asking=asked, turn=turn, orders=_orders(asked), notes=_notes(asked, sort, page),
        **_answers(asked, seen, site.root), **_narrowing(asked, seen), **_following(asked, seen, feed), **advice,
    )  # fmt: skip


def _look(db: Store, site: Site, asked: Asking) -> _Seen:
    sources = {source.id: source for source in declared(db)}
    shown = {name: source.may_republish for name, source in sources.items()}
    today = site.clock().date() if asked.best else None
    results = search(db, asked.typed, limit=PAGE, offset=asked.offset, best_on=today, shown=shown)
    called = named(db, asked.query)
    first = results.hits[0].update.publication.id if results.hits else None
    own = hits_of(db, [called], asked.query.wanted, shown) if called and called != first else iter(())
    ids = [hit.update.publication.id for hit in results.hits]
    return _Seen(
        results=results,
        facets=facets(db, asked.query),
        named=next(own, None),
        month=brought(db, asked.query, later(site.now, -FOUR_WEEKS)),
        hidden=frozenset(one for one in ids if not is_visible(db, one)) if asked.query.everything else frozenset(),
        sources=sources,
    )


def _advice(db: Store, asked: Asking, total: int) -> dict[str, Any]:
    """What to try next: corrections always, other searches where this one finds nothing."""
    without = [] if total else without_each(db, asked)
    return {
        "correction": correction(db, asked),
        "without": without,
        "alone": [] if total or without else each_alone(db, asked),
        "unlisted": 0 if total or asked.query.everything else with_everything(db, asked),
        "everything": asked.path(asked.narrowed("include", "all")),
    }


def _answers(asked: Asking, seen: _Seen, root: str) -> dict[str, Any]:
    return {
        "total": seen.results.total,
        "found": [_found(hit, asked.query, root, seen) for hit in seen.results.hits],
        "named": seen.named and _found(seen.named, asked.query, root, seen),
        "problem": never_matches(asked.typed),
    }


def _narrowing(asked: Asking, seen: _Seen) -> dict[str, Any]:
    return {
        "chips": chips(asked, seen.sources),
        "can_narrow": can_narrow(asked),
        "groups": groups(asked, seen.facets, seen.sources) if can_narrow(asked) else [],
        "counted": MOST if seen.facets.cut else None,
    }


def _following(asked: Asking, seen: _Seen, feed: Feed) -> dict[str, Any]:
    """``too_long``: the most characters of a search that mails can follow, where this one has more."""
    return {
        "brought": _brought(seen.month),
        "subscribe": f"/subscribe?{urlencode({'q': asked.typed})}",
        "too_long": MOST_QUERY if len(asked.typed) > MOST_QUERY else None,
        "buttons": [(label, feed.path(form)) for form, label in _FORMATS.items()],
    }


def _found(hit: Hit, asked: Query, root: str, seen: _Seen) -> Found:
    shown = entry(hit.update, root, seen.sources, hit.also_at)
    return Found(
        entry=shown,
        title=_runs(shown.title, tuple(hits(shown.title, asked.wanted))),
        passages=tuple(_passages(hit, shown.title)),
        withheld=_withheld(hit, asked, seen.sources),
        unlisted=shown.id in seen.hidden,
    )


def _passages(hit: Hit, title: str) -> Iterator[Passage]:
    """Those that say more than the title, which many texts begin with."""
    lang = language(hit.lang)
    for passage in hit.passages:
        if passage.text.strip("… ").casefold() not in title.casefold():
            yield Passage(_runs(passage.text, passage.marks), lang, (direction(lang) or "ltr") if lang else "auto")


def _runs(text: str, marks: tuple[Span, ...]) -> tuple[Run, ...]:
    """``text`` on one line, cut at its marks."""
    return tuple(Run(plain(run.text), run.mark) for line in Marked(text, marks).lines() for run in line)


def _withheld(hit: Hit, asked: Query, sources: Mapping[str, Source]) -> str:
    publication = hit.update.publication
    source = sources.get(publication.source)
    may = source.may_republish if source else Republish.NONE
    shows_words = bool(hit.passages) and hit.where != "title"
    if may is Republish.TEXT or shows_words or not (publication.text or publication.summary):
        return ""
    if may is Republish.NONE:
        return _("Nothing of the text is shown: the source's licence does not allow it.")
    if asked.wanted:
        return _("The source's licence allows its summary alone to be shown; the words may stand in the text.")
    return ""


def _notes(asked: Asking, sort: str, page: str) -> list[str]:
    """What of the address was not taken as it stands."""
    notes = []
    if asked.length > len(asked.typed):
        said = _("This search has {length:,} characters; the first {read:,} were read.")
        notes.append(said.format(length=asked.length, read=len(asked.typed)))
    if sort not in ("", "newest", "best"):
        notes.append(_("“{sort}” is no order that we know: the newest come first.").format(sort=short(sort, 40)))
    if page and page != str(asked.page):
        notes.append(_("“{page}” is no number of a page: this is the first.").format(page=short(page, 40)))
    return notes


def _turn(asked: Asking, total: int) -> Turn:
    count = max(1, -(-total // PAGE))
    return Turn(
        number=asked.page,
        count=count,
        before=asked.path(page=asked.page - 1) if 1 < asked.page <= count else None,
        after=asked.path(page=asked.page + 1) if asked.page < count else None,
        last=asked.path(page=count),
    )


def _orders(asked: Asking) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this one) of both orders."""
    return [
        (_("Newest first"), asked.path(best=False), not asked.best),
        (_("Best first"), asked.path(best=True), asked.best),
    ]


def _brought(month: int) -> str:
    if not month:
        return _("In the last four weeks it would have brought nothing.")
    pace = _("about {count:,} a week").format(count=(month + 2) // 4) if month >= 4 else _("less than one a week")
    said = ngettext(
        "In the last four weeks it would have brought {count:,} update, {pace}.",
        "In the last four weeks it would have brought {count:,} updates, {pace}.",
        month,
    )
    return said.format(count=month, pace=pace)


def _feed(asked: Asking, seen: _Seen) -> Feed:
    """The feed of this search; where a feed of the catalogue has the same updates, that one."""
    pieces = asked.query.pieces
    if not asked.typed:
        return of_all()
    if len(pieces) == 1 and not pieces[0].minus:
        name, value = pieces[0].name, pieces[0].value
        if name == "source" and value in seen.sources:
            return of_source(seen.sources[value])
        # A jurisdiction without any update has no feed of its own yet.
        if name in _FEEDS and (name != "jurisdiction" or _is_first(value, seen)):
            return _FEEDS[name](value)
    return of_search(text_of(pieces) or asked.typed)


def _is_first(code: str, seen: _Seen) -> bool:
    return any(code in hit.update.tags.jurisdictions for hit in seen.results.hits)


def _too_often(site: Site, request: Request) -> Response | None:
    seconds = site.searches.wait(visitor_of(request), site.clock())
    if not seconds:
        return None
    said = _("From where you are very many searches came at once. Please try again in {seconds} seconds.")
    lines = [said.format(seconds=seconds), _("Programs find the same in our feeds and in the API, which ask for less.")]
    answer = site.page("message.html", 429, title=_("Too many requests"), lines=lines)
    answer.headers["retry-after"] = str(seconds)
    return answer
