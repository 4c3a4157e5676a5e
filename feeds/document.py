"""One document of a feed in one of the three formats: a frame around entries that were written beforehand.

An entry is rendered once and used in every feed that has it; the frame is rendered empty, and the entries are put in.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.feed_fragments import Kept
from feeds import jsonfeed, xmlfeed
from feeds.catalogue import Format
from feeds.frame import Frame
from feeds.item import Item

# A document without entries has no newest one, yet Atom wants a time: the day of the project's first release.
NEVER = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fragments:
    """One entry, written in each format and packed: thousands are kept, since each stands in half a dozen feeds.

    ``longest`` is the number of bytes of the longest of them.
    """

    updated: datetime
    packed: Mapping[Format, bytes]
    longest: int

    def of(self, form: Format) -> bytes:
        return zlib.decompress(self.packed[form])


def kept(made: Fragments) -> Kept:
    """The entry as the store keeps it."""
    rss, atom, json = (made.packed[form] for form in (Format.RSS, Format.ATOM, Format.JSON))
    return Kept(made.updated.isoformat(), made.longest, rss, atom, json)


def restored(found: Kept) -> Fragments:
    """The entry that the store has kept."""
    packed = {Format.RSS: found.rss, Format.ATOM: found.atom, Format.JSON: found.json}
    return Fragments(datetime.fromisoformat(found.updated), packed, found.longest)


def fragments(item: Item, base_url: str) -> Fragments:
    """An entry in all formats."""
    written = {
        Format.RSS: xmlfeed.rss_item(item, base_url),
        Format.ATOM: xmlfeed.atom_entry(item, base_url),
        Format.JSON: jsonfeed.json_item(item),
    }
    packed = {form: zlib.compress(entry, level=1) for form, entry in written.items()}
    return Fragments(item.updated, packed, max(map(len, written.values())))


def document(frame: Frame, form: Format, entries: Sequence[Fragments]) -> bytes:
    """A whole document with ``entries`` in their order."""
    updated = max((entry.updated for entry in entries), default=NEVER)
    write = {Format.RSS: xmlfeed.rss, Format.ATOM: xmlfeed.atom, Format.JSON: jsonfeed.json_feed}[form]
    return write(frame, updated, [entry.of(form) for entry in entries])
