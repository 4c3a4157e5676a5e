"""The one door to the store: opens the file, holds its pragmas, begins and ends every write."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from db.schema import APPLICATION_ID, SCHEMA_VERSION

# pysqlite3 brings a SQLite without the WAL-reset race of 3.51.2 and older; sqlite-utils prefers it as we do, so that
# one process never has two SQLite libraries on one file (closing the second would drop the first one's locks).
try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:
    import sqlite3 as sqlite  # noqa: TID251 - no wheel for this platform; library_note() says so

FILE_NAME = "vigilex.db"
BUSY_SECONDS = 60.0
_SAFE_LIBRARY = (3, 51, 3)

LIBRARY_VERSION: str = sqlite.sqlite_version

DatabaseError: type[Exception] = sqlite.DatabaseError
"""What SQLite raises for a damaged file or a full disk while a store is in use."""

OperationalError: type[Exception] = sqlite.OperationalError
"""Those of them that are about the machine: a full disk, a file that another program holds."""


class StoreError(Exception):
    """Raised where a store cannot be opened: one sentence with its path and what to do about it."""


class Store(Protocol):
    """An open store: a plain connection for reading, a ``sqlite_utils.Database`` for writing."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...

    def close(self) -> None: ...


def library_note() -> str | None:
    """The warning of a start on a SQLite that can damage a store under several writers, or None."""
    if sqlite.sqlite_version_info >= _SAFE_LIBRARY:
        return None
    return (
        f"This Python brings SQLite {sqlite.sqlite_version}, which in rare cases damages a store that several "
        "processes write; install pysqlite3 where it has a wheel, or a SQLite of 3.51.3 or later."
    )


def open_existing(folder: Path) -> Store:
    """The store in ``folder`` as it is, light to open. Raises StoreError where there is none or it cannot be used."""
    path = existing_file(folder)
    with connected(path, "rw") as connection:
        if version(connection) < SCHEMA_VERSION:
            raise StoreError(f"The store {path} is of an older version: run `vigilex crawl` once to bring it up.")
        store: Store = connection
    return store


def existing_file(folder: Path) -> Path:
    """The file of the store in ``folder``. Raises StoreError where there is none."""
    path = folder / FILE_NAME
    try:
        there = path.is_file()
    except PermissionError:
        raise StoreError(f"The folder {folder} cannot be read: run this as the user whose store it holds.") from None
    if not there:
        raise StoreError(f"There is no store at {path}: run `vigilex crawl` first, or name its folder with --data.")
    return path


@contextmanager
def connected(path: Path, mode: str) -> Iterator[Any]:
    """A connection to the store at ``path``; closed again where the block fails, with the reason in one sentence.

    ``mode`` is ``rw``, ``ro``, which changes nothing, or ``rwc``, which makes the file where there is none.
    """
    with _sentences(path):
        connection = _connect(path, mode)
        try:
            _check_application(connection, path)
            yield connection
        except BaseException:
            connection.close()
            raise


def connected_without_file() -> Any:
    """A connection to an empty database that the system removes when it is closed or its process ends."""
    connection = sqlite.connect("", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


@contextmanager
def write(db: Store) -> Iterator[None]:
    """One transaction that holds the write lock from its beginning, so that it can only wait, never fail halfway."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if _in_transaction(db):
            db.execute("ROLLBACK")
        raise


@contextmanager
def read(db: Store) -> Iterator[None]:
    """One state of the store for all questions of the block, whatever others write meanwhile; keeps nobody waiting."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def _in_transaction(db: Store) -> bool:
    connection: Any = getattr(db, "conn", db)
    return bool(connection.in_transaction)


def _connect(path: Path, mode: str) -> Any:
    connection = sqlite.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions are begun by write() and read() alone
        check_same_thread=False,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def use_wal(connection: Any) -> None:
    """Change to the write-ahead log; two that change at once get "locked" without any wait, so they try again."""
    for attempt in range(200):
        try:
            if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except sqlite.OperationalError as error:
            if "locked" not in str(error) or attempt == 199:
                raise
        time.sleep(0.02)


def version(connection: Any) -> int:
    """The number of migrations that made this store."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_application(connection: Any, path: Path) -> None:
    # One statement reads one state of the file, also while another process makes it.
    application, version, tables = connection.execute(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
        " (SELECT count(*) FROM sqlite_master)"
    ).fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreError(f"The file {path} is a database of another program: give another folder with --data.")
    if version > SCHEMA_VERSION:
        raise StoreError(f"The store {path} was made by a newer Vigilex: update this one.")


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """SQLite's errors while opening, as one sentence that names the path and a remedy."""
    try:
        yield
    except sqlite.DatabaseError as error:
        said = str(error)
        if "not a database" in said:
            raise StoreError(f"The file {path} is not a database: move it away or restore a backup.") from error
        if "malformed" in said:
            raise StoreError(f"The store {path} is damaged: restore a backup.") from error
        if "full" in said:
            raise StoreError(f"The disk of the store {path} is full: make room on it.") from error
        if "locked" in said or "busy" in said:
            raise StoreError(f"The store {path} is held by another program: end it and try again.") from error
        raise StoreError(
            f"The store {path} cannot be opened ({said}): check that you may read and write it and its folder."
        ) from error
