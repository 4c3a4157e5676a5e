"""A mail as bytes: what the standards want, the same each time, and nothing that a text can break out of."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from alerts.dkim import KeyProblem, Signer
from alerts.letterhead import not_ready
from alerts.message import Letter, WayOut, lines, message, quoted_printable
from tests.alerts.mailing import HEAD, LINKS

LETTER = Letter(
    recipient="ana@example.net",
    subject="3 new in Canada and the EU: import ban",
    text=[lines("Hello – 강제노동\n.\nFrom me\n")],
    html=[lines("<p>Hello – 강제노동</p>\n")],
    message_id="<0123456789abcdef@vigilex.example.org>",
    date=datetime(2026, 11, 23, 6, tzinfo=UTC),
    way_out=WayOut(LINKS.leave, "mailto:updates@example.org?subject=leave.7"),
)


def read(mail: bytes) -> EmailMessage:
    parsed = message_from_bytes(mail, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    assert not [part.defects for part in parsed.walk() if part.defects]
    return parsed


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_digest_has_the_headers_of_a_list_that_one_can_leave() -> None:
    mail = read(message(LETTER, HEAD))
    assert mail["From"] == "Example Network <updates@example.org>"
    assert mail["To"] == "ana@example.net"
    assert mail["Subject"] == LETTER.subject
    assert mail["Date"].datetime == LETTER.date
    assert mail["Message-ID"] == LETTER.message_id
    assert mail["List-Id"] == "Vigilex updates <updates.vigilex.example.org>"
    assert mail["List-Unsubscribe"] == f"<{LINKS.leave}>, <mailto:updates@example.org?subject=leave.7>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert b"Feedback-ID" not in message(LETTER, HEAD)


def test_a_letter_that_somebody_asked_for_belongs_to_no_list() -> None:
    mail = read(message(replace(LETTER, way_out=None), HEAD))
    assert not [name for name in mail.keys() if name.startswith("List-")]  # noqa: SIM118 - headers
    assert mail["Auto-Submitted"] == "auto-generated"


def test_both_bodies_arrive_as_they_were_written() -> None:
    mail = read(message(LETTER, HEAD))
    assert part(mail, "plain") == "Hello – 강제노동\n.\nFrom me"
    assert b"\nFrom me" not in message(LETTER, HEAD), "a mailbox file would take it for another mail"
    assert part(mail, "html") == "<p>Hello – 강제노동</p>"


def test_the_same_mail_is_the_same_bytes() -> None:
    assert message(LETTER, HEAD) == message(replace(LETTER), HEAD)


def test_a_mail_is_seven_bit_with_network_line_ends_and_short_lines() -> None:
    letter = replace(
        LETTER, text=[lines("word " * 2_000)], html=[lines("<p>" + "ж" * 5_000 + "</p>")], subject="語" * 400
    )
    mail = message(letter, HEAD)
    assert mail.isascii()
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    assert part(read(mail), "plain") == "word " * 2_000
    assert read(mail)["Subject"] == "語" * 400


@pytest.mark.parametrize(
    "evil", ["one\r\nBcc: all@example.org", "one\nBcc: all@example.org", "one\rBcc: x@example.org"]
)
def test_no_line_end_gets_into_a_header(evil: str) -> None:
    for letter in (
        replace(LETTER, subject=evil),
        replace(LETTER, message_id=f"<{evil}>"),
        replace(LETTER, recipient=f"ana@example.org{evil}"),
        replace(LETTER, way_out=WayOut("https://example.org/" + evil, "mailto:a@example.org")),
    ):
        with pytest.raises(ValueError, match=r".+"):
            message(letter, HEAD)
    with pytest.raises(ValueError, match=r".+"):
        message(LETTER, replace(HEAD, organisation=evil))


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))
    )
)
def test_pieces_encoded_apart_are_the_whole_encoded(texts: list[str]) -> None:
    pieces = [lines(text) for text in texts]
    whole = "".join(piece.text for piece in pieces)
    assert b"".join(piece.encoded for piece in pieces) == quoted_printable(whole)
    assert part(read(message(replace(LETTER, text=pieces), HEAD)), "plain").rstrip("\n") == whole.rstrip("\n")


Keys = tuple[Path, bytes]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """A key file made for these tests alone, and the DNS record that belongs to it."""
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    key = rsa.generate_private_key(65537, 1024)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return path, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def test_the_signature_holds_and_covers_both_ways_out(keys: Keys) -> None:
    mail = Signer(keys[0], "s1", HEAD).sign(message(LETTER, HEAD))
    assert dkim.verify(mail, dnsfunc=lambda name, **_: keys[1] if name == b"s1._domainkey.example.org." else None)
    assert read(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    signed = re.sub(rb"\s", b"", mail.split(b"h=")[1].split(b";")[0]).split(b":")
    for name in (b"from", b"subject", b"to", b"list-unsubscribe", b"list-unsubscribe-post"):
        assert signed.count(name) == 2, name


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.replace(b"unsubscribe?token=3Dleave", b"x") + b"x",
        lambda mail: mail.replace(b"List-Unsubscribe: <https://vigilex", b"List-Unsubscribe: <https://elsewhere"),
        lambda mail: mail.replace(b"\r\nDate:", b"\r\nList-Unsubscribe: <https://elsewhere.example/>\r\nDate:"),
        lambda mail: mail.replace(b"\r\nDate:", b"\r\nSubject: another\r\nDate:"),
    ],
)
def test_a_changed_mail_or_an_added_header_breaks_the_signature(keys: Keys, change) -> None:  # type: ignore[no-untyped-def]
    mail = Signer(keys[0], "s1", HEAD).sign(message(LETTER, HEAD))
    assert change(mail) != mail
    assert not dkim.verify(change(mail), dnsfunc=lambda *_, **__: keys[1])


def test_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("hello")
    with pytest.raises(KeyProblem, match=r"no\.pem"):
        Signer(tmp_path / "no.pem", "s1", HEAD)
    with pytest.raises(KeyProblem, match=r"gone\.pem"):
        Signer(tmp_path / "gone.pem", "s1", HEAD)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base_url": "http://vigilex.example.org"}, "base_url"),
        ({"base_url": "https://127.0.0.1:8000"}, "base_url"),
        ({"base_url": "https://localhost"}, "base_url"),
        ({"base_url": "https://[::1]:8000"}, "base_url"),
        ({"postal_address": " "}, "organisation.postal_address"),
        ({"contact": ""}, "organisation.contact"),
    ],
)
def test_no_mail_goes_out_before_readers_can_reach_and_know_us(change: dict[str, str], said: str) -> None:
    assert not_ready(HEAD) is None
    assert said in (not_ready(replace(HEAD, **change)) or "")
