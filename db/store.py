"""Stores for writing: made where there is none and brought to the present schema.

Apart from ``connect``, since sqlite-utils costs 0.25 s at import, which commands that only read do not pay.
"""

from pathlib import Path

from sqlite_utils import Database

from db.connect import FILE_NAME, StoreError, connected, connected_without_file, use_wal, version, write
from db.migrations import migrations
from db.schema import SCHEMA_VERSION


def open_store(folder: Path) -> Database:
    """The store in ``folder`` for writing.

    Raises StoreError where the folder cannot be written or the file is not a store that we can use.
    """
    _make_folder(folder)
    with connected(folder / FILE_NAME, "rwc") as connection:
        use_wal(connection)
        db = Database(connection, execute_plugins=False)
        if version(connection) < SCHEMA_VERSION:
            _migrate(db)
    return db


def open_scratch() -> Database:
    """An empty store without a file, which the system removes when it is closed or its process ends."""
    db = Database(connected_without_file(), execute_plugins=False)
    _migrate(db)
    return db


def _migrate(db: Database) -> None:
    """Several processes may come here at once: the write lock lets one migrate, the others find it done."""
    with write(db):
        migrations.apply(db)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made ({error.strerror}): give one that you may write with --data."
        ) from error
