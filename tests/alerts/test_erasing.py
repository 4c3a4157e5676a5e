"""28 days after somebody left, nothing in the data folder holds the address."""

from pathlib import Path

from alerts.errors import TemporarySendError
from alerts.housekeeping import erase_person, keep_house
from alerts.outbox import deliver
from alerts.runs import make_due
from db.connect import Store
from db.people import leave
from db.store import open_store
from db.suppression import suppressed
from model.subscription import Cadence
from tests.alerts.making import KEY, PRESS, Mailbox, address_hash, item, postman, save, subscribe

ADDRESS = "somebody.rare@erased.example"
MONDAY = "2026-10-19T05:00:00Z"


def holding(folder: Path, needle: str) -> list[str]:
    """The files below a folder that hold an address, or a part of it that tells whose it is."""
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes().lower() for word in needle.split("@"))
    )


def lived(folder: Path) -> tuple[Store, int]:
    """A store in which a person lived among others: mails sent and refused, rows moved about."""
    db = open_store(folder)
    one = subscribe(db, "labour", Cadence.WEEKLY, ADDRESS)
    for number in range(60):
        subscribe(db, "labour", Cadence.WEEKLY, f"person{number}@example.org")
    save(db, "2026-10-13T10:00:00Z", *(item(str(n), "labour " + "word " * 300) for n in range(20)))
    make_due(db, PRESS, MONDAY)
    deliver(db, postman(Mailbox([TemporarySendError(f"451 <{ADDRESS}> is busy")]), MONDAY))
    deliver(db, postman(Mailbox(), "2026-10-19T06:00:00Z"))
    mail_folder = folder / "mail"
    mail_folder.mkdir()
    (mail_folder / "1.eml").write_bytes(f"To: {ADDRESS.upper()}\r\nSubject: x\r\n\r\n{ADDRESS}".encode())
    (mail_folder / "3.part").write_bytes(f"To: {ADDRESS}\r\n\r\ncut".encode())
    (mail_folder / "2.eml").write_bytes(b"To: person1@example.org\r\nSubject: x\r\n\r\nhello")
    return db, one.person


def test_28_days_after_leaving_the_address_is_nowhere_but_as_a_keyed_hash(tmp_path: Path) -> None:
    db, number = lived(tmp_path)
    leave(db, number, "2026-10-20T10:00:00Z")
    keep_house(db, tmp_path / "mail", "2026-11-17T09:59:59Z")
    assert "vigilex.db" in holding(tmp_path, ADDRESS)
    done = keep_house(db, tmp_path / "mail", "2026-11-17T10:00:00Z")
    assert (done.people, done.files, done.scrubbed) == (1, 2, True)
    assert holding(tmp_path, ADDRESS) == [], "while the store is open"
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["2.eml"]
    assert suppressed(db, address_hash(KEY, ADDRESS)) == "left"
    db.close()
    assert holding(tmp_path, ADDRESS) == []
    assert holding(tmp_path, "person1@example.org") == ["2.eml", "vigilex.db"]


def test_who_asks_to_be_erased_is_gone_at_once_and_from_the_file_with_the_next_housekeeping(tmp_path: Path) -> None:
    db, number = lived(tmp_path)
    assert erase_person(db, tmp_path / "mail", number)
    assert not erase_person(db, tmp_path / "mail", number)
    keep_house(db, tmp_path / "mail", "2026-10-20T10:00:00Z")
    assert holding(tmp_path, ADDRESS) == []
    db.close()


def test_a_reader_that_holds_on_delays_the_scrubbing_and_it_is_tried_again(tmp_path: Path) -> None:
    db, number = lived(tmp_path)
    reader = open_store(tmp_path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM people").fetchone()
    db.execute("PRAGMA busy_timeout = 10")
    erase_person(db, tmp_path / "mail", number)
    assert not keep_house(db, tmp_path / "mail", "2026-10-20T10:00:00Z").scrubbed
    reader.execute("COMMIT")
    assert keep_house(db, tmp_path / "mail", "2026-10-20T10:00:00Z").scrubbed
    assert holding(tmp_path, ADDRESS) == []
    db.close()
    reader.close()


def test_files_of_mails_go_30_days_after_they_were_written_whatever_the_clock_of_the_machine_says(
    tmp_path: Path,
) -> None:
    db, _ = lived(tmp_path)
    for name in ("20261012T060000Z-a.eml", "20261012T060000Z-b.part", "20261012T060001Z-c.eml"):
        (tmp_path / "mail" / name).touch()
    assert keep_house(db, tmp_path / "mail", "2026-11-11T06:00:00Z").files == 2
    assert sorted(path.name for path in (tmp_path / "mail").glob("2026*")) == ["20261012T060001Z-c.eml"]
    db.close()


def test_the_words_of_mails_are_forgotten_30_days_after_sending(tmp_path: Path) -> None:
    db, _ = lived(tmp_path)
    keep_house(db, tmp_path / "mail", "2026-11-18T05:59:59Z")
    assert db.execute("SELECT count(*) FROM mail_bodies").fetchone()[0] == 1
    assert "vigilex.db" in holding(tmp_path, '"also_at"')
    keep_house(db, tmp_path / "mail", "2026-11-18T06:00:00Z")
    assert holding(tmp_path, '"also_at"') == [], "nor in the unused pages of the file"
    assert db.execute("SELECT count(*) FROM mail_bodies").fetchone()[0] == 0
    db.close()
