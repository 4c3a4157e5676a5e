"""All feeds on one page, and how to use them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from feeds.catalogue import Feed, Format
from feeds.publish import OPML
from model.texts import _
from web.site import site_of
from web.syndication import Newsstand

router = APIRouter(include_in_schema=False)

_OF_ALL = "Vigilex: "


@dataclass(frozen=True, slots=True)
class Group:
    """The feeds of one kind. ``rows`` are (title, page, path of the Atom, RSS and JSON document)."""

    id: str
    title: str
    rows: tuple[tuple[str, str, str, str, str], ...]


@router.api_route("/feeds", methods=["GET", "HEAD"])
async def feeds(request: Request) -> Response:
    """The feeds that exist, as the newsstand has them; asked from the event loop alone, as it must be."""
    site = site_of(request)
    stand: Newsstand = request.app.state.newsstand
    return site.page(
        "feeds.html", title=_("Feeds"), here="/feeds", groups=list(_groups(stand.shelf().feeds)), opml=f"/feeds/{OPML}"
    )


@router.api_route("/feeds/", methods=["GET", "HEAD"])
def feeds_with_slash(request: Request) -> Response:
    return RedirectResponse(f"{site_of(request).root}/feeds", 308)


def _groups(feeds: Sequence[Feed]) -> Iterator[Group]:
    kinds = (
        ("all", _("Everything")), ("j", _("Jurisdictions")), ("t", _("Topics")), ("sector", _("Sectors")),
        ("source", _("Sources")),
    )  # fmt: skip
    for kind, title in kinds:
        rows = tuple(_row(feed) for feed in feeds if feed.name.partition("/")[0] == kind)
        if rows:
            yield Group(f"feeds-{kind}", title, rows)


def _row(feed: Feed) -> tuple[str, str, str, str, str]:
    title = feed.title.removeprefix(_OF_ALL)
    page = f"/sources/{feed.source}" if feed.source else feed.page
    return title[:1].upper() + title[1:], page, feed.path(Format.ATOM), feed.path(Format.RSS), feed.path(Format.JSON)
