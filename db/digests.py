"""Digest runs: the making of all digests of one day. Starting one twice finds the same row."""

from dataclasses import dataclass
from datetime import date

from db.connect import Store, write
from model.subscription import Cadence


@dataclass(frozen=True, slots=True)
class DigestRun:
    """``day`` is the local day it was due on; it takes matches up to ``cut`` (changes.seq)."""

    id: int
    cadence: Cadence
    day: date
    cut: int
    started_at: str
    finished_at: str | None

    @property
    def key(self) -> str:
        """What its mails are for: "weekly 2026-11-23"."""
        return f"{self.cadence} {self.day.isoformat()}"


_COLUMNS = "id, cadence, date, cut, started_at, finished_at"


def begin_run(db: Store, cadence: Cadence, day: date, cut: int, now: str) -> DigestRun:
    """The run of this day: as it was begun, else begun now with this cut."""
    with write(db):
        db.execute(
            "INSERT OR IGNORE INTO digest_runs (cadence, date, cut, started_at) VALUES (?, ?, ?, ?)",
            [str(cadence), day.isoformat(), cut, now],
        )
        row = db.execute(
            f"SELECT {_COLUMNS} FROM digest_runs WHERE cadence = ? AND date = ?", [str(cadence), day.isoformat()]
        ).fetchone()
    return _run(row)


def finish_digest_run(db: Store, run: DigestRun, now: str) -> None:
    """Everybody's mail of this run was made."""
    with write(db):
        db.execute("UPDATE digest_runs SET finished_at = ? WHERE id = ? AND finished_at IS NULL", [now, run.id])


def last_run(db: Store, cadence: Cadence, before: date = date.max) -> DigestRun | None:
    """The run of the latest day, of those before a day where one is given."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM digest_runs WHERE cadence = ? AND date < ? ORDER BY date DESC LIMIT 1",
        [str(cadence), before.isoformat()],
    ).fetchone()
    return _run(row) if row else None


def last_made(db: Store) -> str | None:
    """When the last run was made to its end."""
    made = db.execute("SELECT max(finished_at) FROM digest_runs").fetchone()[0]
    return str(made) if made else None


def unfinished_runs(db: Store) -> list[DigestRun]:
    """Runs that were begun and not ended: to be continued."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM digest_runs WHERE finished_at IS NULL ORDER BY id").fetchall()
    return [_run(row) for row in rows]


def updates_with_deadlines(db: Store, first: date, last: date) -> dict[str, int]:
    """Visible updates with a deadline between two days, with their keys in the index."""
    rows = db.execute(
        "SELECT updates.id, key FROM tags JOIN updates ON updates.id = tags.update_id WHERE visible AND EXISTS"
        " (SELECT 1 FROM json_each(tags.tags, '$.dates') WHERE json_extract(value, '$.type') = 'deadline'"
        "  AND json_extract(value, '$.date') BETWEEN ? AND ?) ORDER BY updates.seq",
        [first.isoformat(), last.isoformat()],
    )
    return dict(rows.fetchall())


def listed_since(db: Store, since: str) -> dict[str, int]:
    """Visible updates that were first listed after a time and are no back-fill, with their keys in the index."""
    rows = db.execute(
        "SELECT id, key FROM updates JOIN tags ON tags.update_id = id WHERE listed_at > ? AND visible AND NOT quiet"
        " ORDER BY seq",
        [since],
    )
    return dict(rows.fetchall())


def _run(row: tuple[int, str, str, int, str, str | None]) -> DigestRun:
    number, cadence, day, cut, started_at, finished_at = row
    return DigestRun(number, Cadence(cadence), date.fromisoformat(day), cut, started_at, finished_at)
