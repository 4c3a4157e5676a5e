"""Markup to the words that a person reads: no tags, scripts or menus; one paragraph a line."""

import re
from collections.abc import Collection
from typing import NamedTuple

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag
from lxml import etree

from extractors.tidy import one_line, tidy

__all__ = ["html_text", "one_line", "tidy", "xml_text"]

_SILENT = {
    "script", "style", "template", "noscript", "svg", "head", "nav", "form", "button", "select", "iframe", "object",
}  # fmt: skip
_BREAKS = {
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
# A control character that no XML can hold: the place where a label's line goes on.
_GOES_ON = "\x1f"
_AFTER_LABEL = re.compile(_GOES_ON + r"\s*")


class _Layout(NamedTuple):
    """The local names of elements that do not begin a line of their own."""

    inline: frozenset[str]
    skip: frozenset[str]
    labels: frozenset[str]
    cells: frozenset[str]

    def around(self, name: str) -> tuple[str, str]:
        """What stands before and after an element of this name."""
        if name in self.inline:
            return "", ""
        if name in self.cells:
            return " ", " "
        return "\n", _GOES_ON if name in self.labels else "\n"


def html_text(markup: str | Tag | None) -> str:
    """The words of an HTML fragment or of one element of a parsed page, a paragraph a line."""
    if not markup:
        return ""
    tree = BeautifulSoup(markup, "lxml") if isinstance(markup, str) else markup
    pieces: list[str] = []
    _collect_html(tree, pieces)
    return tidy("".join(pieces))


def _collect_html(node: Tag, pieces: list[str]) -> None:
    for child in node.children:
        if isinstance(child, Tag):
            if child.name in _SILENT:
                continue
            line = "\n" if child.name in _BREAKS else " " if child.name in _CELLS else ""
            pieces.append(line)
            _collect_html(child, pieces)
            pieces.append(line)
        elif type(child) in (NavigableString, CData):
            pieces.append(str(child).replace("\n", " "))


def xml_text(
    element: etree._Element | None,
    *,
    inline: Collection[str] = (),
    skip: Collection[str] = (),
    labels: Collection[str] = (),
    cells: Collection[str] = (),
) -> str:
    """The words of an XML element, a paragraph a line.

    ``inline`` are the local names of elements that stand within a line (emphasis, references); ``cells`` stand within
    a line too, with a blank around them, and so does a paragraph that is all their content; ``labels`` begin a line on
    which what follows them goes on; every other element begins a new line. Elements in ``skip`` are left out with all
    they hold.
    """
    if element is None:
        return ""
    pieces: list[str] = []
    _collect_xml(element, pieces, _Layout(frozenset(inline), frozenset(skip), frozenset(labels), frozenset(cells)))
    return tidy(_AFTER_LABEL.sub(" ", "".join(pieces)))


def _collect_xml(element: etree._Element, pieces: list[str], layout: _Layout, *, in_cell: bool = False) -> None:
    """``in_cell``: the element is a cell of a table or all that a cell holds."""
    pieces.append((element.text or "").replace("\n", " "))
    fills_cell = in_cell and _holds_one(element)
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name and name not in layout.skip:
            before, after = ("", "") if fills_cell else layout.around(name)
            pieces.append(before)
            _collect_xml(child, pieces, layout, in_cell=fills_cell or name in layout.cells)
            pieces.append(after)
        pieces.append((child.tail or "").replace("\n", " "))


def _holds_one(element: etree._Element) -> bool:
    return len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip()
