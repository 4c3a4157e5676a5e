"""Runs: one row a visit to a source, ended in exactly one outcome."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from db.connect import Store, write
from model.codes import Outcome

INTERRUPTED = "The run was interrupted: its process ended before it did. The next run continues."


@dataclass(frozen=True, slots=True)
class Run:
    """One visit. ``outcome`` is None while it goes on; ``interrupted`` where its process died."""

    run: str
    source: str
    started_at: str
    holder: str
    ended_at: str | None
    outcome: Outcome | None
    reason: str | None
    counts: Mapping[str, int]

    @property
    def interrupted(self) -> bool:
        return self.reason == INTERRUPTED


@dataclass(frozen=True, slots=True)
class Trouble:
    """The visits of a source since its last good one: how many, when the first began, how the last one ended."""

    count: int
    since: str
    outcome: Outcome
    reason: str


_COLUMNS = "run, source, started_at, holder, ended_at, outcome, reason, counts"


def start_run(db: Store, source: str, run: str, now: str, holder: str) -> None:
    """Note that ``holder`` begins to visit ``source`` in the run named ``run``."""
    with write(db):
        db.execute("INSERT INTO runs (run, source, started_at, holder) VALUES (?, ?, ?, ?)", [run, source, now, holder])
        db.execute("INSERT OR IGNORE INTO sources (id, declared) VALUES (?, '{}')", [source])
        db.execute("UPDATE sources SET last_run = ? WHERE id = ?", [run, source])


def finish_run(
    db: Store,
    run: str,
    outcome: Outcome,
    reason: str,
    counts: Mapping[str, int],
    now: str,
    *,
    source: str | None = None,
) -> None:
    """Note how a run ended. ``source`` is needed where one run visits several; an ended run is never ended again."""
    with write(db):
        ended = db.execute(
            "UPDATE runs SET ended_at = ?, outcome = ?, reason = ?, counts = ?"
            " WHERE run = ? AND (? IS NULL OR source = ?) AND ended_at IS NULL RETURNING source",
            [now, str(outcome), reason, json.dumps(dict(counts)), run, source, source],
        ).fetchall()
        for (visited,) in ended:
            _note_state(db, visited, outcome, now)


def _note_state(db: Store, source: str, outcome: Outcome, now: str) -> None:
    if outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.PARTIAL):
        db.execute("UPDATE sources SET last_answered_at = ? WHERE id = ?", [now, source])
    if outcome is Outcome.NEW:
        db.execute("UPDATE sources SET last_new_at = ? WHERE id = ?", [now, source])


def latest_runs(db: Store) -> list[Run]:
    """The last run of each source, by source."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE id IN"
        " (SELECT (SELECT max(id) FROM runs WHERE source = sources.id) FROM sources) ORDER BY source"
    )
    return [_run(row) for row in rows.fetchall()]


def troubles(db: Store, good: Collection[Outcome]) -> dict[str, Trouble]:
    """The sources whose last visit was not ``good``; visits that go on or were skipped do not count."""
    rows = db.execute(
        "WITH bad AS (SELECT r.source, count(*) AS count, min(r.started_at) AS since, max(r.id) AS last"
        "  FROM sources s JOIN runs r ON r.source = s.id AND r.id > coalesce((SELECT id FROM runs WHERE source = s.id"
        "   AND outcome IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1), 0)"
        "  WHERE r.outcome IS NOT NULL AND r.outcome <> 'skipped' GROUP BY r.source)"
        " SELECT bad.source, count, since, outcome, coalesce(reason, '') FROM bad JOIN runs ON id = last ORDER BY 1",
        [json.dumps([str(outcome) for outcome in good])],
    ).fetchall()
    return {row[0]: Trouble(row[1], row[2], Outcome(row[3]), row[4]) for row in rows}


def last_ended(db: Store) -> str | None:
    """When the last visit that has ended did so, whatever came of it."""
    row = db.execute("SELECT max(ended_at) FROM runs WHERE id > (SELECT max(id) FROM runs) - 1000").fetchone()
    return str(row[0]) if row[0] else None


def last_started(db: Store) -> str | None:
    """When the last visit began."""
    row = db.execute("SELECT started_at FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else None


def runs_of(db: Store, source: str, limit: int) -> tuple[list[Run], int]:
    """The latest visits to ``source``, the newest first, and how many there were in all."""
    total = db.execute("SELECT count(*) FROM runs WHERE source = ?", [source]).fetchone()[0]
    rows = db.execute(f"SELECT {_COLUMNS} FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?", [source, limit])
    return [_run(row) for row in rows.fetchall()], int(total)


def find_run(db: Store, source: str, run: str) -> Run | None:
    """The visit to ``source`` of this name, None where there was none."""
    row = db.execute(f"SELECT {_COLUMNS} FROM runs WHERE source = ? AND run = ?", [source, run]).fetchone()
    return _run(row) if row else None


def mark_interrupted(db: Store, now: str, is_alive: Callable[[str], bool]) -> list[Run]:
    """End the runs whose process is dead, as failed and interrupted; gives them back."""
    with write(db):
        rows = db.execute(f"SELECT {_COLUMNS} FROM runs WHERE ended_at IS NULL ORDER BY id").fetchall()
        dead = [run for run in map(_run, rows) if not is_alive(run.holder)]
        for run in dead:
            db.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, reason = ? WHERE run = ? AND source = ?",
                [now, str(Outcome.FAILED), INTERRUPTED, run.run, run.source],
            )
    return dead


def _run(row: tuple[str, ...]) -> Run:
    run, source, started_at, holder, ended_at, outcome, reason, counts = row
    ended = Outcome(outcome) if outcome else None
    return Run(run, source, started_at, holder, ended_at, ended, reason, json.loads(counts))
