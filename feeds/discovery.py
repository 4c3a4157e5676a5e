"""What a page of the site says in its head so that readers find its feeds."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.catalogue import Feed, Format

_NAMES = {Format.ATOM: "Atom", Format.RSS: "RSS", Format.JSON: "JSON Feed"}


@dataclass(frozen=True, slots=True)
class Link:
    """One ``<link rel="alternate" type="…" title="…" href="…">``."""

    type: str
    title: str
    href: str
    rel: str = "alternate"


def links(feeds: Sequence[Feed], base_url: str) -> list[Link]:
    """The links for a page that shows the same updates as ``feeds``, in each format; Atom first, as readers take it."""
    return [
        Link(form.media_type, f"{feed.title} ({name})", base_url + feed.path(form))
        for feed in feeds
        for form, name in _NAMES.items()
    ]
