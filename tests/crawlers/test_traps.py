"""One crawl of many sources, each with one kind of trouble: every run ends in the right outcome, with a reason."""

import gzip
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers import archive
from db.snapshots import all_snapshots
from db.store import open_store
from tests.crawlers.harness import Plan, Ran, Trap, run
from tests.crawlers.misbehaving import Server

EXPECTED = {
    # host: (outcome, words of the reason)
    "plain": ("new", "2 new."),
    "robots503": ("blocked", "The robots.txt of robots503.test answered 503, so nothing was asked"),
    "robotsdrop": ("failed", "Could not reach robotsdrop.test: the connection broke"),
    "robotsforbid": ("blocked", "The robots.txt of robotsforbid.test forbids us /private"),
    "robotsdelay": ("new", "2 new."),
    "robotsmoved": ("blocked", "forbids us /list"),
    "waitshort": ("new", "1 new."),
    "waitlong": ("skipped", "waitlong.test asked us to wait until 2026-11-22T10:00:00Z"),
    "waitafter": ("partial", "waitafter.test asked us to wait until 2026-11-22T11:00:00Z"),
    "fails500": ("failed", "fails500.test (asked for /list) answered 500"),
    "recovers": ("new", "1 new."),
    "drops": ("failed", "Could not reach drops.test: the connection broke"),
    "drip": ("failed", "gave no complete answer within"),
    "half": ("partial", "half.test (asked for /broken) answered 500"),
    "awayloopback": ("suspicious", "127.0.0.1 is not a host of this source"),
    "awaydecimal": ("suspicious", "2130706433 is not a host"),
    "awaymapped": ("suspicious", "is not a host of this source"),
    "awaymeta": ("suspicious", "169.254.169.254 is not a host"),
    "awayfile": ("suspicious", "we ask over http and https only, not file"),
    "awayother": ("suspicious", "sent us to https://other.test/list"),
    "awayjunk": ("suspicious", "which is no address"),
    "circle": ("suspicious", "from address to address without end"),
    "moved": ("new", "1 new."),
    "refresh": ("suspicious", "is no payload that xx_refresh is known to publish"),
    "cutgzip": ("partial", "came cut off or damaged"),
    "cutlength": ("partial", "came cut off or damaged"),
    "gzipped": ("new", "1 new."),
    "deflated": ("new", "1 new."),
    "bomb": ("suspicious", "bomb.test (asked for /list) sent more than 32 MiB once unpacked"),
    "endless": ("suspicious", "endless.test (asked for /list) sent more than 32 MiB"),
    "headers": ("failed", "Could not reach headers.test: the connection broke"),
    "awaylater": ("skipped", "awaylater.test asked us to wait until 2026-11-22T10:00:00Z"),
    "brotli": ("suspicious", "in an encoding that we did not ask for (br)"),
    "latin": ("new", "1 new."),
    "cloudflare": ("blocked", "a page that keeps programs out (Cloudflare)"),
    "denied": ("blocked", "a page that keeps programs out"),
    "forbidden": ("blocked", "forbidden.test (asked for /list) answered 403 Forbidden"),
    "layout": ("suspicious", "is no payload that xx_layout is known to publish"),
    "brokenjson": ("suspicious", "https://brokenjson.test/list: the JSON cannot be read"),
    "badrecord": ("partial", "https://badrecord.test/list, record doc-2, field title"),
    "empty": ("suspicious", "lists 0 rows where at least 1 are normal"),
    "missing": ("partial", "missing.test (asked for /gone) answered 404 Not Found"),
    "accepted": ("suspicious", "answered 202"),
    "samepage": ("suspicious", "its page 2 repeats what earlier pages held"),
    "endlesspages": ("suspicious", "its pages do not end after 100"),
    "promised": ("partial", "The 2 requests a day that we promised are used up"),
}
SPECIAL = {
    "fails500": Trap("fails500.test", ("/list", "/b", "/c", "/d", "/e")),
    "robotsforbid": Trap("robotsforbid.test", ("/list", "/private")),
    "promised": Trap("promised.test", ("/list", "/two", "/three"), requests_per_day=2),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("traps")


@pytest.fixture(scope="module")
def ran(server: Server, folder: Path) -> Ran:
    traps = tuple(SPECIAL.get(name, Trap(f"{name}.test")) for name in EXPECTED)
    return run(Plan(folder, traps, server.origin, settings={"DOWNLOAD_TIMEOUT": 1.5}))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_run_ends_in_one_outcome_with_a_reason(ran: Ran, name: str) -> None:
    outcome, words = EXPECTED[name]
    report = ran[f"xx_{name}"]
    assert (report.outcome, words in report.reason) == (outcome, True), report.reason


def test_every_outcome_is_said_as_progress(ran: Ran) -> None:
    assert "xx_plain: new: 2 new." in ran.said


def test_nobody_was_asked_anywhere_else(ran: Ran, server: Server) -> None:
    assert ran.exitcode == 0
    assert not [seen for seen in server.seen if seen.path in ("/secret", "/latest/meta-data", "/hidden")]
    assert {seen.host for seen in server.seen} == {f"{name}.test" for name in EXPECTED}


def test_robots_txt_is_asked_first_and_decides(ran: Ran, server: Server) -> None:
    assert ran
    assert [seen.path for seen in server.asked("plain.test")] == ["/robots.txt", "/list"]
    assert {seen.path for seen in server.asked("robots503.test")} == {"/robots.txt"}
    assert {seen.path for seen in server.asked("robotsdrop.test")} == {"/robots.txt"}
    assert not server.asked("robotsforbid.test", "/private")
    assert not server.asked("robotsmoved.test", "/list")


def test_a_crawl_delay_is_kept(ran: Ran, server: Server) -> None:
    assert ran
    times = [seen.at for seen in server.asked("robotsdelay.test")]
    assert len(times) == 3
    assert all(later - earlier >= 0.6 for earlier, later in pairwise(times))


def test_no_host_is_asked_before_its_retry_after_has_passed(ran: Ran, server: Server) -> None:
    assert ran
    first, second = (seen.at for seen in server.asked("waitshort.test", "/list"))
    assert second - first >= 1
    assert len(server.asked("waitlong.test", "/list")) == 1
    assert not server.asked("waitafter.test", "/two")


def test_retries_are_few(ran: Ran, server: Server) -> None:
    assert ran
    assert len(server.asked("fails500.test", "/list")) == 3
    assert len(server.asked("drops.test", "/list")) == 3
    assert len(server.asked("forbidden.test", "/list")) == 1
    assert server.asked("fails500.test", "/c")
    assert not server.asked("fails500.test", "/d")
    assert len(server.asked("circle.test")) <= 12


def test_requests_carry_our_name_and_nothing_that_was_not_chosen(ran: Ran, server: Server) -> None:
    assert ran
    headers = server.asked("plain.test", "/list")[0].headers
    assert headers["user-agent"] == "vigilex/0.1 (+https://example.org/bot)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert not {"cookie", "referer", "if-none-match"} & set(headers)


def test_what_came_is_evidence_even_where_it_was_not_read(ran: Ran, folder: Path) -> None:
    assert ran
    db = open_store(folder)
    stored = {s.snapshot.source: s.snapshot for s in all_snapshots(db, None)}
    db.close()
    for name in ("cloudflare", "forbidden", "cutgzip", "layout", "fails500"):
        assert f"xx_{name}" in stored
    cut = stored["xx_cutgzip"]
    kept = archive.read(folder / "archive", archive.Place(cut.warc, cut.offset)).answer
    assert kept.cut
    with pytest.raises(EOFError):
        gzip.decompress(kept.raw)
    assert stored["xx_moved"].url == "https://moved.test/new"
    assert "xx_bomb" not in stored
    assert "xx_robots503" not in stored


def test_a_wrong_charset_in_the_header_does_not_spoil_the_title(ran: Ran, folder: Path) -> None:
    assert ran
    db = open_store(folder)
    titles = [row[0] for row in db.execute("SELECT title FROM publications")]
    db.close()
    assert "Ministère du Travail" in titles


def test_validators_are_kept_for_the_address_that_was_asked_only(ran: Ran, folder: Path) -> None:
    assert ran
    db = open_store(folder)
    assert not db.execute("SELECT url FROM validators").fetchall()
    db.close()


def test_no_lease_is_left(ran: Ran, folder: Path) -> None:
    assert ran
    db = open_store(folder)
    assert db.execute("SELECT count(*) FROM leases").fetchone()[0] == 0
    db.close()
