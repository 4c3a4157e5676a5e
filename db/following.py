"""The changes as anybody may follow them: in their order, of updates that readers see, and the leaving of those."""

from dataclasses import dataclass

from db.changes import last_change
from db.connect import Store


@dataclass(frozen=True, slots=True)
class Step:
    """One change at our time ``at``. ``what`` is as in ``changes``, or gone: readers see the update no more."""

    seq: int
    update_id: str
    what: str
    revision: int | None
    at: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A page of steps. ``next`` is the change up to which they tell all; ``more``: others stand behind it."""

    steps: tuple[Step, ...]
    next: int
    more: bool


def steps_after(db: Store, seq: int, limit: int) -> Steps:
    """What happened behind the change ``seq``, at most ``limit`` steps.

    Numbers are given under the write lock, so that no smaller one appears later: who goes on from ``next`` misses
    nothing and gets nothing twice. What happened to an update before readers first saw it is told too. Of one that
    they see no more only the last change is told, as ``gone``: its visibility never moves without a change.
    """
    last = last_change(db)  # before the rows: what is written between the two is for the next page
    rows = db.execute(
        "SELECT c.seq, c.update_id, CASE WHEN tags.visible THEN c.what ELSE 'gone' END, c.revision, c.at FROM changes c"
        " JOIN updates ON updates.id = c.update_id AND listed_at IS NOT NULL"
        " LEFT JOIN tags ON tags.update_id = c.update_id"
        " WHERE c.seq > ? AND c.seq <= ? AND (tags.visible OR NOT EXISTS"
        "  (SELECT 1 FROM changes later WHERE later.update_id = c.update_id AND later.seq > c.seq))"
        " ORDER BY c.seq LIMIT ?",
        [seq, last, limit + 1],
    ).fetchall()
    steps = tuple(Step(*row) for row in rows[:limit])
    more = len(rows) > limit
    return Steps(steps, steps[-1].seq if more else max(seq, last), more)
