"""Sending against real servers on this machine: what every answer means, and that nothing is lost or doubled."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from alerts.errors import AddressDead, AddressNotNow, SenderPause, SendError, TemporarySendError
from alerts.message import Letter, WayOut, lines, message
from alerts.smtp import FileSender, Relay, SmtpSender, eml_name, open_sender
from tests.alerts.certificates import make_certificate
from tests.alerts.mailing import HEAD, LINKS
from tests.alerts.servers import DROP, STALL, scripted_server, taking_server


def mail(number: int = 1, text: str = "Hello\n.\n..two dots\n") -> bytes:
    letter = Letter("ana@example.net", "New", [lines(text)], [lines("<p>Hello</p>")], f"<{number}@example.org>",
                    datetime(2026, 11, 23, 6, tzinfo=UTC), WayOut(LINKS.leave, "mailto:a@example.org"))  # fmt: skip
    return message(letter, HEAD)


@contextmanager
def sending(port: int, **options: object) -> Iterator[SmtpSender]:
    relay = Relay(**{"host": "127.0.0.1", "port": port, "mail_from": HEAD.sender, "tls": "none", "patience": 0.5,
                     "last_patience": 0.5, **options})  # type: ignore[arg-type]  # fmt: skip
    sender = SmtpSender(relay)
    try:
        yield sender
    finally:
        sender.close()


def test_200_mails_arrive_byte_for_byte_over_a_few_kept_connections() -> None:
    with taking_server() as (box, port):
        with sending(port, patience=10) as sender:
            for number in range(200):
                sender.send(f"person{number}@example.net", mail(number))
        assert [to for to, _ in box.mails] == [[f"person{number}@example.net"] for number in range(200)]
        assert [body for _, body in box.mails] == [mail(number) for number in range(200)]
        assert box.conversations == 2


TEMPORARY = {"421 4.3.2 closing", "451 4.3.0 local error", "452 4.2.2 full"}


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("answer", [*sorted(TEMPORARY), DROP, STALL])
def test_what_may_be_better_later_is_tried_later(step: str, answer: str) -> None:
    with scripted_server(**{step: answer}) as (_, port), sending(port) as sender, pytest.raises(TemporarySendError):
        sender.send("ana@example.net", mail())


@pytest.mark.parametrize("step", ["connect", "mail", "data", "end"])
@pytest.mark.parametrize("answer", ["554 5.7.1 no", "550 5.1.1 no", "552 5.3.4 too big", "503 what"])
def test_a_refusal_that_is_about_us_pauses_the_sender(step: str, answer: str) -> None:
    with scripted_server(**{step: answer}) as (_, port), sending(port) as sender, pytest.raises(SenderPause):
        sender.send("ana@example.net", mail())


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("550 5.1.1 no such user", AddressDead),
        ("553-5.1.2 bad\r\n553 5.1.2 domain", AddressDead),
        ("550 5.1.10 null MX", AddressDead),
        ("550 5.1.8 bad sender's domain", SenderPause),
        ("550 5.7.1 relaying denied", SenderPause),
        ("554 5.7.26 not authenticated", SenderPause),
        ("550 relaying denied", AddressNotNow),
        ("552 5.2.2 mailbox full", AddressNotNow),
        ("552 too many recipients", AddressNotNow),
        ("450 4.7.1 greylisted", AddressNotNow),
    ],
)
def test_a_refused_recipient_ends_an_address_only_where_the_server_says_that_there_is_none(
    answer: str, meant: type[SendError]
) -> None:
    with scripted_server(rcpt=answer) as (_, port), sending(port) as sender, pytest.raises(meant):
        sender.send("ana@example.net", mail())


def test_a_server_that_closes_at_rcpt_is_in_trouble_whoever_the_mail_is_for() -> None:
    with scripted_server(rcpt="421 4.3.2 closing") as (_, port), sending(port) as sender:
        with pytest.raises(TemporarySendError) as error:
            sender.send("ana@example.net", mail())
        assert not isinstance(error.value, AddressNotNow)


def test_after_a_refused_recipient_the_next_mail_goes_over_the_same_connection() -> None:
    with scripted_server(rcpt="550 5.1.1 <ana@example.net>: no such user") as (server, port), sending(port) as sender:
        for _ in range(2):
            with pytest.raises(AddressDead) as error:
                sender.send("ana@example.net", mail())
            assert "ana@" not in str(error.value)
        assert server.steps.count("connect") == 1
        assert server.steps.count("rset") == 2
        assert not server.taken


def test_a_server_that_drops_after_taking_the_mail_gets_the_same_bytes_again() -> None:
    with scripted_server(end=DROP) as (server, port), sending(port) as sender:
        for _ in range(2):
            with pytest.raises(TemporarySendError):
                sender.send("ana@example.net", mail())
        assert len(server.taken) == 2
        assert len(set(server.taken)) == 1


def test_a_mail_that_was_taken_counts_also_when_the_server_hangs_up_right_after() -> None:
    with scripted_server(rset=DROP, quit=DROP) as (server, port):
        with sending(port) as sender:
            sender.send("ana@example.net", mail())
        assert len(server.taken) == 1


def test_a_kept_connection_that_died_is_replaced_before_anything_is_lost() -> None:
    with scripted_server() as (server, port), sending(port) as sender:
        sender.send("ana@example.net", mail())
        assert sender._client is not None
        assert sender._client.sock is not None
        sender._client.sock.shutdown(2)
        sender.send("ana@example.net", mail(2))
        assert len(server.taken) == 2


def test_nobody_at_the_port_is_no_reason_to_give_up() -> None:
    with scripted_server() as (_, port):
        pass
    with sending(port) as sender, pytest.raises(TemporarySendError):
        sender.send("ana@example.net", mail())


def test_a_relay_without_encryption_is_not_used_where_encryption_was_asked_for() -> None:
    with taking_server() as (box, port):
        with sending(port, tls="starttls") as sender, pytest.raises(SenderPause, match="STARTTLS"):
            sender.send("ana@example.net", mail())
        assert not box.mails


def server_context(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A certificate for ``name`` signed by itself, made for one test."""
    certificate, key = make_certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_encryption_is_begun_and_the_certificate_is_checked(tmp_path: Path) -> None:
    context, certificate = server_context(tmp_path, "127.0.0.1")
    trusting = ssl.create_default_context(cafile=str(certificate))
    with taking_server(tls_context=context, require_starttls=True) as (box, port):
        relay = Relay("127.0.0.1", port, HEAD.sender, tls="starttls", patience=5)
        with pytest.raises(SenderPause, match="certificate"):
            SmtpSender(relay).send("ana@example.net", mail())
        sender = SmtpSender(relay, trusting)
        sender.send("ana@example.net", mail())
        sender.close()
        assert len(box.mails) == 1


