"""Recorded answers for a replay: WARC files, or saved payloads with a table that says where they came from."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from crawlers import archive
from crawlers.answers import Answer
from crawlers.archive import ArchiveError, Place

_WARC = (".warc", ".warc.gz")
_IMPOSSIBLE = frozenset(' \t\n\r"<>\\^`{|}')


class RecordingError(Exception):
    """Raised where a replay's PATH holds no recording; one sentence that names it."""


@dataclass(slots=True)
class Recorded:
    """One recorded answer. ``source`` is None where the recording does not say; ``url`` where it is no address."""

    name: str
    source: str | None
    url: str | None
    load: Callable[[], Answer]
    used: bool = False


@dataclass(slots=True)
class Recording:
    """All answers of one replay; each is given once. ``unreadable`` are files that could not be read, by source."""

    answers: list[Recorded] = field(default_factory=list)
    unreadable: list[tuple[str | None, str]] = field(default_factory=list)

    def answer(self, source: str, url: str) -> Recorded | None:
        """The answer to a request: of the exact address first, else of the same host and path."""
        free = [found for found in self.answers if not found.used and found.url and found.source in (source, None)]
        for likeness in (_exact, _host_and_path):
            for found in free:
                if likeness(found.url or "") == likeness(url):
                    found.used = True
                    return found
        return None

    def left_over(self, source: str, hosts: Iterable[str]) -> Iterator[Recorded]:
        """What nothing asked for, of one source (or of its hosts, where the recording does not name the source)."""
        for found in self.answers:
            host = urlsplit(found.url).hostname if found.url else None
            if not found.used and (found.source == source or (found.source is None and host in set(hosts))):
                found.used = True
                yield found

    def sources(self, hosts: Mapping[str, Iterable[str]]) -> list[str]:
        """The sources, of those whose hosts are given, that this recording has something of."""
        named = {found.source for found in self.answers} | {source for source, _ in self.unreadable}
        met = {urlsplit(found.url).hostname for found in self.answers if found.source is None and found.url}
        return [source for source, own in hosts.items() if source in named or met & set(own)]

    def without_spider(self, known: Iterable[str]) -> Counter[str]:
        """How many recorded answers there are of sources that we do not read, by source."""
        known = set(known)
        return Counter(found.source for found in self.answers if found.source and found.source not in known)

    def without_owner(self, hosts: Iterable[str]) -> list[str]:
        """The recorded answers that name no source and come from none of ``hosts``: nobody can read them."""
        known = set(hosts)
        return [
            found.name
            for found in self.answers
            if found.source is None and (urlsplit(found.url).hostname if found.url else None) not in known
        ]


def is_address(text: str) -> bool:
    """Whether ``text`` is an absolute http(s) URL and nothing else."""
    if not text or _IMPOSSIBLE & set(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _exact(url: str) -> object:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, unquote(parts.path) or "/", parse_qsl(parts.query, keep_blank_values=True)


def _host_and_path(url: str) -> object:
    parts = urlsplit(url)
    return parts.hostname, unquote(parts.path) or "/"


def open_recording(path: Path) -> Recording:
    """The recording at ``path``: a WARC file, or a folder with WARC files or tables. Raises RecordingError."""
    recording = Recording()
    try:
        if path.is_file() and path.name.endswith(_WARC):
            _add_warc(recording, path)
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.name.endswith(_WARC):
                    _add_warc(recording, file)
            for table in sorted(path.glob("*.tsv")):
                _add_table(recording, table)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"The recording {path} cannot be read: {error}.") from error
    if not recording.answers and recording.unreadable:
        raise RecordingError(f"There is nothing to replay: {recording.unreadable[0][1]}.")
    if not recording.answers:
        raise RecordingError(
            f"There is no recording at {path}: it must be a WARC file, or a folder with some or with TSVs."
        )
    return recording


def _add_warc(recording: Recording, path: Path) -> None:
    """All responses of one file; a torn one still gives those before the tear. Revisits point below its grandparent."""
    root = path.parent.parent
    warc = path.relative_to(root).as_posix()
    source: str | None = None
    try:
        for kept in archive.records(root, warc):
            source = kept.source
            answer = kept.answer
            load = partial(_from_archive, root, kept.place, kept.refers_to)
            recording.answers.append(Recorded(answer.title, source, answer.url, load))
    except ArchiveError as error:
        recording.unreadable.append((source or _folder_source(path), str(error)))


def _folder_source(path: Path) -> str:
    """Our own archive has a folder a source."""
    return path.parent.name


def _from_archive(root: Path, place: Place, first: Place | None) -> Answer:
    return archive.read(root, place, first).answer


def _add_table(recording: Recording, table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"file", "source_id", "original_url"} - set(rows.fieldnames or ())
        if missing:
            raise RecordingError(f"The table {table} has no column {', '.join(sorted(missing))}.")
        for row in rows:
            if name := (row["file"] or "").strip():
                recording.answers.append(_from_row(table.parent, name, row))


def _from_row(folder: Path, name: str, row: Mapping[str, str]) -> Recorded:
    said = (row["original_url"] or "").strip()
    url = said if is_address(said) else None
    source = (row["source_id"] or "").strip() or None
    return Recorded(name, source, url, partial(_from_file, folder, name, url))


def _from_file(folder: Path, name: str, url: str | None) -> Answer:
    """The file ``name`` of a recording. Raises ArchiveError where that is no file of its folder, OSError."""
    # What a table names becomes evidence: it must not reach for other files of this machine, nor wait for a pipe.
    if "\0" in name or not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise ArchiveError("it is not in the folder of its table")
    path = folder / name
    if path.exists() and not path.is_file():
        raise ArchiveError("it is no file")
    body = path.read_bytes()
    return Answer(url, 200, (), body, body, name=name)
