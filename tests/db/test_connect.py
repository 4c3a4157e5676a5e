"""The one door: what it opens, what it refuses and in which words, and that writes wait for each other."""

import os
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.connect import FILE_NAME, Store, StoreError, library_note, open_existing, sqlite, write
from db.migrations import migrations
from db.schema import SCHEMA_VERSION
from db.store import open_scratch, open_store
from tests.db.making import publication, save


def test_a_store_is_made_in_a_new_folder_and_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    store = open_store(folder)
    save(store, publication("1"))
    store.close()
    again = open_existing(folder)
    assert again.execute("SELECT count(*) FROM updates").fetchone()[0] == 1
    again.close()


def test_the_store_waits_for_other_writers_and_keeps_its_keys(db: Store) -> None:
    found = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "synchronous")]
    assert found == ["wal", 1, 2]
    assert db.execute("PRAGMA busy_timeout").fetchone()[0] >= 30_000


def test_the_last_migration_brings_the_version_that_readers_ask_for(db: Store) -> None:
    assert isinstance(db, Database)
    assert len(migrations.applied(db)) == SCHEMA_VERSION == db.execute("PRAGMA user_version").fetchone()[0]
    assert not migrations.pending(db)


def test_each_table_says_to_which_layer_it_belongs(db: Store) -> None:
    tables = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE 'words_%' AND name NOT LIKE '_sqlite%'"
    ).fetchall()
    assert len(tables) > 15
    layers = {name: [layer for layer in ("from the source", "derived", "ours") if f"-- layer: {layer}." in sql]
              for name, sql in tables}  # fmt: skip
    assert all(len(found) == 1 for found in layers.values()), layers


def test_a_write_is_whole_or_nothing(db: Database) -> None:
    with pytest.raises(sqlite.OperationalError), write(db):
        db.executescript("INSERT INTO hosts VALUES ('a', 'b'); SELECT nothing;")
    assert db.execute("SELECT count(*) FROM hosts").fetchone()[0] == 0
    with write(db):
        db.execute("INSERT INTO hosts VALUES ('a', 'b')")
    assert db.execute("SELECT count(*) FROM hosts").fetchone()[0] == 1


def test_a_write_holds_the_lock_from_its_beginning(db: Store, tmp_path: Path) -> None:
    other = open_existing(tmp_path)
    other.execute("PRAGMA busy_timeout = 0")
    with write(db), pytest.raises(sqlite.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_write_within_a_write_is_refused_and_ends_the_outer_one(db: Store) -> None:
    with pytest.raises(sqlite.OperationalError), write(db), write(db):
        pass
    with write(db):
        pass


def test_no_store_is_one_sentence_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no store at .*: run `vigilex crawl`"):
        open_existing(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opened", [open_store, open_existing])
@pytest.mark.parametrize("content", [b"this is no database, " * 100, b"SQLite format 3\x00" + b"\xff" * 4080])
def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path, opened: object, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(StoreError, match=str(tmp_path)) as raised:
        opened(tmp_path)  # type: ignore[operator]
    assert "\n" not in str(raised.value)
    assert (tmp_path / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize("opened", [open_store, open_existing])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, opened: object) -> None:
    other = Database(tmp_path / FILE_NAME)
    other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        opened(tmp_path)  # type: ignore[operator]


@pytest.mark.parametrize("opened", [open_store, open_existing])
def test_a_newer_store_is_one_sentence(tmp_path: Path, opened: object) -> None:
    store = open_store(tmp_path)
    store.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    with pytest.raises(StoreError, match="newer Vigilex"):
        opened(tmp_path)  # type: ignore[operator]


def test_an_older_store_is_not_read_but_brought_up(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with pytest.raises(StoreError, match="older version"):
        open_existing(tmp_path)
    open_store(tmp_path).close()
    open_existing(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(tmp_path / "file" / "store")


def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)
    tmp_path.chmod(0o700)


def test_sqlite_utils_and_we_use_one_library(db: Store) -> None:
    assert isinstance(db, Database)
    assert isinstance(db.conn, sqlite.Connection)
    from sqlite_utils import utils

    assert utils.sqlite3.sqlite_version == sqlite.sqlite_version
    assert sys.modules[type(db.conn).__module__] is sqlite


def test_the_note_on_the_library_is_given_below_the_safe_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 51, 3))
    assert library_note() is None
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 40, 1))
    assert "pysqlite3" in str(library_note())


def test_a_scratch_store_has_the_schema_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scratch = open_scratch()
    save(scratch, publication("1"))
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path).close()

    def full(*_: object) -> None:
        raise sqlite.OperationalError("database or disk is full")

    monkeypatch.setattr("db.connect._connect", full)
    with pytest.raises(StoreError, match="The disk of the store"):
        open_existing(tmp_path)
