"""A replay: recorded answers instead of the network, and nothing new the second time."""

import hashlib
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawlers import archive, replay
from crawlers.archive import records
from db.snapshots import all_snapshots
from db.store import open_store
from tests.crawlers.harness import NOW, Plan, Trap, as_json, run, write_table
from tests.crawlers.misbehaving import LAYOUT, Server, row, rows

TRAPS = (Trap("one.test", ("/list?since=2026-11-01",), expected=5), Trap("two.test"))
RECORDED = [
    ("one/list.json", "xx_one", "https://one.test/list?since=2020-01-01", rows(1, 2, more=["/doc3", "/doc4"])),
    ("one/doc3.json", "xx_one", "https://one.test/doc3", rows(3)),
    ("one/extra.json", "xx_one", "https://one.test/... (a part of it)", rows(5)),
    ("two/other.json", "xx_two", "https://two.test/elsewhere", rows(7)),
    ("zz/1.xml", "zz_unknown", "https://zz.test/1", b"<x/>"),
    ("zz/2.xml", "zz_unknown", "https://zz.test/2", b"<x/>"),
]


def no_network() -> None:
    """A replay that opened a connection or looked up a name would fail here."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a replay went to the network")

    for owner, name in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket, "getaddrinfo")):
        setattr(owner, name, refuse)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    recorded = write_table(tmp_path / "recorded", RECORDED)
    return Plan(tmp_path / "data", TRAPS, replay=recorded, prepare=no_network)


def contents(folder: Path) -> dict[str, str]:
    """A digest of each table of the store that a reader could see."""
    db = open_store(folder)
    skipped = ("runs", "snapshots", "sources", "sqlite_sequence")
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = {
        name: hashlib.sha256(repr(db.execute(f"SELECT * FROM [{name}]").fetchall()).encode()).hexdigest()
        for name in names
        if name not in skipped
    }
    db.close()
    return found


def test_requests_are_answered_and_the_rest_is_handed_over(plan: Plan) -> None:
    ran = run(plan)
    assert ran.exitcode == 0
    assert (ran["xx_one"].outcome, ran["xx_one"].reason) == ("new", "4 new.")
    assert ran["xx_one"].not_recorded == ("https://one.test/doc4",)
    assert (ran["xx_two"].outcome, ran["xx_two"].reason) == ("new", "1 new.")
    assert ran["xx_two"].not_recorded == ("https://two.test/list",)
    assert "Left out: 2 recorded files of 1 source that we do not read." in ran.said


def test_every_recorded_payload_becomes_evidence_under_its_address_or_name(plan: Plan) -> None:
    run(plan)
    db = open_store(plan.folder)
    urls = [stored.snapshot.url for stored in all_snapshots(db, None)]
    db.close()
    assert sorted(urls) == [
        "file:one/extra.json",
        "https://one.test/doc3",
        "https://one.test/list?since=2020-01-01",
        "https://two.test/elsewhere",
    ]


def test_a_second_replay_adds_runs_and_snapshots_only(plan: Plan) -> None:
    run(plan)
    before = contents(plan.folder)
    again = run(plan)
    assert {report.outcome for report in again.reports.values()} == {"unchanged"}
    assert contents(plan.folder) == before
    db = open_store(plan.folder)
    assert db.execute("SELECT count(*), sum(revisit) FROM snapshots").fetchone() == (8, 4)
    assert db.execute("SELECT count(*) FROM runs").fetchone() == (4,)
    db.close()


def test_our_own_archive_can_be_replayed(server: Server, tmp_path: Path) -> None:
    trap = (Trap("steps.test", expected=0), Trap("gzipped.test"))
    first = run(Plan(tmp_path / "live", trap, server.origin))
    again = run(Plan(tmp_path / "again", trap, replay=tmp_path / "live" / "archive", prepare=no_network))
    assert {name: report.counts["new"] for name, report in again.reports.items()} == {
        name: report.counts["new"] for name, report in first.reports.items()
    }
    assert again["xx_steps"].not_recorded == ()
    (warc,) = (tmp_path / "live" / "archive" / "xx_gzipped").iterdir()
    one = run(Plan(tmp_path / "one", trap, replay=warc, prepare=no_network))
    assert list(one.reports) == ["xx_gzipped"]
    assert one["xx_gzipped"].reason == "1 new."


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = write_table(tmp_path / "recorded", RECORDED)
    (folder / "one" / "doc3.json").unlink()
    (folder / "two" / "other.json").unlink()
    ran = run(Plan(tmp_path / "data", TRAPS, replay=folder))
    assert ran["xx_one"].outcome == "suspicious"
    assert "one/doc3.json cannot be read" in ran["xx_one"].reason
    assert ran["xx_two"].outcome == "suspicious"
    assert "two/other.json cannot be read" in ran["xx_two"].reason


def test_an_odd_payload_is_suspicious_by_name_and_the_others_are_kept(tmp_path: Path) -> None:
    lines = [*RECORDED, ("two/odd.html", "xx_two", "", LAYOUT), ("two/cut.json", "xx_two", "", b'{"rows": [{')]
    ran = run(Plan(tmp_path / "data", TRAPS, replay=write_table(tmp_path / "recorded", lines)))
    report = ran["xx_two"]
    assert report.outcome == "suspicious"
    assert "two/odd.html: this is no payload that xx_two is known to publish" in report.reason
    assert "two/cut.json: the JSON cannot be read" in report.reason
    assert report.counts["new"] == 1


def test_an_empty_listing_is_suspicious_in_a_replay_too_but_a_trimmed_one_is_not(tmp_path: Path) -> None:
    for name, body, outcome in (("empty", rows(), "suspicious"), ("trimmed", rows(1), "new")):
        folder = write_table(tmp_path / name, [("l.json", "xx_one", "https://one.test/list", body)])
        assert run(Plan(tmp_path / f"{name}-data", TRAPS, replay=folder))["xx_one"].outcome == outcome


def test_robots_txt_that_was_recorded_is_obeyed(tmp_path: Path) -> None:
    lines = [("r.txt", "xx_one", "https://one.test/robots.txt", b"User-agent: *\nDisallow: /list\n"), RECORDED[1]]
    report = run(Plan(tmp_path / "data", TRAPS, replay=write_table(tmp_path / "recorded", lines)))["xx_one"]
    assert report.outcome == "blocked"
    assert report.counts["new"] == 1


def test_a_replay_leaves_no_validators_and_moves_no_first_day(plan: Plan) -> None:
    run(plan)
    db = open_store(plan.folder)
    assert db.execute("SELECT count(*) FROM validators").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM runs WHERE json_extract(counts, '$.complete') = 1").fetchone() == (0,)
    db.close()


def test_a_changed_recording_is_a_revision(plan: Plan) -> None:
    run(plan)
    assert plan.replay is not None
    body = as_json(row(3, title="Forced labour rule 3, amended"))
    lines = [line if line[0] != "one/doc3.json" else (*line[:3], body) for line in RECORDED]
    write_table(plan.replay, lines)
    assert run(replace(plan, now=NOW))["xx_one"].reason == "1 revised."


def test_the_archive_of_a_replay_holds_what_was_recorded(plan: Plan) -> None:
    run(plan)
    root = plan.folder / "archive"
    (warc,) = (root / "xx_two").iterdir()
    (kept,) = records(root, warc.relative_to(root).as_posix())
    assert kept.answer.body == RECORDED[3][3]
    assert archive.read(root, kept.place).answer == kept.answer
    assert replay.ReplayHandler.__mro__[1].__name__ == "BaseDownloadHandler"
