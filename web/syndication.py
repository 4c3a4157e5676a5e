"""The feeds, answered from memory with validators; the store is looked at for changes every other second."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from feeds.memory import Shelf
from web.site import Site, site_of, visitor_of

LOOK_AGAIN = timedelta(seconds=2)

router = APIRouter()


class Newsstand:
    """The shelf of one site, filled when the first reader comes. Used from the event loop alone: one thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._shelf: Shelf | None = None
        self._looked: datetime | None = None

    def shelf(self) -> Shelf:
        """The shelf, not older than ``LOOK_AGAIN``. Raises StoreError and DatabaseError."""
        now = self._site.clock()
        if self._shelf is None:
            head = self._site.head
            self._shelf = Shelf(self._site.store(), base_url=head.base_url, author=head.name)
            self._looked = now
        elif self._looked is None or not timedelta(0) <= now - self._looked < LOOK_AGAIN:
            self._shelf.refresh()
            self._looked = now
        return self._shelf


@router.api_route("/feeds/{name:path}", methods=["GET", "HEAD"])
async def feed(request: Request, name: str) -> Response:
    """A feed, a page of its history, a search as a feed, or the list of all feeds."""
    if name.startswith("search.") and (refusal := _too_often(request)):
        return refusal
    stand: Newsstand = request.app.state.newsstand
    # Starlette gives the names of headers in lower case, as the shelf wants them.
    found = stand.shelf().respond(request.method, f"/feeds/{name}", request.url.query, dict(request.headers))
    answer = Response(found.body, found.status)
    answer.raw_headers = list(found.headers)
    return answer


def _too_often(request: Request) -> Response | None:
    """The feed of a search is a search: both count together."""
    site = site_of(request)
    seconds = site.searches.wait(visitor_of(request), site.clock())
    if not seconds:
        return None
    said = f"From where you are very many searches came at once. Please ask again in {seconds} seconds.\n"
    return PlainTextResponse(said, 429, {"retry-after": str(seconds)})
