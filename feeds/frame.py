"""What stands around the entries of a document: which feed, which part of its history, and where the others are."""

from dataclasses import dataclass

from feeds.catalogue import Feed, Format
from model.identity import update_id


@dataclass(frozen=True, slots=True)
class Frame:
    """The head of one document.

    ``number`` is the page of the feed's history, None for the document that people subscribe to. ``archived`` pages are
    full and stay as they are. ``earlier`` and ``later`` are the neighbouring pages. ``before`` and ``next_before``
    are the place of a search's answers and of those that follow.
    """

    feed: Feed
    base_url: str
    author: str
    about: str
    number: int | None = None
    archived: bool = False
    earlier: int | None = None
    later: int | None = None
    before: int | None = None
    next_before: int | None = None

    @property
    def id(self) -> str:
        """The identity of the feed; all pages of its history have the same (RFC 5005, 4)."""
        return update_id("feed", self.feed.name)

    @property
    def page(self) -> str:
        """The site's page of the same updates."""
        return self.base_url + self.feed.page

    def address(self, form: Format) -> str:
        """Where this document is."""
        return self.base_url + self.feed.path(form, self.number, self.before)

    def links(self, form: Format) -> list[tuple[str, str]]:
        """(relation, address) of the other documents of this feed (RFC 5005, 3 and 4)."""
        found = []
        if self.next_before is not None:
            found.append(("next", self.feed.path(form, before=self.next_before)))
        if self.number is not None:
            found.append(("current", self.feed.path(form)))
        if self.earlier is not None:
            found.append(("prev-archive", self.feed.path(form, self.earlier)))
        if self.later is not None:
            found.append(("next-archive", self.feed.path(form, self.later)))
        return [(relation, self.base_url + path) for relation, path in found]

    def next_address(self, form: Format) -> str | None:
        """Where what is older than this document is."""
        if self.next_before is not None:
            return self.base_url + self.feed.path(form, before=self.next_before)
        return None if self.earlier is None else self.base_url + self.feed.path(form, self.earlier)
