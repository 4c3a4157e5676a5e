"""The rules that every document of a feed keeps; each broken one is a sentence.

They follow RFC 4287, the RSS 2.0 specification and its best-practices profile, JSON Feed 1.1, RFC 5005, and what the
W3C feed validator warns of.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
KNOWN_NAMESPACES = {
    "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/terms/",
    "http://purl.org/syndication/history/1.0",
}  # fmt: skip
LARGEST = 5_000_000
_ALLOWED = {"p", "a"}
_ADDRESS = re.compile(r"https?://[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]+")
_ENTITY = re.compile(r"&(#?\w+);")


@dataclass(frozen=True)
class Read:
    """A document as its rules see it: what it calls itself, its language, and its entries in order."""

    self_link: str
    language: str | None
    ids: list[str]
    updated: list[str]
    titles: list[str]


def broken_rules(path: str, document: bytes, base_url: str) -> list[str]:
    """Which rules the document at ``path`` breaks."""
    check = {"rss": _rss, "atom": _atom, "json": _json}[path.rpartition(".")[2]]
    return [f"{path}: {sentence}" for sentence in (*_common(path, document, base_url), *check(document))]


def read(path: str, document: bytes) -> Read:
    if path.endswith(".json"):
        values = json.loads(document)
        items = values["items"]
        return Read(values["feed_url"], values.get("language"), [i["id"] for i in items],
                    [i["date_modified"] for i in items], [i["title"] for i in items])  # fmt: skip
    root = etree.fromstring(document)
    if path.endswith(".atom"):
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        entries = root.findall(f"{ATOM}entry")
        return Read(links["self"], root.get(LANG), [e.findtext(f"{ATOM}id") for e in entries],
                    [e.findtext(f"{ATOM}updated") for e in entries], [atom_title(e) for e in entries])  # fmt: skip
    links = {link.get("rel"): link.get("href") for link in root.findall(f"channel/{ATOM}link")}
    items = root.findall("channel/item")
    return Read(links["self"], root.findtext("channel/language"), [i.findtext("guid") for i in items],
                [i.findtext(f"{ATOM}updated") for i in items], [i.findtext("title") for i in items])  # fmt: skip


def atom_title(entry: etree._Element) -> str:
    """The title as text, whatever its type."""
    title = entry.find(f"{ATOM}title")
    return html.fromstring(f"<p>{title.text}</p>").text_content() if title.get("type") == "html" else title.text


def _common(path: str, document: bytes, base_url: str) -> Iterator[str]:
    if len(document) >= LARGEST:
        yield f"{len(document)} bytes"
    found = read(path, document)
    if found.self_link != base_url + path:
        yield f"calls itself {found.self_link}"
    if found.language != "en":
        yield f"language {found.language}"
    if len(set(found.ids)) != len(found.ids):
        yield "two entries with one id"
    if len(set(found.updated)) != len(found.updated):
        yield "two entries with one time of change"
    for each in found.ids:
        if not re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each):
            yield f"id {each}"
    for title in found.titles:
        if not title.strip():
            yield "an entry without a title"


def _atom(document: bytes) -> Iterator[str]:
    root = etree.fromstring(document)
    yield from _xml(root)
    for name in ("id", "title", "updated", "author", "subtitle", "generator"):
        if len(root.findall(f"{ATOM}{name}")) != 1:
            yield f"not one {name}"
    relations = [(link.get("rel"), link.get("type")) for link in root.findall(f"{ATOM}link")]
    if len(set(relations)) != len(relations):
        yield "two links of one kind"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("updated", "published"):
            yield from (_rfc3339(time.text) for time in element.findall(f"{ATOM}{name}") if not _is_rfc3339(time.text))
    for entry in root.findall(f"{ATOM}entry"):
        yield from _fragment(entry.findtext(f"{ATOM}content"))
        title = entry.find(f"{ATOM}title")
        if title.get("type") is None and _looks_like_html(title.text):
            yield f"an undeclared HTML title: {title.text[:40]}"
        relations = [link.get("rel") for link in entry.findall(f"{ATOM}link")]
        if relations not in (["alternate"], ["alternate", "via"]):
            yield f"an entry with the links {relations}"
        if len(entry.findall(f"{ATOM}content")) != 1 or len(entry.findall(f"{ATOM}summary")) != 1:
            yield "an entry without one content and one summary"


def _rss(document: bytes) -> Iterator[str]:
    root = etree.fromstring(document)
    yield from _xml(root)
    channel = root[0]
    seen_item = False
    for child in channel:
        seen_item = seen_item or child.tag == "item"
        if seen_item and child.tag != "item":
            yield f"{child.tag} behind the items"
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        if len(channel.findall(name)) != 1:
            yield f"not one {name}"
    lines = document.split(b"\n")
    for item in channel.findall("item"):
        for name in ("title", "link", "description", "guid", "pubDate", CONTENT):
            if len(item.findall(name)) != 1:
                yield f"an item without one {name}"
        if item.find("guid").get("isPermaLink") != "false":
            yield "a guid that calls itself a permanent link"
        yield from _fragment(item.findtext(CONTENT))
        title = item.findtext("title")
        if re.search(r"</\w+>", title) or (_looks_like_html(title) and b"&#x" not in lines[item.sourceline - 1]):
            yield f"a title that readers take for markup: {title[:40]}"
        for time in (item.findtext("pubDate"), channel.findtext("lastBuildDate")):
            if not re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", time) or not parsedate_to_datetime(
                time
            ):
                yield f"pubDate {time}"


def _json(document: bytes) -> Iterator[str]:
    values = json.loads(document)
    if values["version"] != "https://jsonfeed.org/version/1.1":
        yield "another version"
    for name in ("home_page_url", "feed_url", "next_url"):
        if name in values and not _ADDRESS.fullmatch(values[name]):
            yield f"{name} {values[name]}"
    for item in values["items"]:
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    yield from _fragment(item["content_html"])
    for name in ("date_published", "date_modified"):
        if not _is_rfc3339(item[name]):
            yield _rfc3339(item[name])
    for name in ("url", "external_url"):
        if name in item and not _ADDRESS.fullmatch(item[name]):
            yield f"{name} {item[name]}"
    if not all(isinstance(tag, str) for tag in item["tags"]):
        yield "a tag that is no text"


def _xml(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        for name in ("href", "scheme", "domain"):
            if (value := element.get(name)) and not _ADDRESS.fullmatch(value):
                yield f"address {value}"
        yield from (f"namespace {uri}" for uri in element.nsmap.values() if uri not in KNOWN_NAMESPACES)
        if element.tag in ("link", "docs") and not _ADDRESS.fullmatch(element.text):
            yield f"address {element.text}"
    text = "".join(root.itertext())
    if found := re.search("[\x7f-\x9f\ufdd0-\ufdef\ufffd]", text):
        yield f"character {found[0]!r}"


def _fragment(content: str) -> Iterator[str]:
    """Rules of the HTML in an entry: two elements, and addresses of the web alone."""
    body = html.fragment_fromstring(content, create_parent="div")
    for element in list(body.iter())[1:]:
        if element.tag not in _ALLOWED:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if name not in ("href", "lang", "dir"):
                yield f"attribute {name}"
            if name == "href" and not _ADDRESS.fullmatch(value):
                yield f"link {value}"


def _looks_like_html(text: str) -> bool:
    return bool(_ENTITY.search(text) or re.search(r"<[/a-zA-Z]", text))


def _is_rfc3339(text: str) -> bool:
    shaped = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    return bool(shaped) and datetime.fromisoformat(text).tzinfo is not None


def _rfc3339(text: str) -> str:
    return f"time {text}"
