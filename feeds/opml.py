"""All feeds as an OPML 2.0 list, for readers that take many subscriptions at once."""

from collections.abc import Sequence

from lxml import etree

from feeds.catalogue import Feed, Format
from feeds.plain import plain
from model.texts import _


def _groups() -> dict[str, str]:
    """The start of the names of each kind of feed, and what the kind is called."""
    return {
        "all": _("All updates"),
        "j/": _("Jurisdictions"),
        "t/": _("Topics"),
        "sector/": _("Sectors"),
        "source/": _("Sources"),
    }


def opml(feeds: Sequence[Feed], *, base_url: str, author: str) -> bytes:
    """The list of ``feeds``, by kind, with the addresses of their Atom documents."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _("Vigilex: all feeds")
    etree.SubElement(head, "ownerName").text = plain(author)
    body = etree.SubElement(root, "body")
    for prefix, label in _groups().items():
        group = etree.SubElement(body, "outline", text=label, title=label)
        for feed in feeds:
            if feed.name.startswith(prefix):
                _outline(group, feed, base_url)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _outline(group: etree._Element, feed: Feed, base_url: str) -> None:
    title = plain(feed.title)
    etree.SubElement(
        group,
        "outline",
        type="rss",
        text=title,
        title=title,
        xmlUrl=base_url + feed.path(Format.ATOM),
        htmlUrl=base_url + feed.page,
    )
