"""Updates as an Atom feed (RFC 4287), byte for byte the same for the same updates."""

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from feeds.catalogue import Feed
from feeds.headline import headline
from model.identity import update_id
from model.source import Republish
from model.update import Update

# Longest piece of a text that an entry carries, in characters; the entry says how much there is and links to it.
EXCERPT = 2_000
SCHEME = "/taxonomy#"
# An empty feed has no newest entry, yet Atom wants a time: the day of the project's first release.
NEVER = "2026-11-22T00:00:00Z"


def atom(feed: Feed, updates: Sequence[Update], *, total: int, base_url: str, author: str,
         may_republish: Mapping[str, Republish]) -> bytes:  # fmt: skip
    """The Atom document of ``feed`` with ``updates`` in their order; ``total`` is how many there are in all.

    ``base_url`` is the site's address without a slash at its end. ``may_republish`` says for each source id how much
    of its words may be shown; a source that is not in it shows none.
    """
    generator = FeedGenerator()
    generator.id(update_id("feed", feed.name))
    generator.title(feed.title)
    generator.subtitle(feed.subtitle(len(updates), total))
    generator.author(name=author)
    generator.language("en")
    generator.generator("Vigilex")
    generator.link(href=f"{base_url}/feeds/{feed.name}.atom", rel="self", type="application/atom+xml")
    generator.link(href=f"{base_url}{feed.page}", rel="alternate", type="text/html")
    generator.updated(_time(max((update.updated_at or "" for update in updates), default="") or NEVER))
    for update in updates:
        republish = may_republish.get(update.publication.source, Republish.NONE)
        generator.add_entry(_entry(update, base_url, republish), order="append")
    return bytes(generator.atom_str(pretty=True))


def _entry(update: Update, base_url: str, republish: Republish) -> FeedEntry:
    publication, tags = update.publication, update.tags
    entry = FeedEntry()
    entry.id(publication.id)
    entry.title(publication.title or headline(tags))
    entry.published(_time(update.listed_at or NEVER))
    entry.updated(_time(update.updated_at or update.listed_at or NEVER))
    entry.link(href=f"{base_url}/u/{publication.id.removeprefix('urn:uuid:')}", rel="alternate", type="text/html")
    if official := _official_link(update):
        entry.link(href=official, rel="via")
    for facet, codes in (("jurisdiction", tags.jurisdictions), ("topic", tags.topics), ("sector", tags.sectors)):
        for code in codes:
            entry.category(term=str(code), scheme=f"{base_url}{SCHEME}{facet}")
    entry.category(term=str(tags.kind), scheme=f"{base_url}{SCHEME}kind")
    entry.content(_content(update, republish), type="html")
    return entry


def _official_link(update: Update) -> str | None:
    """The source's own address, where it is one of the web: a payload may hold anything."""
    url = update.publication.url or ""
    return url if url.startswith(("https://", "http://")) else None


def _content(update: Update, republish: Republish) -> str:
    """The entry's words as HTML made by us: everything that came from elsewhere is escaped."""
    publication = update.publication
    lang = publication.lang or update.tags.lang
    paragraphs = [f"<p>{html.escape(headline(update.tags))}</p>"]
    if official := _official_link(update):
        link = f'<a href="{html.escape(official)}">{html.escape(publication.title)}</a>'
        paragraphs.append(f'<p lang="{html.escape(lang)}">{link}</p>')
    if republish is not Republish.NONE:
        paragraphs += [f'<p lang="{html.escape(lang)}">{html.escape(line)}</p>' for line in _excerpt(update, republish)]
    paragraphs.append(f"<p>{html.escape(_clocks(update))}</p>")
    return "".join(paragraphs)


def _excerpt(update: Update, republish: Republish) -> list[str]:
    publication = update.publication
    text = publication.text if republish is Republish.TEXT else publication.summary or publication.text
    if len(text) <= EXCERPT:
        return text.split("\n") if text else []
    cut = text[:EXCERPT].rsplit(None, 1)[0]
    return [*cut.split("\n"), f"[The first {len(cut):,} of {len(text):,} characters; the rest is at the source.]"]


def _clocks(update: Update) -> str:
    published = update.publication.published
    said = f"Published by the source: {published}. " if published else "The source gives no date. "
    return f"{said}First seen here: {update.first_seen}."


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
