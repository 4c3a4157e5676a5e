"""A mail as bytes (RFC 5322, MIME), the same for the same input, written so that parts which many mails share are
encoded once.

``email.message`` writes the headers, which no text can break out of. The body is put together here: quoted-printable
works line by line, so the encodings of whole lines may simply be joined.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from alerts.letterhead import Letterhead

# Headers: lines of 78 where they can be folded. Never beyond 998, which would be no mail any more.
_FROM = re.compile(rb"(?m)^From ")
_POLICY = SMTP.clone(max_line_length=78, raise_on_defect=False)


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a text (each ends with a line feed), and the same as they go over the wire."""

    text: str
    encoded: bytes


def lines(text: str) -> Lines:
    """``text`` as whole lines; a line feed is added where the last one has none."""
    whole = text if text.endswith("\n") or not text else text + "\n"
    return Lines(whole, quoted_printable(whole))


def quoted_printable(text: str) -> bytes:
    """RFC 2045 quoted-printable with CRLF of a text in UTF-8.

    A "From " at the beginning of a line is written so that no mailbox file takes it for the next mail's: the ">" that
    some put before it would break the signature.
    """
    encoded = binascii.b2a_qp(text.replace("\n", "\r\n").encode("utf-8", "replace"), istext=True)
    return _FROM.sub(b"=46rom ", encoded) if b"From " in encoded else encoded


@dataclass(frozen=True, slots=True)
class WayOut:
    """How to leave without a page (RFC 2369, RFC 8058): an address for a POST, and one to write to."""

    url: str
    mailto: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one mail is made of. ``message_id`` with its angle brackets; ``date`` with a zone.

    ``way_out`` is None for a mail that belongs to no list: a link that somebody has asked for.
    """

    recipient: str
    subject: str
    text: Sequence[Lines]
    html: Sequence[Lines]
    message_id: str
    date: datetime
    way_out: WayOut | None = None


def message(letter: Letter, head: Letterhead) -> bytes:
    """The mail as it is sent: CRLF, 7-bit, no line beyond 998. Raises ValueError for a line end in a header."""
    boundary = "=_" + sha256(letter.message_id.encode()).hexdigest()[:32]
    parts = [
        _headers(letter, head, boundary),
        *_part(boundary, "plain", letter.text),
        *_part(boundary, "html", letter.html),
        f"--{boundary}--\r\n".encode(),
    ]
    return b"".join(parts)


def _headers(letter: Letter, head: Letterhead, boundary: str) -> bytes:
    mail = EmailMessage(_POLICY)
    mail["Date"] = letter.date
    mail["From"] = Address(head.name, addr_spec=head.sender)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = letter.subject
    if head.contact and "@" in head.contact and head.contact != head.sender:
        mail["Reply-To"] = Address(addr_spec=head.contact)
    # RFC 3834: no vacation notes, please. Exchange listens to its own header alone, old responders to Precedence.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    text = mail.as_bytes().removesuffix(b"\r\n")
    return text + _plain_headers(letter, head) + _mime_headers(boundary)


def _plain_headers(letter: Letter, head: Letterhead) -> bytes:
    """Headers of our own making in ASCII, never folded: some programs read folded ones wrongly."""
    values = [("Message-ID", letter.message_id)]
    if letter.way_out:
        values += [
            ("List-Id", f"Vigilex updates <updates.{head.host}>"),
            ("List-Unsubscribe", f"<{letter.way_out.url}>, <{letter.way_out.mailto}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "bulk"),
        ]
    for name, value in values:
        if not value.isascii() or not value.isprintable() or len(value) > 900:
            raise ValueError(f"{name} must be one line of ASCII")
    return "".join(f"{name}: {value}\r\n" for name, value in values).encode("ascii")


def _mime_headers(boundary: str) -> bytes:
    return (f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n').encode()


def _part(boundary: str, kind: str, body: Sequence[Lines]) -> Iterable[bytes]:
    kind_and_code = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    yield f"--{boundary}\r\n{kind_and_code}\r\n".encode()
    yield from (piece.encoded for piece in body)
