"""Every version of each part of an update, as the source sent it."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from db.connect import Store
from model.history import reduced
from model.publication import Publication, publication_from_dict, publication_to_dict


@dataclass(frozen=True, slots=True)
class Held:
    """One stored version of a part. ``sha256`` is of the whole part, also where only a reduced one is held."""

    seq: int
    snapshot: int
    sha256: str
    reduced: bool
    publication: Publication


def digest(publication: Publication) -> str:
    """SHA-256 of the canonical JSON: equal for equal content."""
    return hashlib.sha256(_canonical(publication)).hexdigest()


def heads(db: Store, update_id: str) -> dict[str, Held]:
    """The present version of each part, by part key."""
    rows = db.execute(
        "SELECT part_key, max(seq), snapshot, sha256, reduced, content FROM parts"
        " WHERE update_id = ? GROUP BY part_key",
        [update_id],
    )
    return {row[0]: _held(row[1:]) for row in rows.fetchall()}


def of_snapshot(db: Store, snapshot: int) -> Iterator[Held]:
    """The versions of parts that one response brought."""
    rows = db.execute(
        "SELECT seq, snapshot, sha256, reduced, content FROM parts WHERE snapshot = ? ORDER BY update_id, part_key",
        [snapshot],
    )
    return map(_held, rows.fetchall())


def add(db: Store, snapshot: int, publication: Publication, sha256: str, keep_text: bool) -> None:
    """Keep a further version of a part; ``sha256`` is of the whole part, of which only a reduced one may be left."""
    whole = keep_text and digest(publication) == sha256
    content = publication if keep_text else reduced(publication)
    db.execute(
        "INSERT INTO parts SELECT ?1, ?2, 1 + coalesce(max(seq), 0), ?3, ?4, ?5, ?6 FROM parts"
        " WHERE update_id = ?1 AND part_key = ?2",
        [publication.id, publication.part_key, snapshot, sha256, not whole, _packed(content)],
    )


def fill(db: Store, seq: int, publication: Publication) -> None:
    """Put the text back into a version that was held without it."""
    db.execute(
        "UPDATE parts SET reduced = 0, content = ? WHERE update_id = ? AND part_key = ? AND seq = ?",
        [_packed(publication), publication.id, publication.part_key, seq],
    )


def forget_text(db: Store, update_id: str) -> None:
    """Reduce every version of every part: the update is not about our subject."""
    rows = db.execute("SELECT part_key, seq, content FROM parts WHERE update_id = ? AND reduced = 0", [update_id])
    for key, seq, content in rows.fetchall():
        db.execute(
            "UPDATE parts SET reduced = 1, content = ? WHERE update_id = ? AND part_key = ? AND seq = ?",
            [_packed(reduced(_unpacked(content))), update_id, key, seq],
        )


def _held(row: tuple[int, int, str, int, bytes]) -> Held:
    seq, snapshot, sha256, is_reduced, content = row
    return Held(seq, snapshot, sha256, bool(is_reduced), _unpacked(content))


def _canonical(publication: Publication) -> bytes:
    return json.dumps(publication_to_dict(publication), ensure_ascii=False, sort_keys=True).encode("utf-8")


def _packed(publication: Publication) -> bytes:
    return zlib.compress(_canonical(publication))


def _unpacked(content: bytes) -> Publication:
    return publication_from_dict(json.loads(zlib.decompress(content)))
