"""Backups of the store: whole copies that were checked, each complete in one file.

``backups/vigilex-20261122T020000Z.db`` in the data folder, named by the UTC time of its making. The archive is not in
them: its files are only ever added to, and are copied beside.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.check import database_problems, quick_problem
from db.clock import moment
from db.connect import DatabaseError, OperationalError, Store, StoreError, connected, existing_file, version
from db.leases import acquire, release

FOLDER = "backups"
FORMER = "former-"
"""How a folder begins that holds the store from before a restoration."""

KEPT = timedelta(days=14)
"""How long somebody who was erased may live on in a backup."""

_TO_THE_NEXT = timedelta(days=1)
_LEASE = 3_600.0
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"vigilex-(\d{8}T\d{6}Z)\.db")


class BackupError(Exception):
    """Raised where a backup cannot be made, read or restored: one sentence with its path and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup, checked when it was made. ``made_at`` is in UTC."""

    path: Path
    made_at: datetime


def backups(folder: Path) -> list[Backup]:
    """The backups of the data folder ``folder``, the oldest first."""
    found = [(_NAME.fullmatch(path.name), path) for path in (folder / FOLDER).glob("*")]
    return sorted(
        (Backup(path, _time(name[1])) for name, path in found if name and _is_time(name[1])),
        key=lambda one: one.made_at,
    )


def back_up(folder: Path, now: str, holder: str, is_alive: Callable[[str], bool]) -> tuple[Backup, int]:
    """Make a backup of the store in ``folder``: the backup and how many updates it holds.

    Others may read and write meanwhile; the copy is of one moment. ``holder`` and ``is_alive`` are those of leases:
    one process at a time makes backups. Raises StoreError and BackupError; nothing half-written is left.
    """
    source = existing_file(folder)
    made = Backup(folder / FOLDER / f"vigilex-{stamp(now)}.db", moment(now))
    with (
        connected(source, "rw") as db,
        closing(db),
        _alone(db, folder, now, holder, is_alive),
        _new_file(made.path) as part,
    ):
        updates = _copy(db, part, made.path)
    return made, updates


def verify(path: Path) -> int:
    """How many updates the backup at ``path`` holds. Raises BackupError where it is damaged or no store."""
    if not path.is_file():
        raise BackupError(f"There is no backup at {path}: name a file of the folder {FOLDER}.")
    updates, problem = _examined(path)
    if problem:
        raise BackupError(f"The backup {path} cannot be used ({problem}): take another.")
    return updates


def remove_old(folder: Path, now: str) -> list[Path]:
    """Remove the backups, and the stores set aside by a restoration, that would be over 14 days old before the next
    night comes; what was removed.

    Age alone decides, for that is what people who are erased are promised. The one exception: while the store itself is
    damaged, the newest backup is all that there is, and stays until the store is restored from it.
    """
    oldest = moment(now) - KEPT + _TO_THE_NEXT
    formers = [path for path in folder.glob(f"{FORMER}*") if _is_time(path.name.removeprefix(FORMER))]
    made = backups(folder)
    old = [one.path for one in made if one.made_at < oldest]
    if old and len(old) == len(made) and not _is_sound(folder):
        old.pop()
    old += [path for path in formers if _time(path.name.removeprefix(FORMER)) < oldest]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return old


def stamp(now: str) -> str:
    """A stored time as it stands in a file's name: ``20261122T020000Z``."""
    return moment(now).astimezone(UTC).strftime(_STAMP)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlive a power cut: ``VACUUM INTO`` does not wait itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(db: Store, folder: Path, now: str, holder: str, is_alive: Callable[[str], bool]) -> Iterator[None]:
    """No other process makes a backup within this block; what a killed one left behind is gone."""
    if not acquire(db, "backup", holder, now, _LEASE, is_alive):
        raise BackupError(f"Another process is making a backup of {folder} just now: wait for it to end.")
    try:
        for left in (folder / FOLDER).glob("vigilex-*.db.part*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        with suppress(DatabaseError):  # a full disk: the lease of a dead holder is free anyway
            release(db, "backup", holder)


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file to fill, which becomes ``path`` where the block ends well, and goes where it does not.

    Nobody else may read it, before the first address is in it.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield part
            to_disk(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        to_disk(path.parent)
    except OSError as error:
        raise BackupError(
            f"The backup {path} cannot be written ({error.strerror}): see that its folder is one that you may write, "
            "and that its disk has room."
        ) from None


def _copy(db: Store, part: Path, path: Path) -> int:
    """Copy the store to ``part``, which shall become ``path``, and check the copy: how many updates it holds."""
    before = _updates(db)
    try:
        db.execute("VACUUM INTO ?", [str(part)])
    except OperationalError as error:
        raise BackupError(f"The backup {path} cannot be written ({error}): see that its disk has room.") from None
    updates, problem = _examined(part)
    if problem is None and updates < before:
        problem = f"it holds {updates} updates of {before}"
    if problem:
        raise BackupError(f"The backup {path} was not sound and is not kept ({problem}): run `vigilex check`.")
    return updates


def _examined(path: Path) -> tuple[int, str | None]:
    """How many updates a copy of a store holds, and what is wrong with it."""
    try:
        with connected(path, "ro") as copy, closing(copy):
            if version(copy) == 0:
                return 0, "it holds no store"
            return _updates(copy), next(database_problems(copy), None)
    except (StoreError, DatabaseError) as error:
        return 0, str(error.__cause__ or error)


def _is_sound(folder: Path) -> bool:
    try:
        with connected(existing_file(folder), "rw") as db, closing(db):
            return quick_problem(db) is None
    except StoreError:
        return False


def _updates(db: Store) -> int:
    return int(db.execute("SELECT count(*) FROM updates").fetchone()[0])


def _is_time(text: str) -> bool:
    try:
        _time(text)
    except ValueError:
        return False
    return True


def _time(text: str) -> datetime:
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
