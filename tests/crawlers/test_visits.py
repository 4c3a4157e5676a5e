"""What one visit leaves for the next: validators, marks, waits, leases; and how a crawl is stopped."""

import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.internet.address import IPv4Address

from crawlers import guard, visit
from crawlers.engine import CrawlOptions, crawl, lanes
from crawlers.guard import GuardedResolver
from crawlers.holder import is_alive, own_holder
from crawlers.registry import UnknownSource
from db import leases
from db.hosts import not_before
from db.store import open_store
from tests.crawlers.harness import NOW, Plan, Trap, finish, run, spider, start
from tests.crawlers.misbehaving import Server, misbehaving

GOOD = Trap("good.test")
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def server() -> Iterator[Server]:
    with misbehaving() as running:
        yield running


def sent(server: Server) -> list[str | None]:
    return [seen.headers.get("if-none-match") for seen in server.asked("good.test", "/list")]


def test_the_next_visit_asks_whether_anything_changed(server: Server, tmp_path: Path) -> None:
    first = Plan(tmp_path, (GOOD,), server.origin)
    assert run(first)["xx_good"].outcome == "new"
    again = run(replace(first, now=LATER))["xx_good"]
    assert (again.outcome, again.reason) == ("unchanged", "The source says that nothing has changed.")
    assert again.counts["not_modified"] == 1
    asked = server.asked("good.test", "/list")[-1].headers
    assert asked["if-none-match"] == '"v1"'
    assert asked["if-modified-since"] == "Sun, 01 Nov 2026 08:00:00 GMT"
    assert len(list((tmp_path / "archive").rglob("*.warc.gz"))) == 1
    server.state["version"] = 2
    assert run(replace(first, now=LATER))["xx_good"].reason == "1 new."


def test_a_week_after_the_last_full_answer_it_asks_in_full(server: Server, tmp_path: Path) -> None:
    first = Plan(tmp_path, (GOOD,), server.origin)
    run(first)
    run(replace(first, now=NOW + timedelta(days=6)))
    run(replace(first, now=NOW + timedelta(days=7, hours=1)))
    assert sent(server) == [None, '"v1"', None]
    warcs = sorted(tmp_path.rglob("*.warc.gz"))
    assert len(warcs) == 2
    db = open_store(tmp_path)
    assert [row[0] for row in db.execute("SELECT revisit FROM snapshots ORDER BY id")] == [0, 1]
    db.close()


def test_another_parser_asks_in_full(server: Server, tmp_path: Path) -> None:
    first = Plan(tmp_path, (GOOD,), server.origin)
    run(first)
    run(replace(first, traps=(replace(GOOD, parser_version=2),), now=LATER))
    assert sent(server) == [None, None]


def test_an_address_with_several_documents_is_always_asked_in_full(server: Server, tmp_path: Path) -> None:
    first = Plan(tmp_path, (replace(GOOD, accept="application/json"),), server.origin)
    run(first)
    db = open_store(tmp_path)
    assert db.execute("SELECT count(*) FROM validators").fetchone() == (0,)
    db.close()
    run(replace(first, traps=(GOOD,)))
    run(replace(first, now=LATER))
    assert sent(server) == [None, None, None]
    assert server.asked("good.test", "/list")[0].headers["accept"] == "application/json"


def test_a_bad_visit_makes_the_next_one_ask_in_full(server: Server, tmp_path: Path) -> None:
    first = Plan(tmp_path, (GOOD,), server.origin)
    run(first)
    bad = replace(GOOD, paths=("/list?all",), expected=9)
    assert run(replace(first, traps=(bad,)))["xx_good"].outcome == "suspicious"
    run(replace(first, now=LATER))
    assert sent(server)[-1] is None


def test_marks_and_titles_leave_requests_out(server: Server, tmp_path: Path) -> None:
    plan = Plan(tmp_path, (Trap("steps.test", expected=0),), server.origin)
    assert run(plan)["xx_steps"].counts["not_asked"] == 1
    assert not server.asked("steps.test", "/doc2")
    db = open_store(tmp_path)
    db.execute("DELETE FROM validators")
    db.execute("DELETE FROM marks WHERE key = 'doc3'")
    db.close()
    run(plan)
    assert len(server.asked("steps.test", "/doc1")) == 1
    assert len(server.asked("steps.test", "/doc3")) == 2


