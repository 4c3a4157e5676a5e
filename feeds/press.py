"""Documents of feeds from the store: the pages of a feed's history, each entry rendered once.

A feed has one document that people subscribe to, and its history in pages of ``PAGE`` places (RFC 5005, 4):

- Places are given in the order in which updates entered the feed and never move, so a page that is full keeps its
  entries. Its bytes change only if one of them is corrected, tagged anew, or leaves the feed: then showing what was
  corrected or withdrawn would be worse than a changed archive.
- The document that people subscribe to has the last full page and what came after it: at least a page, so that nobody
  who was away for a while misses anything, and its ``prev-archive`` leads to the last full page.
- The page that is being filled exists too, unmarked, once there is a full one: the full page's ``next-archive`` leads
  there, so that a full page never has to change when the next one begins.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from db.connect import Store
from db.feed_fragments import Kept, keep_fragments, kept_fragments
from db.feed_lists import FeedList
from db.feeds import Entry, feed_entries, found_entries, listed
from feeds.about import Site, about
from feeds.catalogue import Feed, Format
from feeds.document import Fragments, document, fragments, kept, restored
from feeds.frame import Frame
from feeds.item import item

PAGE = 50
# Characters of a text that an entry may carry; less where that would make it longer than LONGEST bytes in any format,
# so that a document of 99 entries stays below 5 MB.
ROOMS = (6_000, 1_500, 0)
LONGEST = 48_000
# Entries that are kept packed, a few kilobytes each.
_KEPT = 10_000
_KEPT_AT_ONCE = 500

EMPTY = FeedList(last=0, changed=0)


class Press:
    """Makes documents from one store, for one ``site``; its text may be replaced, its address and sources may not."""

    def __init__(self, store: Store, site: Site, *, keeps: bool = False) -> None:
        """With ``keeps`` what is rendered is kept in the store for the next time; ``keep`` ends that."""
        self._store, self.site, self._keeps = store, site, keeps
        self.recipe = recipe(site)
        self._fragments = lru_cache(maxsize=_KEPT)(self._found_or_made)
        self._made: list[tuple[Entry, Kept]] = []

    def keep(self) -> None:
        """Keep what was rendered since."""
        if self._made:
            keep_fragments(self._store, self._made, self.recipe)
            self._made.clear()

    def document(self, feed: Feed, state: FeedList, number: int | None, form: Format) -> bytes:
        """A document of a feed: the one to subscribe to (``number`` None) or a page of its history."""
        first, last = span(state, number)
        entries = feed_entries(self._store, feed.name, first, last)
        return document(self._frame(feed, state, number), form, self._pieces(entries))

    def answers(self, feed: Feed, before: int | None, form: Format) -> tuple[bytes, int]:
        """A document of the feed of a search, and the latest change in it; older answers are behind ``next``."""
        found = found_entries(self._store, feed.search or "", limit=PAGE + 1, before=before)
        shown = found[:PAGE]
        rest = shown[-1].seq if len(found) > PAGE else None
        site = self.site
        frame = Frame(feed, site.base_url, site.author, about(feed, site), before=before, next_before=rest)
        latest = max((entry.changed for entry in shown), default=0)
        return document(frame, form, self._pieces(shown)), latest

    def _frame(self, feed: Feed, state: FeedList, number: int | None) -> Frame:
        site, full = self.site, state.last // PAGE
        if number is None:
            # The newest full page stands in this document: what it has not begins with the page before.
            return Frame(feed, site.base_url, site.author, about(feed, site), earlier=full - 1 if full > 1 else None)
        return Frame(
            feed,
            site.base_url,
            site.author,
            f"Page {number} of the history of this feed; page 1 is the oldest. Not legal advice.",
            number=number,
            archived=number <= full,
            earlier=number - 1 or None,
            later=number + 1 if number <= full else None,
        )

    def _pieces(self, entries: Sequence[Entry]) -> list[Fragments]:
        return [piece for entry in entries if (piece := self._fragments(entry))]

    def _found_or_made(self, entry: Entry) -> Fragments | None:
        if found := kept_fragments(self._store, entry, self.recipe):
            return restored(found)
        made = self._render(entry)
        if made and self._keeps:
            self._made.append((entry, kept(made)))
            if len(self._made) == _KEPT_AT_ONCE:
                self.keep()
        return made

    def _render(self, entry: Entry) -> Fragments | None:
        found = listed(self._store, entry)
        if found is None:
            return None
        base_url, sources = self.site.base_url, self.site.sources
        for room in ROOMS:
            made = fragments(item(found, base_url=base_url, sources=sources, room=room), base_url)
            if made.longest <= LONGEST:
                break
        return made


def recipe(site: Site) -> str:
    """A digest of all that makes an entry beside its update: settings, what sources allow, and our own code."""
    shared = {source.id: [source.name, source.publisher, source.may_republish] for source in site.sources.values()}
    digest = hashlib.sha256(json.dumps([site.base_url, site.author, shared], sort_keys=True).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def span(state: FeedList, number: int | None) -> tuple[int, int]:
    """The first and last place of a document."""
    if number is not None:
        return (number - 1) * PAGE + 1, number * PAGE
    return max(state.last // PAGE - 1, 0) * PAGE + 1, state.last


def page_of(position: int) -> int:
    """The page of a place."""
    return (position - 1) // PAGE + 1


def numbers(state: FeedList) -> Iterator[int | None]:
    """All documents of a feed: the one to subscribe to, and its pages if one of them is full."""
    yield None
    full = state.last // PAGE
    yield from range(1, full + 2 if full else 1)
