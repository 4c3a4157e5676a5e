"""An update as one entry of a list: plain values for the templates, the same on every page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.wording import short
from feeds.headline import headline
from feeds.plain import address, direction, language, plain
from model.publication import Publication, Version
from model.source import Source
from model.texts import language as spoken
from model.update import Update

_LONGEST_TITLE = 1_000
"""Characters in a list; longer than titles of real acts. The page of the update has the whole."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same publication at another source: the source's name, and our page of it."""

    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One update in a list.

    ``page`` is the path of its page, ``official`` the source's address (None where it is none of the web). ``title`` is
    in ``lang`` (None: unknown), written in the direction ``dir`` (``ltr`` or ``rtl``). ``published`` is the source's
    date (``YYYY-MM-DD`` or shorter; empty: the source gives none).
    """

    id: str
    page: str
    headline: str
    title: str
    lang: str | None
    dir: str
    official: str | None
    source: str
    published: str
    also_at: tuple[Elsewhere, ...] = ()


def entry(update: Update, root: str, sources: Mapping[str, Source], also_at: Iterable[Update] = ()) -> Entry:
    """The entry of ``update`` on a site below ``root``; ``also_at`` are the other members of its group."""
    publication = update.publication
    version = readers_version(publication)
    lang = language(version.lang or update.tags.lang)
    said = headline(update.tags)
    return Entry(
        id=publication.id,
        page=page_of(root, publication.id),
        headline=said,
        title=short(plain(version.title), _LONGEST_TITLE) or said,
        lang=lang,
        dir=direction(lang) or "ltr",
        official=address(version.url or publication.url),
        source=source_name(publication.source, sources),
        published=(publication.published or "")[:10],
        also_at=tuple(
            Elsewhere(source_name(other.publication.source, sources), page_of(root, other.publication.id))
            for other in also_at
        ),
    )


def readers_version(publication: Publication) -> Version:
    """The version in the language that we speak, else the primary one."""
    mine = spoken()[:2]
    return next((version for version in publication.versions if version.lang == mine), publication.versions[0])


def page_of(root: str, update_id: str) -> str:
    """The path of an update's page."""
    return f"{root}/u/{update_id.removeprefix('urn:uuid:')}"


def source_name(source: str, sources: Mapping[str, Source]) -> str:
    """What readers know a source by; its id where it declares nothing."""
    return sources[source].name if source in sources else source
