"""The feeds as files: only what changed is made anew; each file is written whole or not at all.

``feeds/.built`` notes what the files were made from: the change they stand at, the settings and the code that made
them, and the text of each feed. Where it is missing or does not fit, everything is made anew.
"""

import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from db.connect import Store
from db.feed_lists import FeedList, feed_lists, keep_lists, moment_of, touched_positions
from db.feeds import watches
from db.sources import declared
from feeds.about import Site, about
from feeds.catalogue import Feed, Format, catalogue
from feeds.opml import opml
from feeds.plain import plain
from feeds.press import EMPTY, Press, numbers, page_of, span

BUILT = ".built"
OPML = "feeds.opml"


@dataclass(frozen=True, slots=True)
class Published:
    """How many feeds there are, how many of them are new or changed, and how many files that were."""

    feeds: int
    written: int
    files: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    """What the files were made from."""

    seq: int = 0
    moment: list[str] = field(default_factory=list)
    recipe: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


def publish(store: Store, out: Path, *, base_url: str, author: str) -> Published:
    """Writes all feeds below ``out/feeds``. Raises OSError where that is not possible.

    A feed that once existed stays, empty if need be: readers are subscribed to it.
    """
    folder = out / "feeds"
    now = keep_lists(store)
    site = site_of(store, base_url=base_url, author=author)
    lists = feed_lists(store)
    feeds = feeds_of(lists, site)
    press = Press(store, site, keeps=True)
    texts = {feed.name: about(feed, site) for feed in feeds}
    built = Built(now, list(moment_of(store, now) or ()), press.recipe, texts)
    wanted = _wanted(store, folder, feeds, lists, built)
    files: dict[str, int] = {}
    for feed, number in wanted:
        for form in Format:
            made = press.document(feed, lists.get(feed.name, EMPTY), number, form)
            files[feed.name] = files.get(feed.name, 0) + write_file(out / feed.path(form, number)[1:], made)
    press.keep()
    written = write_file(folder / OPML, opml(feeds, base_url=base_url, author=author))
    write_file(folder / BUILT, json.dumps(asdict(built), indent=0, sort_keys=True).encode())
    return Published(len(feeds), sum(1 for count in files.values() if count), written + sum(files.values()))


def site_of(store: Store, *, base_url: str, author: str) -> Site:
    """The facts that all feeds of a store share."""
    return Site(base_url, plain(author), {source.id: source for source in declared(store)}, watches(store))


def feeds_of(lists: Mapping[str, FeedList], site: Site) -> list[Feed]:
    """All feeds: those that always exist, and one for each jurisdiction that ever had an entry."""
    jurisdictions = [name.removeprefix("j/") for name in lists if name.startswith("j/")]
    return catalogue(jurisdictions, site.sources.values())


def _wanted(
    store: Store, folder: Path, feeds: Sequence[Feed], lists: Mapping[str, FeedList], built: Built
) -> Iterator[tuple[Feed, int | None]]:
    """The documents that must be made: all, or those that were touched, are missing, or have another text."""
    before = _read(folder / BUILT)
    everything = before.recipe != built.recipe or not _continues(store, before)
    touched = {} if everything else _touched(store, before.seq)
    present = _present(folder)
    for feed in feeds:
        state, positions = lists.get(feed.name, EMPTY), touched.get(feed.name, ())
        other_text = before.texts.get(feed.name) != built.texts[feed.name]
        for number in numbers(state):
            old = everything or _is_touched(state, number, positions) or (other_text and number is None)
            if old or not _is_there(feed, number, present):
                yield feed, number


def _touched(store: Store, seq: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for feed, position in touched_positions(store, seq):
        found.setdefault(feed, set()).add(position)
    return found


def _is_touched(state: FeedList, number: int | None, positions: Collection[int]) -> bool:
    if number is not None:
        return any(page_of(position) == number for position in positions)
    first, _ = span(state, None)
    return any(position >= first for position in positions)


def _present(folder: Path) -> set[str]:
    """The files below ``folder``, as paths from it."""
    top = str(folder)
    return {
        os.path.relpath(os.path.join(where, name), top) for where, _, names in os.walk(top) for name in names
    }  # fmt: skip


def _is_there(feed: Feed, number: int | None, present: Collection[str]) -> bool:
    return all(feed.path(form, number).removeprefix("/feeds/") in present for form in Format)


def _continues(store: Store, before: Built) -> bool:
    """Whether the files were made from an earlier state of this very store."""
    return list(moment_of(store, before.seq) or ()) == before.moment


def _read(path: Path) -> Built:
    try:
        values: dict[str, Any] = json.loads(path.read_bytes())
        return Built(**values)
    except (FileNotFoundError, ValueError, TypeError):
        return Built(recipe="none")


def write_file(path: Path, content: bytes) -> bool:
    """Puts ``content`` at ``path`` in one step; false where it stands there already."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return True
