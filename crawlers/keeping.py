"""An answer to the archive, to its parser and into the store: the same for answers that were asked for and others."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from crawlers.answers import Answer, hindrance, without_words
from crawlers.archive import Archive, Place
from crawlers.bases.source import SourceSpider
from crawlers.health import Finding
from crawlers.options import Tagging
from crawlers.reading import Reading
from db.snapshots import record_snapshot, with_payload
from db.updates import Saved, save_reading
from model.codes import Outcome
from model.payload import PayloadError
from model.snapshot import Snapshot


def read_answer(spider: type[SourceSpider], answer: Answer) -> Reading | Finding:
    """What ``answer`` holds, or why it was not read. A pure function of answer and parser."""
    if found := hindrance(answer):
        return found
    try:
        return spider.read(answer.payload)
    except PayloadError as error:
        return without_words(answer) or Finding(Outcome.SUSPICIOUS, f"{answer.title}: {error}")
    except Exception as error:  # noqa: BLE001 - a parser that trips over an odd payload must not end the crawl
        return Finding(Outcome.SUSPICIOUS, f"{answer.title} could not be read: {where(error)}")


def where(error: BaseException) -> str:
    """An error of our own in one line: its kind, its words and the place, instead of a traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the answers of one run."""

    spider: type[SourceSpider]
    db: Any
    archive: Archive
    tagging: Tagging

    def evidence(self, answer: Answer, now: str) -> Snapshot:
        """Put ``answer`` into the archive, on disk before this returns; its facts. Raises OSError."""
        digest = sha256(answer.body).hexdigest()
        source = self.spider.source.id
        earlier = with_payload(self.db, source, digest)
        known = Place(earlier.snapshot.warc, earlier.snapshot.offset) if earlier else None
        place = self.archive.add(answer, now, known)
        return Snapshot(
            run=self.archive.run,
            source=source,
            url=answer.address,
            fetched_at=now,
            status=answer.status,
            content_type=answer.fields.get("content-type"),
            sha256=digest,
            length=len(answer.body),
            warc=place.warc,
            offset=place.offset,
            revisit=place.revisit,
            parser_version=self.spider.parser_version,
            etag=answer.fields.get("etag"),
            last_modified=answer.fields.get("last-modified"),
        )

    def save(
        self,
        snapshot: Snapshot,
        reading: Reading,
        marks: Sequence[tuple[str, str]],
        *,
        keep_validators: bool,
        now: str,
    ) -> Saved:
        """Everything that one answer brought, in one transaction."""
        return save_reading(
            self.db,
            snapshot,
            reading.publications,
            marks=marks,
            keep_validators=keep_validators,
            tagger=self.tagging.tag,
            now=now,
            run=self.archive.run,
        )

    def note(self, snapshot: Snapshot) -> None:
        """An answer that is evidence only: an error, a challenge page, a cut body."""
        record_snapshot(self.db, snapshot)