def test_the_password_goes_only_where_the_certificate_is_right(tmp_path: Path) -> None:
    context, certificate = server_context(tmp_path, "127.0.0.1")
    trusting = ssl.create_default_context(cafile=str(certificate))
    seen: list[object] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append(data)
        return AuthResult(success=data == LoginPassword(b"us", b"secret"), handled=False)

    with taking_server(tls_context=context, require_starttls=True, authenticator=check, auth_required=True) as (
        box,
        port,
    ):
        relay = Relay("127.0.0.1", port, HEAD.sender, user="us", password="secret", patience=5)
        assert "secret" not in repr(relay)
        with pytest.raises(SenderPause):
            SmtpSender(relay).send("ana@example.net", mail())
        assert not seen
        sender = SmtpSender(relay, trusting)
        sender.send("ana@example.net", mail())
        sender.close()
        wrong = SmtpSender(Relay("127.0.0.1", port, HEAD.sender, user="us", password="wrong", patience=5), trusting)
        with pytest.raises(SenderPause, match="auth"):
            wrong.send("ana@example.net", mail())
        assert len(box.mails) == 1


def test_without_a_server_mails_are_files_that_a_second_try_does_not_double(tmp_path: Path) -> None:
    sender = open_sender(None, tmp_path / "mail")
    assert isinstance(sender, FileSender)
    assert "go to nobody" in sender.says
    sender.send("ana@example.net", mail(7))
    sender.send("ana@example.net", mail(7))
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == eml_name(mail(7)) == "20261123T060000Z-7.eml"
    assert path.read_bytes() == mail(7)
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(TemporarySendError, match="mail"):
        FileSender(tmp_path / "mail").send("ana@example.net", mail())