def test_a_wait_is_kept_for_the_next_visit(server: Server, tmp_path: Path) -> None:
    plan = Plan(tmp_path, (Trap("waitlong.test"),), server.origin)
    run(plan)
    db = open_store(tmp_path)
    assert not_before(db, "waitlong.test") == "2026-11-22T10:00:00Z"
    db.close()
    asked = len(server.seen)
    report = run(replace(plan, now=NOW + timedelta(minutes=50)))["xx_waitlong"]
    assert (report.outcome, report.reason) == ("skipped", "waitlong.test asked us to wait until 2026-11-22T10:00:00Z.")
    assert len(server.seen) == asked
    run(replace(plan, now=NOW + timedelta(minutes=61)))
    assert len(server.seen) > asked


def test_the_first_day_wanted_follows_from_the_last_visit_to_the_end(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    options = CrawlOptions(now=lambda: NOW)
    seen = visit.Visit(spider(GOOD), db, tmp_path, options, None, "r1", own_holder())  # type: ignore[arg-type]
    assert seen._since() == date(2026, 10, 23)
    assert seen.begin()
    seen.close("finished")
    assert visit.Visit(spider(GOOD), db, tmp_path, options, None, "r2", "x")._since() == date(2026, 11, 15)  # type: ignore[arg-type]
    db.close()


def test_a_second_process_leaves_a_source_that_another_is_at(server: Server, tmp_path: Path) -> None:
    db = open_store(tmp_path)
    now = "2026-11-22T09:00:00Z"
    assert leases.acquire(db, "host:good.test", own_holder(), now, 900, is_alive)
    plan = Plan(tmp_path, (GOOD,), server.origin)
    report = run(plan)["xx_good"]
    assert (report.outcome, report.reason) == ("skipped", "Another process is busy with good.test.")
    assert not server.seen
    leases.release(db, "host:good.test", own_holder())
    leases.acquire(db, "source:xx_good", "1:long/dead", now, 900, is_alive)
    assert run(plan)["xx_good"].outcome == "new"
    db.close()


def test_a_lease_is_renewed_with_each_request_not_only_with_answers(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    times = [NOW]
    options = CrawlOptions(now=lambda: times[-1])
    seen = visit.Visit(spider(GOOD), db, tmp_path, options, None, "r1", own_holder())  # type: ignore[arg-type]
    assert seen.begin()
    times.append(NOW + timedelta(minutes=14))
    seen.count_request()
    later = "2026-11-22T09:20:00Z"
    assert not leases.acquire(db, "source:xx_good", "another", later, 900, lambda _: True)
    seen.close("finished")
    db.close()


def test_a_holder_is_alive_only_as_itself() -> None:
    assert is_alive(own_holder())
    number = own_holder().partition(":")[0]
    assert not is_alive(f"{number}:another boot/1")
    assert not is_alive("999999999:x/1")
    assert not is_alive("nonsense")


def test_sources_with_a_host_in_common_go_one_after_the_other() -> None:
    traps = [
        Trap("a.test"),
        Trap("b.test"),
        Trap("c.test", more_hosts=("a.test",)),
        Trap("d.test", more_hosts=("b.test", "c.test")),
    ]
    spiders = [spider(trap) for trap in traps]
    assert [[found.source.id for found in group] for group in lanes(spiders[:3])] == [["xx_b"], ["xx_a", "xx_c"]]
    assert [len(group) for group in lanes(spiders)] == [4]


def test_the_delay_holds_within_a_source_and_between_sources_of_one_host(server: Server, tmp_path: Path) -> None:
    traps = (Trap("steps.test", expected=0), Trap("other.test", more_hosts=("steps.test",)))
    run(Plan(tmp_path, traps, server.origin, delay=0.4))
    times = [seen.at for seen in server.asked("steps.test")]
    assert len(times) == 4
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(times))
    assert server.asked("other.test")[0].at - times[-1] >= 0.4


def test_a_signal_ends_a_crawl_in_order(server: Server, tmp_path: Path) -> None:
    child, pipe = start(Plan(tmp_path, (Trap("endlesspages.test"), Trap("good.test")), server.origin, delay=0.3))
    deadline = time.monotonic() + 20
    while len(server.asked("endlesspages.test", "/list")) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGTERM)
    asked_at = time.monotonic()
    ran = finish(child, pipe)
    assert time.monotonic() - asked_at < 3
    assert ran.exitcode == 0
    report = ran["xx_endlesspages"]
    assert (report.outcome, report.reason) == ("partial", "The visit was stopped before its end.")
    db = open_store(tmp_path)
    assert db.execute("SELECT count(*) FROM leases").fetchone()[0] == 0
    assert db.execute("SELECT count(*) FROM runs WHERE ended_at IS NULL").fetchone()[0] == 0
    db.close()


