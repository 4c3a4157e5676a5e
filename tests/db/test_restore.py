"""The way back from a backup."""

import shutil
from pathlib import Path

import pytest

from alerts.tokens import Purpose, read_token, token
from db.backup import BackupError, back_up
from db.check import check
from db.clock import moment
from db.connect import FILE_NAME, Store, StoreError, open_existing, write
from db.leases import acquire, held
from db.people import forget, leave, pause, person_with
from db.restore import Restored, restore
from db.runs import start_run
from db.secrets import install_key
from db.sender import resume_sender, sender_pause
from db.store import open_store
from db.subscriptions import ask, confirm, end_subscription, subscriptions_of
from db.suppression import suppress, suppressed
from db.tasks import take_as_done
from db.updates import get
from model.identity import update_id
from model.subscription import Cadence, PersonState
from tests.db.making import publication, save
from tests.db.test_backup import full_disk

NIGHT, NOON = "2026-11-22T02:00:00Z", "2026-11-22T12:00:00Z"
ANA, EVE, KIM, LEE = ("ana", "eve", "kim", "lee")


def nobody(_: str) -> bool:
    return False


def everybody(_: str) -> bool:
    return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of an installation with two updates and four people."""
    db = open_store(tmp_path)
    install_key(db, lambda count: b"k" * count)
    save(db, *(publication(str(number), text="labour in ports " * 3000) for number in range(2)))
    for name in (ANA, EVE, KIM, LEE):
        for query in ("ports", "ships"):
            asked = ask(db, f"{name}@example.org", f"hash of {name}", "en", query, query, Cadence.DAILY, NIGHT)[1]
            confirm(db, asked.id, NIGHT)
    with write(db):
        suppress(db, "hash of one who left", "left", NIGHT)
    db.close()
    return tmp_path


def number(db: Store, name: str) -> int:
    found = person_with(db, f"hash of {name}")
    return found.id if found else 0


def searches(db: Store, name: str) -> list[str]:
    return [one.query for one in subscriptions_of(db, number(db, name))]


def backed_up(folder: Path) -> Path:
    return back_up(folder, NIGHT, "1:me", nobody)[0].path


def damage(folder: Path) -> None:
    with (folder / FILE_NAME).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 60_000)


def restored(folder: Path, backup: Path) -> tuple[Restored, Store]:
    return restore(folder, backup, NOON, nobody), open_store(folder)


def test_after_a_damage_all_is_as_it_was_in_the_night(folder: Path) -> None:
    link = token(b"k" * 32, Purpose.LEAVE, "1", moment(NIGHT))
    backup = backed_up(folder)
    damage(folder)
    done, db = restored(folder, backup)
    assert done.updates == 2
    assert check(db) == []
    found = get(db, update_id("us_example", "1"))
    assert found
    assert found.publication.native_id == "1"
    assert install_key(db, lambda _: b"another") == b"k" * 32
    assert read_token(install_key(db, lambda _: b""), Purpose.LEAVE, link, moment(NOON)).subject == "1"
    assert suppressed(db, "hash of one who left") == "left"
    assert searches(db, ANA) == ["ports", "ships"]
    save(db, publication("2", text="labour in ports"))
    assert check(db) == []
    db.close()


def test_sending_waits_for_a_person_since_mails_may_go_out_again(folder: Path) -> None:
    _, db = restored(folder, backed_up(folder))
    pause_now = sender_pause(db)
    assert pause_now
    assert "vigilex-20261122T020000Z.db" in pause_now.reason
    assert resume_sender(db)
    db.close()


def test_the_former_store_is_kept_beside_the_restored_one(folder: Path) -> None:
    backup = backed_up(folder)
    db = open_store(folder)
    save(db, publication("later", text="labour in ports"))
    db.close()
    done, db = restored(folder, backup)
    assert done.former == folder / "former-20261122T120000Z"
    assert not get(db, update_id("us_example", "later"))
    former = open_existing(done.former)
    assert get(former, update_id("us_example", "later"))
    former.close()
    db.close()
    assert not (folder / "restoring").exists()


def test_what_a_killed_process_left_in_its_log_stays_with_the_former_store(folder: Path, tmp_path: Path) -> None:
    """A write-ahead log of another file, replayed into the restored one, would damage it."""
    backup = backed_up(folder)
    db = open_store(folder)
    save(db, publication("later", text="labour in ports"))
    killed = tmp_path / "killed"
    killed.mkdir()
    for path in (FILE_NAME, f"{FILE_NAME}-wal"):
        shutil.copy(folder / path, killed / path)
    db.close()
    done, db = restored(killed, backup)
    assert check(db) == []
    assert not get(db, update_id("us_example", "later"))
    db.close()
    assert done.former
    former = open_existing(done.former)
    assert get(former, update_id("us_example", "later"))
    former.close()


def test_who_left_paused_or_was_erased_since_the_backup_is_so_after_it_too(folder: Path) -> None:
    backup = backed_up(folder)
    db = open_store(folder)
    leave(db, number(db, ANA), NOON)
    forget(db, number(db, EVE))
    pause(db, number(db, KIM))
    end_subscription(db, subscriptions_of(db, number(db, LEE))[0].id, NOON)
    with write(db):
        suppress(db, "hash of a dead address", "dead", NOON)
    db.close()
    done, db = restored(folder, backup)
    assert (done.left, done.erased) == (1, 1)
    assert [found and found.state for found in (person_with(db, f"hash of {one}") for one in (ANA, EVE, KIM, LEE))] == [
        PersonState.LEFT, None, PersonState.PAUSED, PersonState.ACTIVE,
    ]  # fmt: skip
    assert searches(db, ANA) == []
    assert searches(db, LEE) == ["ships"]
    assert suppressed(db, "hash of a dead address") == "dead"
    assert suppressed(db, "hash of ana") == "left"
    db.close()
    assert b"eve@example.org" not in (folder / FILE_NAME).read_bytes()


def test_a_store_of_another_installation_has_no_say_about_people(folder: Path, tmp_path: Path) -> None:
    backup = backed_up(folder)
    moved = tmp_path / "new machine"
    db = open_store(moved)
    install_key(db, lambda count: b"n" * count)
    db.close()
    done, db = restored(moved, backup)
    assert (done.left, done.erased) == (None, None)
    assert searches(db, EVE) == ["ports", "ships"]
    db.close()


def test_a_damaged_store_has_no_say_about_people(folder: Path) -> None:
    backup = backed_up(folder)
    damage(folder)
    done, db = restored(folder, backup)
    assert done.left is None
    assert searches(db, EVE) == ["ports", "ships"]
    db.close()


def test_a_backup_is_restored_where_there_was_nothing(folder: Path, tmp_path: Path) -> None:
    done, db = restored(tmp_path / "elsewhere", backed_up(folder))
    assert (done.updates, done.former) == (2, None)
    db.close()
    assert (tmp_path / "elsewhere" / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_leases_of_the_backup_block_nobody(folder: Path) -> None:
    db = open_store(folder)
    acquire(db, "source:us_example", "2:other", NIGHT, 10_000_000, nobody)
    db.close()
    backup = back_up(folder, NIGHT, "1:me", nobody)[0].path
    _, db = restored(folder, backup)
    assert held(db) == {}
    assert acquire(db, "source:us_example", "1:me", NOON, 60, everybody)
    db.close()


def test_a_store_that_a_program_has_open_is_not_replaced(folder: Path) -> None:
    backup = backed_up(folder)
    using = open_existing(folder)
    using.execute("SELECT count(*) FROM updates").fetchone()
    before = (folder / FILE_NAME).read_bytes()
    with pytest.raises(StoreError, match="held by another program"):
        restore(folder, backup, NOON, nobody)
    assert (folder / FILE_NAME).read_bytes() == before
    using.close()


@pytest.mark.parametrize("how", ["lease", "run", "service"])
def test_a_store_that_a_living_process_works_with_is_not_replaced(folder: Path, how: str) -> None:
    backup = backed_up(folder)
    db = open_store(folder)
    if how == "lease":
        acquire(db, "source:us_example", "2:other", NIGHT, 60, nobody)
    elif how == "service":
        take_as_done(db, ["backup"], "2:other", NIGHT)
    else:
        start_run(db, "us_example", "run-2", NIGHT, "2:other")
    db.close()
    with pytest.raises(BackupError, match="in use"):
        restore(folder, backup, NOON, everybody)
    assert not list(folder.glob("former-*"))
    db = open_store(folder)
    assert sender_pause(db) is None
    db.close()


def test_a_damaged_backup_or_a_full_disk_leaves_the_store_as_it_is(folder: Path) -> None:
    backup = backed_up(folder)
    with full_disk(50_000), pytest.raises((BackupError, StoreError)):
        restore(folder, backup, NOON, nobody)
    backup.write_bytes(backup.read_bytes()[:-5000])
    with pytest.raises(BackupError, match="cannot be used"):
        restore(folder, backup, NOON, nobody)
    db = open_existing(folder)
    assert check(db) == []
    assert sender_pause(db) is None
    db.close()
    assert sorted(path.name for path in folder.iterdir()) == ["backups", FILE_NAME]
