"""Runs: one row a visit to a source, ended in exactly one outcome."""

import json
from collections.abc import Callable, Mapping
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
        f"SELECT {_COLUMNS} FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY source) ORDER BY source"
    )
    return [_run(row) for row in rows.fetchall()]


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
