"""Updates from the archive alone: every snapshot through the present parser. No source is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawlers import registry
from crawlers.archive import ArchiveError, Place, read
from crawlers.bases.source import SourceSpider
from crawlers.health import Finding
from crawlers.keeping import read_answer
from crawlers.reading import Reading
from db.connect import Store
from db.rebuild import Rebuilt, rebuilding
from db.snapshots import StoredSnapshot, all_snapshots
from model.publication import Publication
from model.tags import Tags


@dataclass(frozen=True, slots=True)
class Reparsed:
    """What reparsing did.

    ``unreadable`` names the records that the archive could not give; what they once gave stays.
    """

    rebuilt: Rebuilt
    unreadable: tuple[str, ...] = ()


def reparse(
    folder: Path,
    db: Store,
    tagger: Callable[[Publication], Tags],
    now: str,
    *,
    spiders: Mapping[str, type[SourceSpider]] | None = None,
) -> Reparsed:
    """Rebuild all updates of the store in ``folder`` from its archive. Nothing changes where the parsers did not."""
    known = registry.spiders() if spiders is None else spiders
    unreadable: list[str] = []
    with rebuilding(db, tagger, now) as rebuild:
        for stored in all_snapshots(db, None):
            try:
                reading = _read(folder / "archive", stored, known)
            except ArchiveError as error:
                unreadable.append(str(error))
                reading = None
            if reading is None:
                rebuild.keep(stored)
            else:
                rebuild.take(stored, reading.publications)
    return Reparsed(rebuild.counts, tuple(unreadable))


def _read(root: Path, stored: StoredSnapshot, known: Mapping[str, type[SourceSpider]]) -> Reading | None:
    """What a snapshot holds; None where there is no parser for it or it is nothing to read."""
    snapshot = stored.snapshot
    spider = known.get(snapshot.source)
    answer = read(root, Place(snapshot.warc, snapshot.offset)).answer
    if spider is None:
        return None
    reading = read_answer(spider, answer)
    return None if isinstance(reading, Finding) else reading
