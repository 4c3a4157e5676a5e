"""An API key goes to its source and nowhere else: not to disk, not into words."""

import gzip
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from crawlers.archive import records
from tests.crawlers.harness import Plan, Ran, Trap, run
from tests.crawlers.misbehaving import Server

KEY = "s3cr3t/k=y+1"
TRAP = Trap("keyed.test", key_param="api_key")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyed")


@pytest.fixture(scope="module")
def ran(server: Server, folder: Path) -> Ran:
    return run(Plan(folder, (TRAP,), server.origin, keys={TRAP.id: KEY}))


def test_the_key_is_sent_with_each_request_but_not_for_robots_txt(ran: Ran, server: Server) -> None:
    assert ran["xx_keyed"].counts["new"] == 2
    for seen in server.asked("keyed.test"):
        assert (quote(KEY, safe="") in seen.query) is (seen.path != "/robots.txt")


def test_the_key_is_in_no_file_and_no_word(ran: Ran, folder: Path) -> None:
    said = repr(ran)
    contents = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    contents |= {path: gzip.decompress(body) for path, body in contents.items() if path.suffix == ".gz"}
    assert any(path.name.endswith(".warc.gz") for path in contents)
    for spelling in ("s3cr3t", quote(KEY), quote(KEY, safe="")):
        assert spelling not in said
        assert not [path.name for path, body in contents.items() if spelling.encode() in body]


def test_where_it_was_echoed_the_archive_says_redacted(ran: Ran, folder: Path) -> None:
    warc = next(folder.rglob("*.warc.gz")).relative_to(folder / "archive").as_posix()
    kept = [kept.answer for kept in records(folder / "archive", warc)]
    assert kept[0].body.count(b"REDACTED") == 2
    assert kept[0].fields["etag"] == '"REDACTED"'
    assert "content-encoding" not in kept[0].fields
    assert kept[0].url == "https://keyed.test/two?api_key=REDACTED"
    assert ran


def test_a_key_for_another_source_is_not_sent(server: Server, tmp_path: Path) -> None:
    before = len(server.seen)
    run(Plan(tmp_path, (replace(TRAP, host="plain.test"),), server.origin, keys={TRAP.id: KEY}))
    assert not [seen for seen in server.seen[before:] if "s3cr3t" in seen.query]
