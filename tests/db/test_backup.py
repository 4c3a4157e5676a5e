"""Backups: whole, checked, private, and gone in time."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.backup import FOLDER, BackupError, back_up, backups, remove_old, verify
from db.check import check
from db.connect import FILE_NAME, Store, StoreError, connected, write
from db.leases import acquire
from tests.db.making import publication, save

NIGHT = "2026-11-22T02:00:00Z"


def nobody(_: str) -> bool:
    return False


def make(folder: Path, now: str = NIGHT) -> Path:
    return back_up(folder, now, "1:me", nobody)[0].path


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).glob("*"))


def fill(db: Store, count: int = 3, text: str = "labour in ports") -> None:
    save(db, *(publication(str(number), text=text) for number in range(count)))


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: what a full disk does to one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_backup_is_a_whole_store_in_one_file_that_nobody_else_reads(db: Store, tmp_path: Path) -> None:
    fill(db)
    made, updates = back_up(tmp_path, NIGHT, "1:me", nobody)
    assert (made.path.name, updates) == ("vigilex-20261122T020000Z.db", 3)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert files(tmp_path) == [made.path.name]
    with connected(made.path, "rw") as copy:
        assert check(copy) == []
        assert copy.execute("SELECT count(*) FROM updates").fetchone() == (3,)
        copy.close()


def test_readers_and_a_store_in_use_do_not_keep_it_from_being_backed_up(db: Store, tmp_path: Path) -> None:
    fill(db)
    reading = db.execute("SELECT id FROM updates")
    reading.fetchone()
    assert verify(make(tmp_path)) == 3


def test_the_same_moment_twice_is_one_backup(db: Store, tmp_path: Path) -> None:
    make(tmp_path)
    fill(db)
    assert verify(make(tmp_path)) == 3
    assert len(backups(tmp_path)) == 1


def test_a_full_disk_leaves_nothing_half_written(db: Store, tmp_path: Path) -> None:
    fill(db, 40, "labour in ports " * 400)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with full_disk(200_000), pytest.raises(BackupError, match=r"vigilex-20261122T020000Z\.db cannot be written"):
        make(tmp_path)
    assert files(tmp_path) == []
    assert verify(make(tmp_path)) == 40


@pytest.mark.usefixtures("db")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file in the way")
    with pytest.raises(BackupError, match=r"20261122T020000Z\.db cannot be written"):
        make(tmp_path)


def test_what_a_killed_backup_left_is_removed_by_the_next(db: Store, tmp_path: Path) -> None:
    acquire(db, "backup", "999:gone", NIGHT, 3600, nobody)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "vigilex-20261121T020000Z.db.part").write_bytes(b"half of it")
    assert files(tmp_path) != [make(tmp_path).name]
    assert files(tmp_path) == ["vigilex-20261122T020000Z.db"]


def test_one_process_at_a_time_makes_backups(db: Store, tmp_path: Path) -> None:
    acquire(db, "backup", "2:other", NIGHT, 3600, nobody)
    with pytest.raises(BackupError, match="just now"):
        back_up(tmp_path, NIGHT, "1:me", lambda _: True)
    assert files(tmp_path) == []


def test_a_copy_that_is_not_sound_is_not_kept(db: Store, tmp_path: Path) -> None:
    fill(db)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM snapshots")
    with pytest.raises(BackupError, match="was not sound and is not kept"):
        make(tmp_path)
    assert files(tmp_path) == []


def test_a_damaged_store_is_said_and_its_older_backup_stays(db: Store, tmp_path: Path) -> None:
    fill(db, 40, "labour in ports " * 400)
    good = make(tmp_path)
    db.close()
    with (tmp_path / FILE_NAME).open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 100_000)
    with pytest.raises((StoreError, BackupError)):
        make(tmp_path, "2026-11-23T02:00:00Z")
    assert files(tmp_path) == [good.name]
    assert verify(good) == 40


def test_no_store_is_made_to_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        make(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.usefixtures("db")
def test_nobody_who_was_erased_lives_on_longer_than_14_days(tmp_path: Path) -> None:
    nights = [f"2026-11-{day:02}T02:00:05Z" for day in range(1, 31)]
    for night in nights:
        path = make(tmp_path, night)
        path.touch()
        remove_old(tmp_path, night.replace(":05Z", ":00Z"))
        oldest = backups(tmp_path)[0].made_at.day
        assert int(night[8:10]) - oldest < 14
    assert len(backups(tmp_path)) == 14


@pytest.mark.parametrize("damaged", [True, False])
def test_only_of_a_damaged_store_the_newest_backup_stays_beyond_its_time(
    db: Store, tmp_path: Path, damaged: bool
) -> None:
    make(tmp_path, "2026-11-01T02:00:00Z")
    last = make(tmp_path, "2026-11-02T02:00:00Z")
    db.close()
    if damaged:
        (tmp_path / FILE_NAME).write_bytes(b"The disk has lost it. " * 100)
    remove_old(tmp_path, "2026-12-24T02:00:00Z")
    assert files(tmp_path) == ([last.name] if damaged else [])


@pytest.mark.usefixtures("db")
def test_only_what_is_ours_is_removed(tmp_path: Path) -> None:
    make(tmp_path)
    for name in ("vigilex-20200101T000000Z.db.copy", "vigilex-mine.db", "notes.txt"):
        (tmp_path / FOLDER / name).write_text("somebody else's")
    (tmp_path / "former-glory").mkdir()
    (tmp_path / "former-20200101T000000Z").mkdir()
    (tmp_path / "former-20200101T000000Z" / FILE_NAME).write_text("set aside")
    removed = remove_old(tmp_path, NIGHT)
    assert [path.name for path in removed] == ["former-20200101T000000Z"]
    assert len(files(tmp_path)) == 4
    assert (tmp_path / "former-glory").is_dir()


def test_a_file_that_is_no_backup_is_refused(db: Store, tmp_path: Path) -> None:
    fill(db)
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("This is no database, however long it may be. " * 20)
    torn = tmp_path / "torn.db"
    torn.write_bytes(make(tmp_path).read_bytes()[:40_000])
    for path in (tmp_path / "empty.db", tmp_path / "text.db", torn):
        with pytest.raises(BackupError, match=f"{path.name} cannot be used"):
            verify(path)
    with pytest.raises(BackupError, match="There is no backup"):
        verify(tmp_path / "missing.db")


def test_a_store_of_an_older_version_can_be_backed_up_before_it_is_migrated(db: Store, tmp_path: Path) -> None:
    fill(db)
    with write(db):
        db.execute("PRAGMA user_version = 3")
    assert verify(make(tmp_path)) == 3
