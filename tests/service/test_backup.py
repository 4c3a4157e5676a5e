"""``vigilex backup`` as a person runs it, by the steps of docs/operations.md."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.connect import FILE_NAME
from db.store import open_store
from service.cli import main
from tests.db.test_backup import full_disk
from tests.service.conftest import ROOT
from tests.service.making import recorded

NIGHT = "2026-11-13T02:00:00Z"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def found(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    lines = said(capsys, "search", "trabajo", "--json").splitlines()
    return [(line["id"], line["first_seen"]) for line in map(json.loads, lines)]


def test_a_damaged_store_is_restored_and_crawling_goes_on(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(store.parent)
    before = found(capsys)
    assert before
    (made,) = map(json.loads, said(capsys, "backup", "--now", NIGHT, "--json").splitlines())
    assert (made["updates"], made["removed"]) == (len(before), [])
    (store / FILE_NAME).write_bytes(b"The disk has lost it. " * 100)
    assert main(["search", "trabajo"]) == 1
    assert "former" in said(capsys, "backup", "--restore", made["path"])
    assert found(capsys) == before
    assert "agree" in said(capsys, "check")
    crawl_again(store.parent)
    assert found(capsys) == before
    assert "agree" in said(capsys, "check")
    assert main(["doctor"]) == 1
    assert "Sending is paused" in capsys.readouterr().out


def crawl_again(folder: Path) -> None:
    """In a process of its own: one process can crawl only once."""
    command = [sys.executable, "-m", "service", "crawl", "--replay", recorded(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "--now", "2026-11-14T08:00:00Z"], cwd=folder, env=environment, check=True)


@pytest.mark.parametrize("words", [(), ("--restore", "nowhere.db")])
def test_what_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main(["backup", *words, "--data", str(tmp_path / "none")]) == 1
    err = capsys.readouterr().err
    assert err.startswith("vigilex: There is no")
    assert err.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_old_backups_are_removed_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path).close()
    for now in ("2026-11-01T02:00:00Z", "2026-11-16T02:00:00Z"):
        assert main(["backup", "--data", str(tmp_path), "--now", now]) == 0
    out = capsys.readouterr().out
    assert "vigilex-20261101T020000Z.db was older than 14 days" in out
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["vigilex-20261116T020000Z.db"]


def test_a_night_that_fails_removes_what_is_too_old_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_store(tmp_path).close()
    assert main(["backup", "--data", str(tmp_path), "--now", "2026-11-01T02:00:00Z"]) == 0
    with full_disk(100_000):
        assert main(["backup", "--data", str(tmp_path), "--now", "2026-11-16T02:00:00Z"]) == 1
    assert "vigilex-20261116T020000Z.db cannot be written" in capsys.readouterr().err
    assert list((tmp_path / "backups").iterdir()) == []
