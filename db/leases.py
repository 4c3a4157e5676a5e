"""Leases: one process at a time visits a source or a host."""

from collections.abc import Callable

from db.clock import later, moment
from db.connect import Store, write


def acquire(db: Store, name: str, holder: str, now: str, seconds: float, is_alive: Callable[[str], bool]) -> bool:
    """Whether ``holder`` now has the lease ``name`` for so many seconds.

    False while another living holder has it; a lease that ran out or whose holder is dead is free.
    """
    with write(db):
        row = db.execute("SELECT holder, until FROM leases WHERE name = ?", [name]).fetchone()
        if row and row[0] != holder and moment(row[1]) > moment(now) and is_alive(row[0]):
            return False
        db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", [name, holder, later(now, seconds)])
    return True


def renew(db: Store, name: str, holder: str, now: str, seconds: float) -> bool:
    """Prolong a lease that ``holder`` still has; False where another has taken it."""
    with write(db):
        done = db.execute(
            "UPDATE leases SET until = ? WHERE name = ? AND holder = ?", [later(now, seconds), name, holder]
        )
        return bool(done.rowcount == 1)


def release(db: Store, name: str, holder: str) -> None:
    """Give a lease back; that of another holder stays."""
    with write(db):
        db.execute("DELETE FROM leases WHERE name = ? AND holder = ?", [name, holder])


def clear(db: Store) -> None:
    """Forget all leases, where nobody can hold one any more."""
    with write(db):
        db.execute("DELETE FROM leases")


def held(db: Store) -> dict[str, str]:
    """All leases that were not given back: their holders by name, whether they live or not."""
    return dict(db.execute("SELECT name, holder FROM leases ORDER BY name").fetchall())
