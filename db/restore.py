"""The way back from a backup: the store as it was then, but for what people have since asked of us."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.backup import FORMER, BackupError, stamp, to_disk, verify
from db.check import database_problems
from db.connect import (
    FILE_NAME,
    DatabaseError,
    OperationalError,
    Store,
    StoreError,
    connected,
    open_existing,
    use_wal,
    version,
    write,
)
from db.erasing import scrub
from db.leases import clear, held
from db.people import end, forget, pause
from db.runs import latest_runs
from db.schema import SCHEMA_VERSION
from db.sender import pause_sender
from db.store import open_store
from db.suppression import suppress
from db.tasks import task_states

_WORKSHOP = "restoring"
_SIDE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """``updates`` in the store now; the folder of the ``former`` one, if there was one.

    ``left`` and ``erased`` count the people of the backup who have since left or were erased, and so are again; None
    where the former store could not tell.
    """

    updates: int
    former: Path | None
    left: int | None
    erased: int | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people have asked for, as a store of the installation with ``key`` knows it.

    ``states`` of all whom it knows and ``suppressed`` (reason and time), by keyed hash; ``ended`` are the times of
    subscriptions that ended, by their number.
    """

    key: bytes
    states: dict[str, str]
    suppressed: dict[str, tuple[str, str]]
    ended: dict[int, str]


def restore(folder: Path, backup: Path, now: str, is_alive: Callable[[str], bool]) -> Restored:
    """Put a backup in the place of the store in ``folder``, which is kept beside it.

    The sender is paused: what waited when the backup was made may have been sent since. The former store stays where it
    is until the last step, which is a rename. Raises BackupError and StoreError.
    """
    updates = verify(backup)
    refuse_in_use(folder, is_alive)
    workshop = folder / _WORKSHOP
    try:
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(mode=0o700, parents=True)
        shutil.copyfile(backup, workshop / FILE_NAME)
        (workshop / FILE_NAME).chmod(0o600)
        left, erased = _prepared(workshop, backup.name, _wishes(folder), now)
        to_disk(workshop / FILE_NAME)
        former = _set_aside(folder, now)
        (workshop / FILE_NAME).replace(folder / FILE_NAME)
        to_disk(folder)
    except OSError as error:
        raise BackupError(
            f"The backup {backup} cannot be restored ({error.strerror}): see that you may write {folder} and that its "
            "disk has room."
        ) from None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Restored(updates, former, left, erased)


def refuse_in_use(folder: Path, is_alive: Callable[[str], bool]) -> None:
    """Raises BackupError or StoreError where a living process works with the store in ``folder``.

    A store that is not there or that is damaged cannot tell, and is in nobody's use.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return
    try:
        with connected(path, "rw") as db, closing(db):
            holders = _holders(db)
    except StoreError as error:
        if isinstance(error.__cause__, OperationalError):
            raise  # held by another, or not to be read by us
        return
    if any(map(is_alive, holders)):
        raise BackupError(f"The store {path} is in use: stop the service and all commands, then restore.")


def _holders(db: Store) -> list[str]:
    """Who says to work with the store. Fails as locked while any other process has its file open."""
    if version(db) == 0:
        return []
    db.execute("PRAGMA busy_timeout = 1000")
    db.execute("PRAGMA journal_mode = DELETE")  # only who is alone may leave the write-ahead log
    use_wal(db)
    # A service is named by the tasks that it last did, also while it does none.
    services = [task.holder for task in task_states(db).values()] if version(db) == SCHEMA_VERSION else []
    return [*services, *held(db).values(), *(run.holder for run in latest_runs(db) if run.ended_at is None)]


def _prepared(workshop: Path, name: str, wishes: Wishes | None, now: str) -> tuple[int | None, int | None]:
    """Bring the copy in ``workshop`` to the present schema and wishes: how many left, and how many were erased."""
    db = open_store(workshop)
    try:
        pause_sender(
            db, f"the store was restored from {name}: mails of the time since then may go out a second time", now
        )
        clear(db)  # who held them worked with another file
        if wishes is None or wishes.key != _key(db):
            return None, None
        counts = _heed(db, wishes, now)
        scrub(db)
    finally:
        db.close()
    return counts


def _wishes(folder: Path) -> Wishes | None:
    """What the store in ``folder`` knows people's wishes to be; None where it is not there or not sound."""
    try:
        with closing(open_existing(folder)) as db:
            if next(database_problems(db), None):
                return None
            return Wishes(
                key=_key(db),
                states=dict(db.execute("SELECT hash, state FROM people").fetchall()),
                suppressed={hash_: (reason, at) for hash_, reason, at in db.execute(
                    "SELECT hash, reason, at FROM suppression").fetchall()},
                ended=dict(db.execute("SELECT id, ended_at FROM subscriptions WHERE ended_at IS NOT NULL").fetchall()),
            )  # fmt: skip
    except (StoreError, DatabaseError):
        return None


def _key(db: Store) -> bytes:
    """The key of the installation: hashes of another one mean nothing here."""
    row = db.execute("SELECT value FROM secrets WHERE name = 'install'").fetchone()
    return bytes(row[0]) if row else b""


def _heed(db: Store, wishes: Wishes, now: str) -> tuple[int, int]:
    """Who left or was erased after the backup has left or is erased in ``db`` too: the counts of both."""
    known = db.execute("SELECT id, hash FROM people WHERE state <> 'left'").fetchall()
    left = [number for number, hash_ in known if wishes.states.get(hash_) == "left"]
    erased = [
        number for number, hash_ in db.execute("SELECT id, hash FROM people").fetchall() if hash_ not in wishes.states
    ]
    with write(db):
        for hash_, (reason, at) in wishes.suppressed.items():
            suppress(db, hash_, reason, at)
        for number, at in wishes.ended.items():
            db.execute("UPDATE subscriptions SET ended_at = coalesce(ended_at, ?) WHERE id = ?", [at, number])
        for number in left:
            end(db, number, now, "left")
    for number, hash_ in known:
        if wishes.states.get(hash_) == "paused":
            pause(db, number)
    for number in erased:
        forget(db, number)
    return len(left), len(erased)


def _set_aside(folder: Path, now: str) -> Path | None:
    """Move the store and its write-ahead log, which belongs to it alone, into a folder of their own."""
    if not (folder / FILE_NAME).exists():
        return None
    former = folder / f"{FORMER}{stamp(now)}"
    former.mkdir(mode=0o700)
    for end_ in _SIDE_FILES:
        path = folder / f"{FILE_NAME}{end_}"
        if path.exists():
            path.rename(former / path.name)
    return former
