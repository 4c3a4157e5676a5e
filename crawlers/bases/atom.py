"""Atom feeds (RFC 4287): entries, text in one or several languages, links by relation, the next page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

from extractors.clean import one_line
from extractors.document import Document

ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def is_feed(document: Document) -> bool:
    """Whether the payload is an Atom feed. Raises PayloadError where its XML is broken."""
    return document.format == "xml" and document.xml.tag == f"{{{ATOM}}}feed"


def entries(feed: etree._Element) -> list[etree._Element]:
    return feed.findall(f"{{{ATOM}}}entry")


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a feed: in the feed's own language (``lang`` None) or in several, the first being the primary."""

    lang: str | None
    text: str
    others: tuple[tuple[str, str], ...] = ()


def words(parent: etree._Element, name: str) -> Words:
    """The text construct ``name`` of an entry or feed, ``""`` where it is missing.

    A title in two languages comes as XHTML with a span per language; English is put first.
    """
    element = parent.find(f"{{{ATOM}}}{name}")
    if element is None:
        return Words(None, "")
    spans = dict(_spans(element))
    if not spans:
        return Words(element.get(_LANG), one_line("".join(_strings(element))))
    first = "en" if "en" in spans else next(iter(spans))
    return Words(first, spans.pop(first), tuple(spans.items()))


def _spans(element: etree._Element) -> Iterator[tuple[str, str]]:
    for inner in element.iterdescendants():
        if isinstance(inner.tag, str) and (lang := inner.get(_LANG)):
            yield lang, one_line("".join(_strings(inner)))


def _strings(element: etree._Element) -> Iterator[str]:
    for piece in element.itertext():
        yield str(piece)


def link(parent: etree._Element, rel: str, **wanted: str) -> str | None:
    """The address of the first link of this relation (no ``rel`` counts as ``alternate``) with these attributes."""
    for found in parent.findall(f"{{{ATOM}}}link"):
        if (found.get("rel") or "alternate") == rel and all(found.get(name) == wanted[name] for name in wanted):
            return found.get("href")
    return None


def with_query(url: str, **values: Any) -> str:
    """``url`` with these query parameters set; the others stay as they are."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **{name: str(values[name]) for name in values}}
    return urlunsplit(parts._replace(query=urlencode(query)))


def https(url: str) -> str:
    """Identifiers of many sources begin with http; the same address is asked for and shown with https."""
    return "https:" + url[5:] if url.startswith("http:") else url
