"""Programs that people read feeds with see the same entries; feedparser and newsboat read no JSON Feed."""

import calendar
import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import feedparser
import pytest

from db.connect import Store
from feeds.catalogue import Format
from model.codes import Facet
from tests.db.making import publication
from tests.feeds.making import build, fill, hostile, numbered, stated
from tests.feeds.rules import read


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """A test's output has no place for the requests of a reader."""


@pytest.fixture
def site(db: Store, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The files of a store, and a loopback address where they are."""
    kana = publication("k", title="強制労働に関する通知", lang="ja", statements=stated(Facet.SECTOR, "cotton"))
    fill(db, *numbered(3), kana, *hostile())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path / "out"))) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        build(db, tmp_path / "out", base_url=address)
        Thread(target=server.serve_forever, daemon=True).start()
        yield address, tmp_path / "out"
        server.shutdown()


def parsed(document: bytes, form: Format) -> Any:
    """What feedparser reads; a JSON Feed is read as its specification says."""
    if form is Format.JSON:
        return json.loads(document)
    return feedparser.parse(document, response_headers={"content-type": form.media_type})


def as_read(title: str) -> str:
    return " ".join(html.unescape(html.unescape(title)).split())


def test_readers_see_the_same_entries_in_the_three_formats(site: tuple[str, Path]) -> None:
    found = {}
    for form in (Format.ATOM, Format.RSS):
        feed = parsed((site[1] / "feeds" / f"all.{form}").read_bytes(), form)
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.feed.title == "Vigilex: all updates"
        found[form] = [
            (e.id, e.link, calendar.timegm(e.published_parsed), calendar.timegm(e.updated_parsed)) for e in feed.entries
        ]
    items = parsed((site[1] / "feeds" / "all.json").read_bytes(), Format.JSON)["items"]
    found[Format.JSON] = [(i["id"], i["url"], seconds(i["date_published"]), seconds(i["date_modified"])) for i in items]
    assert len(items) > 15
    assert found[Format.RSS] == found[Format.ATOM] == found[Format.JSON]


def seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


def test_feedparser_reads_titles_and_tags_as_they_were_meant(site: tuple[str, Path]) -> None:
    for form in (Format.ATOM, Format.RSS):
        feed = parsed((site[1] / "feeds" / f"all.{form}").read_bytes(), form)
        titles = {as_read(entry.title) for entry in feed.entries}
        assert {"強制労働に関する通知", "Notice 1 on labour", "<script>alert(1)</script>"} <= titles
        tags = {(tag.scheme, tag.term) for entry in feed.entries for tag in entry.tags}
        assert (f"{site[0]}/taxonomy#topic", "forced-labour") in tags


@pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is not installed (apt install newsboat)")
def test_newsboat_reads_the_same_entries(site: tuple[str, Path], tmp_path: Path) -> None:
    address, out = site
    for form in (Format.ATOM, Format.RSS):
        home = tmp_path / form
        home.mkdir()
        (home / "urls").write_text(f"{address}/feeds/all.{form}\n")
        (home / "config").write_text("")
        files = ["-u", home / "urls", "-c", home / "cache.db", "-C", home / "config"]
        done = subprocess.run(
            ["newsboat", *files, "-x", "reload"],
            capture_output=True,
            timeout=60,
            env={"HOME": str(home), "PATH": "/usr/bin"},
        )
        assert done.returncode == 0, done.stderr
        wanted = read(f"x.{form}", (out / "feeds" / f"all.{form}").read_bytes()).ids
        assert set(re.findall(rb"urn:uuid:[0-9a-f-]{36}", (home / "cache.db").read_bytes())) == {
            i.encode() for i in wanted
        }
