"""The feeds as files: each is written whole or not at all, and only where its bytes changed."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from db.connect import Store
from db.feeds import count_visible, jurisdictions, visible_heads
from db.sources import declared
from feeds.atom import atom
from feeds.catalogue import catalogue

# Entries of one feed document: with excerpts of 2,000 characters it stays far below 5 MB.
NEWEST = 100


@dataclass(frozen=True, slots=True)
class Published:
    """How many feeds there are, and how many files this build had to write."""

    feeds: int
    written: int


def publish(store: Store, out: Path, *, base_url: str, author: str) -> Published:
    """Writes ``out/feeds/all.atom`` and ``out/feeds/j/<code>.atom``. Raises OSError where that is not possible.

    A feed that once existed stays, empty if need be: readers are subscribed to it.
    """
    folder = out / "feeds"
    known = {path.stem for path in (folder / "j").glob("*.atom")}
    feeds = catalogue(known | set(jurisdictions(store)))
    republish = {source.id: source.may_republish for source in declared(store)}
    written = 0
    for feed in feeds:
        updates = visible_heads(store, feed.jurisdiction, limit=NEWEST)
        total = count_visible(store, feed.jurisdiction)
        document = atom(feed, updates, total=total, base_url=base_url, author=author, may_republish=republish)
        written += _write(folder / f"{feed.name}.atom", document)
    return Published(feeds=len(feeds), written=written)


def _write(path: Path, document: bytes) -> bool:
    """Puts ``document`` at ``path`` in one step; false where it stands there already."""
    if path.is_file() and path.read_bytes() == document:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return True
