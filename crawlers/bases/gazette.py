"""Daily gazettes: an issue for each day, its table of contents as a tree of headings with items at the leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from extractors.document import as_list


def days(now: datetime, since: date, timezone: str) -> Iterator[date]:
    """Each day from ``since`` to the day that it is now in the gazette's own time zone."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    day = since
    while day <= today:
        yield day
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An item with the headings above it, by the name of their level."""

    item: Mapping[str, Any]
    headings: Mapping[str, Mapping[str, Any]]


def leaves(node: Any, levels: set[str], item: str, headings: Mapping[str, Any] | None = None) -> Iterator[Leaf]:
    """All items below a node, wherever they hang: a level may be left out, or hold one child instead of a list."""
    above = dict(headings or {})
    for entry in as_list(node):
        if not isinstance(entry, Mapping):
            continue
        for name, child in entry.items():
            if name == item:
                yield from (Leaf(leaf, above) for leaf in as_list(child) if isinstance(leaf, Mapping))
            elif name in levels:
                for heading in as_list(child):
                    if isinstance(heading, Mapping):
                        yield from leaves(heading, levels, item, {**above, name: heading})
            elif isinstance(child, dict | list):
                yield from leaves(child, levels, item, above)


def with_attributes(element: etree._Element) -> Any:
    """XML as the JSON of the same gazette has it: attributes and children are fields, text beside them is ``texto``."""
    children = [child for child in element if isinstance(child.tag, str)]
    text = (element.text or "").strip()
    if not children and not element.attrib:
        return text or None
    values: dict[str, Any] = {str(name): str(value) for name, value in element.attrib.items()}
    if text:
        values["texto"] = text
    for child in children:
        name, value = etree.QName(child).localname, with_attributes(child)
        values[name] = [*as_list(values[name]), value] if name in values else value
    return values
