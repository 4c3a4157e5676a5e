"""All feeds from memory: made when they are first asked for, kept until something touches them."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

from db.connect import Store
from db.feed_lists import FeedList, changed_between, feed_lists, keep_lists, moment_of
from feeds.about import Site, about, last_turn
from feeds.answers import Answer, Held, answer, held
from feeds.catalogue import Feed, Format, of_search
from feeds.document import NEVER
from feeds.opml import opml
from feeds.press import EMPTY, Press, numbers, span
from feeds.publish import OPML, feeds_of, site_of

_ADDRESS = re.compile(r"/feeds/(?P<name>.+?)(?:/(?P<number>[1-9][0-9]{0,8}))?\.(?P<form>rss|atom|json)")
_SEARCH = re.compile(r"/feeds/search\.(rss|atom|json)")
# Documents of searches that are kept; the oldest go first.
SEARCHES = 500
# A query longer than this is no search that a person saved.
LONGEST_QUERY = 2_000


class Shelf:
    """The feeds of one store, held in memory. Used by one thread at a time, as the store is.

    ``refresh`` is called whenever the store may have changed; ``respond`` then answers requests, from memory where
    nothing was touched.
    """

    def __init__(self, store: Store, *, base_url: str, author: str) -> None:
        self._store, self._base_url, self._author = store, base_url, author
        self._documents: dict[str, Held] = {}
        self._searches: OrderedDict[tuple[str, str, int | None], Held] = OrderedDict()
        self._lists: dict[str, FeedList] = {}
        self._seq = -1
        self._site: Site | None = None
        self.refresh()

    def refresh(self) -> None:
        """Forget what changes since the last time have touched."""
        seq = keep_lists(self._store)
        site = site_of(self._store, base_url=self._base_url, author=self._author)
        if seq == self._seq and site == self._site:
            return
        lists = feed_lists(self._store)
        if self._site is None or site.sources != self._site.sources:
            self._press = Press(self._store, site)
            self._documents.clear()
        elif site != self._site:
            self._press.site = site
        self._forget(lists, site)
        self._seq, self._site, self._lists = seq, site, lists
        self._feeds = {feed.name: feed for feed in feeds_of(lists, site)}
        self._searches.clear()

    @property
    def feeds(self) -> list[Feed]:
        """All feeds that exist now, in the order of the catalogue."""
        return list(self._feeds.values())

    def respond(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a request; ``query`` is the address' part behind the question mark, names are lower-case."""
        return answer(self.find(path, query), method, headers)

    def find(self, path: str, query: str = "") -> Held | None:
        """The document at an address below the site; None where there is none."""
        if found := _SEARCH.fullmatch(path):
            return self._answers(Format(found[1]), query)
        if path not in self._documents and (made := self._make(path)):
            self._documents[path] = made
        return self._documents.get(path)

    def _forget(self, lists: Mapping[str, FeedList], site: Site) -> None:
        """Drop the documents of feeds that have another entry or another text."""
        for path in list(self._documents):
            found = _ADDRESS.fullmatch(path)
            feed = self._feeds.get(found["name"]) if found else None
            same_list = feed and lists.get(feed.name, EMPTY) == self._lists.get(feed.name, EMPTY)
            if not feed or not self._site or not same_list or about(feed, site) != about(feed, self._site):
                del self._documents[path]

    def _make(self, path: str) -> Held | None:
        if path == f"/feeds/{OPML}":
            listing = opml(list(self._feeds.values()), base_url=self._base_url, author=self._author)
            return held(listing, "text/x-opml", NEVER)
        found = _ADDRESS.fullmatch(path)
        feed = self._feeds.get(found["name"]) if found else None
        if found is None or feed is None:
            return None
        state = self._lists.get(feed.name, EMPTY)
        number = int(found["number"]) if found["number"] else None
        if number is not None and number not in numbers(state):
            return None
        form = Format(found["form"])
        body = self._press.document(feed, state, number, form)
        modified = self._moment(changed_between(self._store, feed.name, *span(state, number)))
        turned = "" if number else last_turn(feed, self._press.site)
        return held(body, form.media_type, _time(max(modified, turned)))

    def _answers(self, form: Format, query: str) -> Held | None:
        asked = parse_qs(query, keep_blank_values=True)
        text, before = asked.get("q", [""])[0], asked.get("before", [""])[0]
        if len(text) > LONGEST_QUERY or not re.fullmatch(r"[0-9]{0,18}", before):
            return None
        key = (form, " ".join(text.split()), int(before) if before else None)
        if key not in self._searches:
            feed = of_search(text)
            body, latest = self._press.answers(feed, key[2], form)
            modified = max(self._moment(latest), last_turn(feed, self._press.site))
            self._searches[key] = held(body, form.media_type, _time(modified))
            if len(self._searches) > SEARCHES:
                self._searches.popitem(last=False)
        self._searches.move_to_end(key)
        return self._searches[key]

    def _moment(self, change: int) -> str:
        """The time of a change; empty where nothing changed yet."""
        moment = moment_of(self._store, change)
        return moment[1] if moment else ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else NEVER
