"""``vigilex doctor``: every fault is a line with a remedy, and none of them a crash."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.resolver
import pytest
from dns.exception import DNSException

from crawlers.holder import own_holder
from db.backup import Backup, back_up
from db.connect import FILE_NAME
from db.leases import acquire
from db.sender import pause_sender
from db.sources import sync_sources
from db.store import open_store
from service import installation
from service.cli import main
from service.commands import doctor
from service.dns import DnsUnreachable, txt_lookup
from service.findings import State
from service.installation import about_clock, about_keys, newest_backup
from service.settings import Settings
from tests.alerts.mailing import source
from tests.alerts.servers import scripted_server, taking_server
from tests.db.making import publication, save
from tests.service.test_mail_records import make_key

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Doctor = Callable[..., tuple[int, dict[str, list[dict[str, str]]]]]
READY = """
base_url = "https://vigilex.example.org"
[organisation]
name = "Example Network"
postal_address = "1 Example Street"
contact = "secretariat@example.org"
privacy_url = "https://example.org/privacy"
"""
RECORDS = {"example.org": ["v=spf1 mx -all"], "_dmarc.example.org": ["v=DMARC1; p=none"]}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The records of a DNS without a network."""
    records: dict[str, list[str]] = dict(RECORDS)
    monkeypatch.setattr(doctor, "txt_lookup", lambda _: lambda name: records.get(name, []))
    return records


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs the doctor on a folder of its own: (exit code, findings by check)."""
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o700)

    def runs(settings: str = READY, data: Path = tmp_path) -> tuple[int, dict[str, list[dict[str, str]]]]:
        if settings:
            (tmp_path / "vigilex.toml").write_text(settings)
        code = main(["doctor", "--json", "--data", str(data), "--now", NOW.isoformat()])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        found: dict[str, list[dict[str, str]]] = {}
        for line in map(json.loads, out.splitlines()):
            # These two take over a sentence that names the remedy itself.
            assert bool(line["remedy"]) == (line["state"] != "ok") or line["check"] in ("store", "python")
            found.setdefault(line["check"], []).append(line)
        return code, found

    return runs


def mail(port: int, more: str = "") -> str:
    return f'{READY}\n[smtp]\nhost = "127.0.0.1"\nport = {port}\nfrom = "updates@example.org"\ntls = "none"\n{more}'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    db = open_store(tmp_path)
    save(db, publication("1", text="labour in ports"))
    sync_sources(db, [source("us_example", "Example")])
    db.close()
    return tmp_path


@pytest.mark.usefixtures("asked")
def test_a_healthy_installation_has_no_problem(run: Doctor, store: Path) -> None:
    back_up(store, "2026-11-22T02:00:00Z", own_holder(), lambda _: False)
    with taking_server() as (box, port):
        code, found = run(mail(port))
    assert code == 0
    assert [name for name, lines in found.items() for line in lines if line["state"] != "ok"] == ["dkim"]
    assert set(found) >= {"settings", "python", "disk", "store", "clock", "keys", "backup", "smtp", "spf", "dmarc"}
    assert box.mails == []
    assert box.conversations == 1


def test_a_new_installation_is_told_what_it_lacks_and_nothing_is_made(run: Doctor, tmp_path: Path) -> None:
    code, found = run("", tmp_path / "none")
    assert code == 0
    assert {lines[0]["state"] for name, lines in found.items() if name in ("store", "folder", "smtp")} == {"warning"}
    assert not (tmp_path / "none").exists()


def test_wrong_settings_are_a_problem_and_the_rest_is_looked_at(run: Doctor) -> None:
    code, found = run("[crawl]\ndelya = 3\n")
    assert code == 1
    assert "crawl.delya" in found["settings"][0]["said"]
    assert "store" in found


@pytest.mark.usefixtures("asked")
def test_missing_words_about_the_organisation_are_named(run: Doctor) -> None:
    _, found = run('[organisation]\ncontact = "the secretariat"\n')
    said = " ".join(line["said"] for line in found["organisation"] + found["mail"])
    assert "organisation.name" in said
    assert "organisation.privacy_url" in said
    assert "no mail address" in said
    assert "base_url" in said
    with taking_server() as (_, port):
        code, found = run(mail(port).replace("https://vigilex", "http://vigilex"))
    assert (code, found["mail"][0]["state"]) == (1, "problem")


def test_a_damaged_store_is_a_problem(run: Doctor, store: Path) -> None:
    with (store / FILE_NAME).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    code, found = run()
    assert code == 1
    assert found["store"][0]["state"] == "problem"


def test_a_store_that_cannot_be_opened_is_a_problem(run: Doctor, store: Path) -> None:
    (store / FILE_NAME).write_text("This is no database, however long it may be. " * 20)
    code, found = run()
    assert code == 1
    assert "not a database" in found["store"][0]["said"]


def test_a_paused_sender_and_dead_processes_are_seen(run: Doctor, store: Path) -> None:
    db = open_store(store)
    pause_sender(db, "the mail server refuses us", "2026-11-20T08:00:00Z")
    acquire(db, "source:us_example", "999999999:gone", "2026-11-22T11:59:00Z", 600, lambda _: False)
    acquire(db, "source:us_other", own_holder(), "2026-11-22T11:59:00Z", 600, lambda _: False)
    db.close()
    code, found = run()
    assert code == 1
    assert "refuses us" in found["sender"][0]["said"]
    assert "digest resume" in found["sender"][0]["remedy"]
    assert "us_example" in found["processes"][0]["said"]
    assert "us_other" not in found["processes"][0]["said"]


def test_a_full_disk_and_files_that_others_read_are_seen(
    run: Doctor, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "LEAST_DISK", 10**18)
    (store / FILE_NAME).chmod(0o644)
    store.chmod(0o755)
    code, found = run()
    assert code == 1
    assert found["disk"][0]["state"] == "problem"
    assert FILE_NAME in " ".join(line["said"] for line in found["folder"])


def test_a_clock_behind_the_store_is_a_problem() -> None:
    assert about_clock("2026-11-22T12:05:00Z", NOW).state is State.PROBLEM
    assert about_clock("2026-11-22T12:00:30Z", NOW).state is State.OK
    assert about_clock(None, NOW).state is State.OK


def test_every_stamp_of_ours_tells_a_clock_that_was_put_back(run: Doctor, store: Path) -> None:
    db = open_store(store)
    db.execute("INSERT INTO runs (run, source, started_at, holder) VALUES ('r', 'us_example', '2026-11-23', 'gone')")
    db.close()
    assert run()[1]["clock"][0]["state"] == "problem"


@pytest.mark.parametrize(
    ("ages", "state"),
    [
        ([], State.WARNING),
        ([timedelta(hours=10)], State.OK),
        ([timedelta(days=9), timedelta(hours=30)], State.OK),
        ([timedelta(hours=37)], State.PROBLEM),
        ([timedelta(days=-3)], State.WARNING),
    ],
)
def test_the_newest_backup_is_of_the_last_nights(ages: list[timedelta], state: State) -> None:
    assert newest_backup([Backup(Path("x.db"), NOW - age) for age in ages], NOW).state is state


def test_sources_without_their_key_and_keys_without_a_source_are_named() -> None:
    wanting = source("us_wanting", "Wanting Office")
    wanting = type(wanting)(**{name: getattr(wanting, name) for name in wanting.__slots__} | {"needs_key": True})
    free = source("us_free", "Free Office")
    (off,) = about_keys([wanting, free], Settings())
    assert off.state is State.WARNING
    assert "us_wanting" in off.said
    assert "Wanting Office" in off.remedy
    assert list(about_keys([wanting], Settings(keys={"us_wanting": "k"}))) == []
    (unknown, none) = about_keys([free], Settings(keys={"us_fre": "secret"}))
    assert "us_fre" in unknown.said
    assert "secret" not in unknown.said
    assert none.said == "No source needs a key."


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"connect": "554 go away"}, "554"),
        ({"ehlo": "502 what"}, "502"),
        ({"connect": "DROP"}, "broke"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_a_problem(run: Doctor, answers: Mapping[str, str], said: str) -> None:
    with scripted_server(**answers) as (server, port):
        code, found = run(mail(port))
    assert code == 1
    assert found["smtp"][0]["state"] == "problem"
    assert said in found["smtp"][0]["said"]
    assert "mail" not in server.steps


@pytest.mark.usefixtures("asked")
def test_encryption_that_is_not_offered_is_a_problem(run: Doctor) -> None:
    with taking_server() as (_, port):
        code, found = run(mail(port).replace('tls = "none"', 'tls = "starttls"'))
    assert code == 1
    assert "offers no STARTTLS" in found["smtp"][0]["said"]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("answer", "state"), [("235 come in", "ok"), ("535 5.7.8 wrong", "problem")])
def test_the_login_is_tried_and_the_password_never_shown(run: Doctor, answer: str, state: str) -> None:
    with scripted_server(ehlo="250-here\r\n250 AUTH PLAIN", auth=answer) as (server, port):
        code, found = run(mail(port, 'user = "vigilex"\npassword = "open sesame"\n'))
    assert found["smtp"][0]["state"] == state
    assert code == (state == "problem")
    assert "sesame" not in str(found)
    assert "auth" in server.steps
    assert "mail" not in server.steps


def test_the_signature_is_proved_by_the_published_key(run: Doctor, asked: dict[str, list[str]], tmp_path: Path) -> None:
    _, record = make_key(tmp_path)
    with taking_server() as (_, port):
        settings = mail(port, 'dkim_key = "dkim.pem"\n')
        assert run(settings)[1]["dkim"][0]["state"] == "problem"
        asked["vigilex._domainkey.example.org"] = [record]
        assert run(settings)[1]["dkim"][0]["state"] == "ok"
        (tmp_path / "dkim.pem").unlink()
        code, found = run(settings)
    assert code == 1
    assert "dkim.pem" in found["dkim"][0]["said"]


def test_a_policy_above_the_domain_holds_for_it(run: Doctor, asked: dict[str, list[str]]) -> None:
    asked["mail.example.org"] = ["v=spf1 mx -all"]
    with taking_server() as (_, port):
        _, found = run(mail(port).replace("updates@", "updates@mail."))
    assert "_dmarc.example.org" in found["dmarc"][0]["said"]


def test_an_unreachable_dns_is_a_warning(run: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> list[str]:
        raise DnsUnreachable("no answer within 5 seconds")

    monkeypatch.setattr(doctor, "txt_lookup", lambda _: nobody)
    with taking_server() as (_, port):
        code, found = run(mail(port))
    assert code == 0
    assert [line["state"] for line in found["dns"]] == ["warning"]
    assert "spf" not in found


class Answers:
    """A resolver that answers each question as told, and takes its time."""

    def __init__(self, clock: list[float], answer: object) -> None:
        self.clock, self.answer = clock, answer

    def resolve(self, name: str, kind: str, lifetime: float, raise_on_no_answer: bool) -> object:  # noqa: ARG002
        self.clock[0] += lifetime / 2
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def lookup_with(monkeypatch: pytest.MonkeyPatch, answer: object) -> tuple[Callable[[str], list[str]], list[float]]:
    clock = [0.0]
    monkeypatch.setattr("service.dns.Resolver", lambda: Answers(clock, answer))
    return txt_lookup(5.0, lambda: clock[0]), clock


def test_a_name_that_is_not_there_has_no_records(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lookup_with(monkeypatch, dns.resolver.NXDOMAIN())[0]("nowhere.example") == []


@pytest.mark.parametrize("error", [dns.resolver.NoNameservers(), DNSException(), OSError("no route")])
def test_what_nobody_could_tell_is_said(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    with pytest.raises(DnsUnreachable):
        lookup_with(monkeypatch, error)[0]("example.org")


def test_all_questions_together_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup, clock = lookup_with(monkeypatch, dns.resolver.NXDOMAIN())
    for _ in range(50):
        lookup("example.org")
    assert clock[0] <= 5.0
    clock[0] = 5.0
    with pytest.raises(DnsUnreachable, match="5 seconds"):
        lookup("example.org")


def test_a_machine_without_a_resolver_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr("service.dns.Resolver", nothing)
    with pytest.raises(DnsUnreachable):
        txt_lookup(5.0)("example.org")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everywhere")
def test_a_folder_of_somebody_else_is_named_and_no_crash(run: Doctor, store: Path) -> None:
    store.chmod(0)
    try:
        code, found = run("", store)
    finally:
        store.chmod(0o700)
    assert code == 1
    assert {"settings", "folder", "python"} <= set(found)
