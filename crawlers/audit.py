"""The archive against the store: each snapshot has its record with the payload it names, each record its snapshot."""

import gzip
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from crawlers.archive import ArchiveError, Place, read, records
from db.connect import Store
from db.runs import find_run
from db.snapshots import all_snapshots
from model.snapshot import Snapshot


def archive_problems(root: Path, db: Store) -> Iterator[str]:
    """What is wrong between the archive in the folder ``root`` and the store, a sentence each; nothing is repaired."""
    known: dict[str, set[int]] = {}
    for stored in all_snapshots(db):
        snapshot = stored.snapshot
        known.setdefault(snapshot.warc, set()).add(snapshot.offset)
        if problem := _snapshot_problem(root, snapshot):
            yield f"The snapshot of {snapshot.url} of {snapshot.fetched_at}: {problem}."
    for path in sorted(root.glob("*/*.warc.gz")):
        warc = path.relative_to(root).as_posix()
        yield from _file_problems(root, warc, known.get(warc, set()), db)


def _snapshot_problem(root: Path, snapshot: Snapshot) -> str | None:
    try:
        answer = read(root, Place(snapshot.warc, snapshot.offset)).answer
    except ArchiveError as error:
        return str(error)
    if sha256(answer.body).hexdigest() != snapshot.sha256:
        return f"the record in {snapshot.warc} at {snapshot.offset} holds another payload than the store noted"
    return None


def _check_gzip(path: Path) -> None:
    """Read a file to its end, so that the checksum of each member is compared. Raises OSError, EOFError, zlib.error."""
    with gzip.open(path) as members:
        while members.read(1 << 20):
            pass


def _file_problems(root: Path, warc: str, known: set[int], db: Store) -> Iterator[str]:
    """Records that the store does not know. A run that was cut may rightly have left one, and a torn end."""
    source, _, name = warc.partition("/")
    run = find_run(db, source, name.removesuffix(".warc.gz"))
    if run is None:
        yield f"The file {warc} of the archive belongs to no run that the store knows."
        return
    if run.ended_at is None or run.interrupted:
        return
    try:
        _check_gzip(root / warc)
        strange = [kept.place.offset for kept in records(root, warc) if kept.place.offset not in known]
    except ArchiveError as error:
        yield f"The file {warc} of the archive: {error}."
        return
    except (OSError, EOFError, zlib.error) as error:
        yield f"The file {warc} of the archive is damaged: {error}."
        return
    for offset in strange:
        yield f"The file {warc} of the archive holds a record at {offset} that the store does not know."
