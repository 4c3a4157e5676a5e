"""RSS 2.0 and Atom (RFC 4287) through feedgen, byte for byte the same for the same updates.

The reasons of the tags are ``dcterms:provenance`` elements: feed validators warn of every namespace that they do not
know, and this one is made for saying where a statement comes from.
"""

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.catalogue import Format
from feeds.frame import Frame
from feeds.item import SCHEME, Item
from feeds.plain import looks_like_markup, plain, unmistakable

_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DCTERMS = "http://purl.org/dc/terms/"
_HISTORY = "http://purl.org/syndication/history/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES = {Format.RSS: "application/rss+xml", Format.ATOM: "application/atom+xml"}
# The namespaces that a frame declares, so that no entry has to.
_DECLARED = {"dcterms": _DCTERMS, "fh": _HISTORY}


class _FrameParts(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """What feedgen does not write itself: the links of the history in RSS, and the mark of an archived page."""

    frame: Frame

    def extend_ns(self) -> dict[str, str]:
        return _DECLARED

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        if self.frame.archived:
            etree.SubElement(feed, f"{{{_HISTORY}}}archive")
        return feed

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        channel = feed[0]
        for relation, href in self.frame.links(Format.RSS):
            etree.SubElement(channel, f"{{{_ATOM}}}link", rel=relation, href=href, type=_TYPES[Format.RSS])
        if self.frame.archived:
            etree.SubElement(channel, f"{{{_HISTORY}}}archive")
        return feed


class _ItemParts(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """What feedgen does not write itself: languages, reasons of the tags, the time of the last change in RSS."""

    item: Item

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        for content in entry.iterchildren("content"):
            content.set("type", "html")
        self._links(entry)
        for title in entry.iterchildren("title"):
            self._tongue(title)
            if looks_like_markup(self.item.title):
                title.set("type", "html")
                title.text = html.escape(self.item.title, quote=False)
        return self._reasons(entry)

    def extend_rss(self, entry: etree._Element) -> etree._Element:
        for title in entry.iterchildren("title"):
            self._tongue(title)
        etree.SubElement(entry, f"{{{_ATOM}}}updated").text = self.item.updated.isoformat()
        return self._reasons(entry)

    def _links(self, entry: etree._Element) -> None:
        """feedgen 1.0 writes the links of entries without their relations, so that all are alternates."""
        for link in entry.iterchildren("link"):
            link.set("rel", "alternate" if link.get("href") == self.item.page else "via")
            if link.get("rel") == "alternate":
                link.set("type", "text/html")

    def _tongue(self, title: etree._Element) -> None:
        if self.item.lang:
            title.set(_LANG, self.item.lang)

    def _reasons(self, entry: etree._Element) -> etree._Element:
        for found in self.item.reasons:
            reason = etree.SubElement(entry, f"{{{_DCTERMS}}}provenance", facet=str(found.facet))
            for name in ("code", "rule", "where", "start", "end"):
                reason.set(name, plain(str(getattr(found, name))))
            reason.text = plain(found.words)
        return entry


def rss(frame: Frame, updated: datetime, items: Sequence[bytes]) -> bytes:
    """An RSS 2.0 document of these items."""
    generator = _generator(frame, updated, Format.RSS)
    return _filled(generator.rss_str(), b"</channel>", items)


def atom(frame: Frame, updated: datetime, entries: Sequence[bytes]) -> bytes:
    """An Atom document of these entries."""
    generator = _generator(frame, updated, Format.ATOM)
    return _filled(generator.atom_str(), b"</feed>", entries)


def rss_item(item: Item, base_url: str) -> bytes:
    """One item of an RSS document, without the declarations of its frame."""
    written = _entry(item, base_url, unmistakable(item.title)).rss_entry()
    return _as_the_profile_wants(_bare(written, {"atom": _ATOM, "content": _CONTENT}))


def atom_entry(item: Item, base_url: str) -> bytes:
    """One entry of an Atom document, without the declarations of its frame."""
    return _bare(_entry(item, base_url, item.title).atom_entry(), {})


def _generator(frame: Frame, updated: datetime, form: Format) -> Any:
    generator = FeedGenerator()
    generator.register_extension("vigilex", _FrameParts)
    generator.vigilex.frame = frame
    generator.id(frame.id)
    generator.title(plain(frame.feed.title))
    generator.description(frame.about)
    generator.author(name=frame.author)
    generator.language("en")
    generator.generator("Vigilex")
    generator.updated(updated)
    generator.link(href=frame.address(form), rel="self", type=_TYPES[form])
    if form is Format.ATOM:
        for relation, href in frame.links(form):
            generator.link(href=href, rel=relation, type=_TYPES[form])
    generator.link(href=frame.page, rel="alternate", type="text/html")
    return generator


def _entry(item: Item, base_url: str, title: str) -> Any:
    entry = FeedEntry()
    entry.register_extension("vigilex", _ItemParts)
    entry.vigilex.item = item
    entry.guid(item.id, permalink=False)
    entry.title(title)
    entry.description(item.headline, isSummary=True)
    entry.content(item.content)
    entry.published(item.published)
    entry.updated(item.updated)
    entry.link(href=item.page, rel="alternate", type="text/html")
    if item.official:
        entry.link(href=item.official, rel="via")
    for facet, code in item.categories:
        entry.category(term=code, scheme=f"{base_url}{SCHEME}{facet}")
    return entry


def _bare(entry: etree._Element, declared: dict[str, str]) -> bytes:
    """An entry as it stands within a frame that declares its namespaces."""
    frame = etree.Element("frame", nsmap={**_DECLARED, **declared})
    frame.append(entry)
    written: bytes = etree.tostring(frame, encoding="UTF-8")
    return written[written.index(b">", written.index(b"<frame")) + 1 : written.rindex(b"</frame>")]


def _as_the_profile_wants(item: bytes) -> bytes:
    """The RSS profile's way to write what is text in a title: hexadecimal references, so that no reader takes it
    for markup (RSS Best Practices Profile, "Character Data")."""
    start, end = item.index(b"<title"), item.index(b"</title>")
    title = item[start:end].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
    return item[:start] + title + item[end:]


def _filled(frame: bytes, end: bytes, entries: Sequence[bytes]) -> bytes:
    at = frame.rindex(end)
    return frame[:at] + b"\n" + b"".join(entry + b"\n" for entry in entries) + frame[at:] + b"\n"
