"""``vigilex digest``: previews, runs, and what they say."""

import json
from pathlib import Path

import pytest

from alerts.keyed import address_hash
from db.sender import pause_sender, sender_pause
from db.store import open_store
from db.subscriptions import ask, confirm
from model.subscription import Cadence
from service.cli import main
from service.mailing import signing_key
from tests.alerts.making import item, save

ADDRESS = "ana@example.org"
MONDAY = "2026-10-12T06:00:00Z"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one subscription and one update that answers it, and no mail server."""
    monkeypatch.chdir(tmp_path)
    db = open_store(tmp_path)
    name = address_hash(signing_key(db), ADDRESS)
    asked = ask(db, ADDRESS, name, "en", "Gloves", "gloves", Cadence.WEEKLY, "2026-10-08T10:00:00Z")[1]
    confirm(db, asked.id, "2026-10-08T10:00:00Z")
    save(db, "2026-10-09T10:00:00Z", item("1", "labour in gloves", title="Rule on gloves"))
    db.close()
    return tmp_path


def digest(folder: Path, *words: str, now: str = MONDAY) -> int:
    return main(["digest", *words, "--data", str(folder), "--now", now])


def test_a_run_makes_and_sends_the_digests_of_its_day_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(folder, "run", "weekly") == 0
    said = capsys.readouterr()
    assert "1 mails and 0 short notes made, 0 failed" in said.out
    assert "No mail server is set" in said.err
    assert digest(folder, "run", "weekly") == 0
    files = list((folder / "mail").glob("*.eml"))
    assert len(files) == 1
    assert b"Rule on gloves" in files[0].read_bytes()


@pytest.mark.parametrize("cadence", list(Cadence))
def test_what_is_due_at_once_goes_with_any_run_and_only_once(
    folder: Path, capsys: pytest.CaptureFixture[str], cadence: Cadence
) -> None:
    db = open_store(folder)
    asked = ask(db, "eve@example.org", "eve", "en", "At once", "gloves", Cadence.IMMEDIATE, "2026-10-08T10:00:00Z")[1]
    confirm(db, asked.id, "2026-10-08T10:00:00Z")
    save(db, "2026-10-09T11:00:00Z", item("2", "labour in other gloves", title="Second rule"))
    db.close()
    for _ in range(2):
        assert digest(folder, "run", str(cadence)) == 0
    assert "immediate: 1 mails and 0 short notes made, 0 failed" in capsys.readouterr().out
    found = [path.read_bytes() for path in (folder / "mail").glob("*.eml")]
    assert sum(b"To: eve@example.org" in mail and b"Second rule" in mail for mail in found) == 1
    assert len(found) == (2 if cadence is Cadence.WEEKLY else 1)


def test_a_run_that_is_cut_short_says_how_many_mails_wait(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = open_store(folder)
    pause_sender(db, "554 5.7.1 you are blocked", MONDAY)
    db.close()
    assert digest(folder, "run", "weekly") == 1
    assert "0 to be tried again; 1 wait to be sent." in capsys.readouterr().out


def test_a_run_in_json_says_what_was_made_and_sent(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(folder, "run", "weekly", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["made"]["mails"], found["sent"]["sent"]) == (1, 1)


def test_a_preview_for_a_person_shows_what_waits_and_takes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    eml = folder / "preview.eml"
    for _ in range(2):
        assert digest(folder, "preview", "weekly", "--to", "Ana@example.org", "--eml", str(eml)) == 0
        assert "Rule on gloves" in capsys.readouterr().out
    assert eml.read_bytes().count(b"Content-Type: text/") == 2
    assert not (folder / "mail").exists()


def test_a_preview_for_nobody_we_know_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(folder, "preview", "weekly", "--to", "ben@example.org") == 1
    assert "nobody with this address" in capsys.readouterr().err


def test_whatever_is_due_is_made_and_sent_by_one_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(folder, "run", "due", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert [run["key"] for run in made["made"]] == ["immediate", "daily 2026-10-12", "weekly 2026-10-12"]
    assert (made["sent"]["sent"], made["waiting"]) == (1, 0)
    assert digest(folder, "run", "due") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 mails sent")


def test_a_preview_of_a_search_shows_what_was_listed_in_its_time(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert digest(folder, "preview", "weekly", "--search", "labour") == 0
    said = capsys.readouterr()
    assert ("Rule on gloves" in said.out, said.err) == (True, "")
    assert digest(folder, "preview", "daily", "--search", "labour") == 0
    said = capsys.readouterr()
    assert "Rule on gloves" in said.out
    assert "Nothing was listed for this search since 2026-10-11: shown are the newest 1" in said.err


def test_a_preview_of_a_search_that_never_can_match_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(folder, "preview", "weekly", "--search", "kind:bill kind:news") == 0
    assert "exactly one kind" in capsys.readouterr().err


def test_a_paused_sender_is_said_and_goes_on_when_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = open_store(folder)
    pause_sender(db, "554 5.7.1 you are blocked", MONDAY)
    assert digest(folder, "run", "weekly") == 1
    assert "Sending is paused, since 554 5.7.1 you are blocked" in capsys.readouterr().err
    assert digest(folder, "resume") == 0
    assert sender_pause(db) is None
    db.close()
    assert digest(folder, "run", "weekly") == 0
    assert len(list((folder / "mail").glob("*.eml"))) == 1


@pytest.mark.parametrize("words", [["digest", "run", "weekly"], ["bounces", "box"], ["feeds", "build"]])
def test_a_store_that_breaks_on_the_way_is_said_in_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    db = open_store(folder)
    for table in ("changes", "install_key", "mails", "feed_cursor", "secrets"):
        db.execute(f"DROP TABLE IF EXISTS {table}")
    db.close()
    (folder / "box").touch()
    assert main([*words, "--data", str(folder)]) == 1
    assert f"vigilex: The store in {folder} cannot be read or written" in capsys.readouterr().err


def test_traces_that_a_reader_keeps_in_the_file_are_said(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.housekeeping.scrub", lambda _: False)
    assert digest(folder, "run", "weekly") == 0
    assert "traces of erased people stay in its file until the next run" in capsys.readouterr().err


def test_without_a_store_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert digest(tmp_path / "nowhere", "run", "weekly") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "nowhere").exists()
