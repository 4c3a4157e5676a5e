"""A payload opened once: what it is (JSON, XML, HTML) and its tree."""

import json
import re
import warnings
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from lxml import etree

from extractors.charset import decode
from model.payload import Payload, PayloadError

# An escaped surrogate: most stand in pairs, but who writes one alone gives what cannot be written as UTF-8.
_LONELY = re.compile(r"\\u[dD][89a-fA-F]")
# bs4 warns of texts that look like file names or XML; what we hand it is what a source calls HTML.
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Document:
    """The characters of a payload and, on demand, its tree. Each tree is built at most once."""

    def __init__(self, payload: Payload) -> None:
        self.payload = payload
        self.text = decode(payload.body, payload.content_type)

    @property
    def url(self) -> str | None:
        return self.payload.url

    @cached_property
    def format(self) -> str:
        """``json``, ``xml``, ``html`` or ``text``: by the content, since headers lie."""
        head = self.text[:2000].lstrip()
        if head[:1] in ("{", "["):
            return "json"
        if re.match(r"<(!doctype\s+html|html)\b", head, re.I):
            return "html"
        if head.startswith("<?xml"):
            return "html" if re.search(r"<(!doctype\s+html|html)\b", head, re.I) else "xml"
        if re.match(r"<[A-Za-z_!]", head):
            return "html" if re.match(r"<(head|body|div|p|table|meta|script)\b", head, re.I) else "xml"
        return "text"

    @cached_property
    def json(self) -> Any:
        """The JSON value. Raises PayloadError where it is cut or broken."""
        try:
            value = json.loads(self.text, strict=False)
            return _with_whole_characters(value) if _LONELY.search(self.text) else value
        except (ValueError, RecursionError) as error:
            raise PayloadError(f"the JSON cannot be read: {error}") from error

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of a JSON object at the root; none for anything else. Raises PayloadError like ``json``."""
        return frozenset(self.json) if self.format == "json" and isinstance(self.json, dict) else frozenset()

    @cached_property
    def xml(self) -> etree._Element:
        """The root element; entities are not expanded, nothing is fetched. Raises PayloadError where it is broken."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(_XML_DECLARATION.sub("", self.text, count=1).encode("utf-8"), parser)
        except etree.XMLSyntaxError as error:
            raise PayloadError(f"the XML cannot be read: {error}") from error

    @cached_property
    def html(self) -> BeautifulSoup:
        """The page as a tree on lxml, which reads any page; check that the end of it is there."""
        return BeautifulSoup(_XML_DECLARATION.sub("", self.text, count=1), "lxml")


def _with_whole_characters(value: Any) -> Any:
    """The same JSON value; half a surrogate pair, which no text may hold, becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.loads(text)


def as_list(value: Any) -> list[Any]:
    """One or many: None is none, a list is itself, anything else is one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
