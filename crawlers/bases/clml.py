"""Crown Legislation Markup Language: the XML in which legislation.gov.uk publishes acts and instruments.

Its schema and reference: https://www.legislation.gov.uk/developer/formats/xml
"""

import copy
import re
from collections.abc import Iterator

from lxml import etree

from extractors.clean import one_line, xml_text

_NAMESPACES = {
    "leg": "http://www.legislation.gov.uk/namespaces/legislation",
    "ukm": "http://www.legislation.gov.uk/namespaces/metadata",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
}
_INLINE = {
    "Abbreviation", "Acronym", "Addition", "Character", "Citation", "CitationListRef", "CitationSubRef", "DateText",
    "Definition", "Emphasis", "Expanded", "ExternalLink", "FootnoteRef", "Inferior", "InlineAmendment", "InternalLink",
    "Proviso", "Ref", "Repeal", "SmallCaps", "Span", "Strike", "Strong", "Substitution", "Superior", "Term",
    "Underline", "Uppercase",
}  # fmt: skip
# Editors' annotations, other versions of provisions, pictures and metadata are not the words of the act.
_SKIP = {
    "CommentaryRef", "Commentaries", "Contents", "ContentsItem", "Image", "MarginNoteRef", "Metadata", "Resources",
    "Version", "Versions",
}  # fmt: skip
_CELLS = {"td", "th", "entry"}
_LABELS = {"Pnumber", "FootnoteNumber", "ContentsNumber"}
# A section's number is printed bare, those below it in brackets, unless the element says otherwise.
_BRACKETED = {"P2", "P3", "P4", "P5", "P6", "P7"}
# What print puts around the number of an item in a list.
_DECORATED = {
    "parens": "({})", "parenRight": "{})", "brackets": "[{}]", "bracketRight": "{}]", "period": "{}.", "colon": "{}:",
}  # fmt: skip


def find(element: etree._Element, path: str) -> etree._Element | None:
    """The first element of a path with the prefixes leg, ukm, dc, dct."""
    return element.find(path, _NAMESPACES)


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall(path, _NAMESPACES)


def value(element: etree._Element, path: str, attribute: str = "Value") -> str:
    """An attribute of the first element of a path, ``""`` where either is missing."""
    found = find(element, path)
    return "" if found is None else (found.get(attribute) or "").strip()


def words(element: etree._Element, path: str) -> str:
    """The words of the first element of a path on one line."""
    return next(each_words(element, path), "")


def each_words(element: etree._Element, path: str) -> Iterator[str]:
    """The words of every element of a path that has some."""
    for found in find_all(element, path):
        if said := one_line(xml_text(found, inline=_INLINE)):
            yield said


def act_text(legislation: etree._Element) -> str:
    """Preliminaries, body, schedules, notes and footnotes with their numbers as they are printed."""
    return xml_text(_printed(legislation), inline=_INLINE, skip=_SKIP, labels=_LABELS, cells=_CELLS)


def contents_text(legislation: etree._Element) -> str:
    """The table of contents, an entry a line."""
    return xml_text(find(legislation, "leg:Contents"), inline=_INLINE, labels=_LABELS)


def _printed(legislation: etree._Element) -> etree._Element:
    """A copy with the punctuation that print puts around numbers and after quoted amendments."""
    printed = copy.deepcopy(legislation)
    for number in printed.iterfind(".//leg:Pnumber", _NAMESPACES):
        _punctuate(number)
    for item in printed.iterfind(".//leg:OrderedList/leg:ListItem[@NumberOverride]", _NAMESPACES):
        _number_item(item)
    for end in list(printed.iterfind(".//leg:AppendText", _NAMESPACES)):
        _append(end)
    return printed


def _punctuate(number: etree._Element) -> None:
    parent = number.getparent()
    bracketed = parent is not None and etree.QName(parent).localname in _BRACKETED
    before = number.get("PuncBefore", "(" if bracketed else "")
    after = number.get("PuncAfter", ")" if bracketed else "")
    said = one_line("".join(str(piece) for piece in number.itertext()))
    for child in list(number):
        number.remove(child)
    number.text = f"{before}{said}{after}" if said else ""


def _number_item(item: etree._Element) -> None:
    """The number of a list's item is an attribute: it becomes a label as sections have it."""
    parent = item.getparent()
    decoration = "" if parent is None else parent.get("Decoration", "")
    number = etree.Element(etree.QName(_NAMESPACES["leg"], "Pnumber"))
    number.text = _DECORATED.get(decoration, "{}").format(item.get("NumberOverride"))
    item.insert(0, number)


def _append(end: etree._Element) -> None:
    """The full stop that closes a quoted amendment goes on its last line, where print has it."""
    before = end.getprevious()
    place = None if before is None else _last_words(before)
    if place is None:
        return
    holder, attribute = place
    last = re.sub(r"\s+$", "", getattr(holder, attribute))
    said = "".join(str(piece) for piece in end.itertext()).strip()
    setattr(holder, attribute, last if last.endswith(said) else last + said)
    for child in list(end):
        end.remove(child)
    end.text = ""


def _last_words(element: etree._Element) -> tuple[etree._Element, str] | None:
    """Where the last words of an element stand: ``text`` or ``tail`` of one of its descendants."""
    found = None
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        attribute = "text" if event == "start" else "tail"
        if (getattr(inner, attribute) or "").strip() and (event == "start" or inner is not element):
            found = inner, attribute
    return found
