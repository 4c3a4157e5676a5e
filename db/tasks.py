"""What the schedule starts: claimed in one transaction, so that several services over one store do each thing once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.connect import Store, write


class TaskOutcome(StrEnum):
    """How a task ended. ``lost``: the service that had started it died; ``stopped``: that service was ended."""

    DONE = "done"
    FAILED = "failed"
    STUCK = "stuck"
    STOPPED = "stopped"
    LOST = "lost"


BAD = frozenset({TaskOutcome.FAILED, TaskOutcome.STUCK})


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as it last went. ``outcome`` is None while it runs; ``failures`` counts those since it was last done."""

    name: str
    due_at: str
    claims: int
    holder: str
    started_at: str
    ended_at: str | None
    outcome: TaskOutcome | None
    failures: int
    said: str | None
    done_at: str | None


_COLUMNS = "name, due_at, claims, holder, started_at, ended_at, outcome, failures, said, done_at"


def task_states(db: Store) -> dict[str, TaskState]:
    """All tasks that were ever started, by name."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM tasks ORDER BY name").fetchall()
    return {row[0]: _state(row) for row in rows}


def claim(db: Store, name: str, due_at: str, known: TaskState | None, holder: str, now: str) -> bool:
    """Whether ``holder`` may do the task for the moment ``due_at``: nobody has claimed it since it was as ``known``."""
    with write(db):
        if known is None:
            done = db.execute(
                "INSERT OR IGNORE INTO tasks (name, due_at, claims, holder, started_at, failures)"
                " VALUES (?, ?, 1, ?, ?, 0)",
                [name, due_at, holder, now],
            )
        else:
            done = db.execute(
                "UPDATE tasks SET due_at = ?, claims = claims + 1, holder = ?, started_at = ?, ended_at = NULL,"
                " outcome = NULL, said = NULL WHERE name = ? AND claims = ? AND outcome IS NOT NULL",
                [due_at, holder, now, name, known.claims],
            )
        return bool(done.rowcount == 1)


def end_task(db: Store, name: str, holder: str, outcome: TaskOutcome, said: str | None, now: str) -> None:
    """Note how a task of this holder ended; one that another has claimed since stays as it is."""
    with write(db):
        _end(db, name, holder, outcome, said, now)


def mark_lost(db: Store, now: str, runs: Callable[[TaskState], bool]) -> list[str]:
    """End the tasks that nobody does any more (``runs`` says no), so that they may be claimed again; their names."""
    lost = [task for task in task_states(db).values() if task.outcome is None and not runs(task)]
    if lost:
        with write(db):
            for task in lost:
                _end(db, task.name, task.holder, TaskOutcome.LOST, None, now)
    return [task.name for task in lost]


def take_as_done(db: Store, names: Iterable[str], holder: str, now: str) -> None:
    """Begin to count from now for tasks that were never started: nothing that was due before is made up for."""
    with write(db):
        for name in names:
            db.execute(
                "INSERT OR IGNORE INTO tasks (name, due_at, claims, holder, started_at, ended_at, outcome, failures)"
                " VALUES (?1, ?2, 0, ?3, ?2, ?2, 'done', 0)",
                [name, now, holder],
            )


def _end(db: Store, name: str, holder: str, outcome: TaskOutcome, said: str | None, now: str) -> None:
    db.execute(
        "UPDATE tasks SET ended_at = ?4, outcome = ?3, said = ?5,"
        " failures = CASE WHEN ?3 = 'done' THEN 0 WHEN ?3 IN ('failed', 'stuck') THEN failures + 1 ELSE failures END,"
        " done_at = CASE WHEN ?3 = 'done' THEN ?4 ELSE done_at END"
        " WHERE name = ?1 AND holder = ?2 AND outcome IS NULL",
        [name, holder, str(outcome), now, said],
    )


def _state(row: tuple[Any, ...]) -> TaskState:
    name, due_at, claims, holder, started_at, ended_at, outcome, *rest = row
    ended = TaskOutcome(outcome) if outcome else None
    return TaskState(name, due_at, claims, holder, started_at, ended_at, ended, *rest)