class Names:
    """A resolver for tests: no name leaves this machine."""

    known: dict[str, str] = {}  # noqa: RUF012 - a table that is only read

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> Any:
        receiver.resolutionBegan(None)
        if name in self.known:
            receiver.addressResolved(IPv4Address("TCP", self.known[name], port))
        receiver.resolutionComplete()
        return receiver


def guarded(*_: Any, **__: Any) -> GuardedResolver:
    return GuardedResolver(Names(), None)


def know_no_name() -> None:
    guard.GuardedResolver.from_crawler = classmethod(guarded)  # type: ignore[method-assign, assignment]


def lead_home() -> None:
    Names.known = {"rebound.test": "127.0.0.1", "meta.test": "169.254.169.254"}
    know_no_name()


def test_without_a_network_every_source_fails_fast_with_a_reason(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run(Plan(tmp_path, (Trap("one.test"), Trap("two.test")), prepare=know_no_name))
    assert time.monotonic() - began < 10
    assert {report.outcome for report in ran.reports.values()} == {"failed"}
    assert ran["xx_one"].reason == "Could not reach one.test: name not found."
    assert not (tmp_path / "archive").exists()


def test_a_name_that_leads_to_a_private_address_is_not_connected_to(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        ran = run(Plan(tmp_path, (Trap("rebound.test"), Trap("meta.test")), prepare=lead_home))
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert ran["xx_rebound"].outcome == "suspicious"
    assert ran["xx_rebound"].reason == "The name rebound.test leads to 127.0.0.1, which is no public address."
    assert "169.254.169.254" in ran["xx_meta"].reason


def certificate(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secure.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    path = folder / "secure.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tmp_path: Path) -> None:
    httpd = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    httpd.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        ran = run(Plan(tmp_path, (Trap("secure.test"),), f"https://127.0.0.1:{httpd.server_port}"))
    finally:
        httpd.shutdown()
        httpd.server_close()
    assert (ran["xx_secure"].outcome, ran["xx_secure"].reason) == (
        "failed",
        "The certificate of secure.test could not be verified.",
    )


def test_an_unknown_source_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UnknownSource, match="xx_nowhere"):
        crawl(tmp_path, ["xx_nowhere"], CrawlOptions(now=lambda: NOW))
    assert not list(tmp_path.iterdir())


def test_listings_that_are_all_empty_where_rows_were_are_no_good_news(server: Server, tmp_path: Path) -> None:
    filled = Trap("drained.test", expected=0)
    emptied = replace(filled, paths=("/drained",))
    plan = Plan(tmp_path, (emptied,), server.origin)
    assert run(plan)["xx_drained"].outcome == "unchanged"
    assert run(replace(plan, traps=(filled,), now=LATER))["xx_drained"].outcome == "new"
    after = run(replace(plan, now=LATER + timedelta(hours=6)))["xx_drained"]
    assert (after.outcome, after.reason) == (
        "suspicious",
        "Every listing is empty, where the last good visit saw 1 row.",
    )
    assert run(replace(plan, now=LATER + timedelta(hours=12)))["xx_drained"].outcome == "suspicious"
    assert run(replace(plan, traps=(filled,), now=LATER + timedelta(hours=18)))["xx_drained"].outcome == "unchanged"
