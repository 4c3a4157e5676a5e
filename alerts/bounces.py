"""What comes back to the sender's mailbox: reports that a mail did not arrive (RFC 3464), and requests to leave.

The mailbox is a file of mails (mbox), a Maildir, or a folder of ``.eml`` files. Reading changes nothing in it; whoever
counts what is found counts each Message-ID once, so that the same mailbox may be read again and again.
"""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from enum import StrEnum
from pathlib import Path

from alerts.tokens import Purpose

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_LEAVE = re.compile(rf"\b{Purpose.LEAVE}\.[A-Za-z0-9-]{{1,64}}\.[0-9]{{1,12}}\.[a-z2-7]{{32}}\b", re.ASCII)
# No such mailbox, domain, system; moved without a new address; not valid; disabled. 5.1.7 and 5.1.8 are about us.
_HARD = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.9", "5.1.10", "5.2.1"}
_ABOUT_US = {"5.1.7", "5.1.8"}
_MOST_BYTES = 1_000_000


class Weight(StrEnum):
    """What a failed delivery says: the address is gone, it does not work now, or we are not wanted there."""

    HARD = "hard"
    SOFT = "soft"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One mail of ours that did not arrive. ``message_id`` with its brackets, as the report quotes our header."""

    message_id: str
    weight: Weight
    status: str


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """Somebody answered to the ``mailto:`` of List-Unsubscribe."""

    token: str


class MailboxProblem(Exception):
    """Raised where a mailbox cannot be read: one sentence with its path."""


def read_mailbox(path: Path) -> Iterator[bytes]:
    """The mails of an mbox file, a Maildir, a folder of ``.eml`` files or one ``.eml`` file. Raises MailboxProblem."""
    try:
        if not path.exists():
            raise MailboxProblem(f"There is no mailbox at {path}.")
        yield from _mails(path)
    except (OSError, mailbox.Error) as error:
        raise MailboxProblem(f"The mailbox {path} cannot be read: {error}.") from None


def _mails(path: Path) -> Iterator[bytes]:
    if path.is_file() and path.suffix == ".eml":
        yield path.read_bytes()
    elif path.is_file():
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                yield box.get_bytes(key)
        finally:
            box.close()
    else:
        # Not mailbox.Maildir: it would move mails from new to cur.
        files = [file for folder in (path, path / "new", path / "cur") if folder.is_dir() for file in folder.iterdir()]
        for file in sorted(files):
            if file.is_file() and (file.suffix == ".eml" or file.parent != path):
                yield file.read_bytes()


def returned(mail: bytes) -> Bounce | LeaveRequest | None:
    """What one mail of the mailbox tells us; None for one that tells nothing (answers of people, delays, receipts)."""
    if len(mail) > _MOST_BYTES:
        mail = mail[:_MOST_BYTES]
    parsed = message_from_bytes(mail, policy=compat32)
    if report := _report(parsed):
        return report
    found = _LEAVE.search(" ".join(str(parsed.get("Subject", "")).split()))
    return LeaveRequest(found[0]) if found else None


def _report(mail: Message) -> Bounce | None:
    """The failed delivery that an RFC 3464 report is about: one recipient a mail, as we send them."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    parts: list[Message] = [part for part in mail.walk() if part is not mail]
    fields = [
        block for part in parts if part.get_content_type() == "message/delivery-status" for block in _blocks(part)
    ]
    failed = [block for block in fields if str(block.get("Action", "")).strip().lower() == "failed"]
    message_id = _original_id(parts)
    if not failed or not message_id:
        return None
    status = _status(failed[0])
    return Bounce(message_id, weight_of(status), status)


def weight_of(status: str) -> Weight:
    """What an enhanced status code (RFC 3463) of a failed delivery says.

    A policy against us (5.7.x) is no fault of the address; a full mailbox may be emptied.
    """
    if status in _HARD:
        return Weight.HARD
    if status.startswith("5.7.") or status in _ABOUT_US:
        return Weight.REFUSED
    return Weight.SOFT


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _status(block: Message) -> str:
    """The status of a recipient; the server's own words where they say more than "5.0.0"."""
    found = _STATUS.search(str(block.get("Status", "")))
    said = _STATUS.search(str(block.get("Diagnostic-Code", "")))
    if found and not found[0].endswith(".0.0"):
        return found[0]
    return said[0] if said else found[0] if found else ""


def _original_id(parts: list[Message]) -> str | None:
    """The Message-ID of the mail that the report gives back, whole or as its headers."""
    for part in parts:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            headers = inner[0] if isinstance(inner, list) and inner else None
        elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            raw = part.get_payload(decode=True)
            headers = message_from_bytes(raw, policy=compat32) if isinstance(raw, bytes) else None
        else:
            continue
        if isinstance(headers, Message) and (found := _MESSAGE_ID.search(str(headers.get("Message-ID", "")))):
            return found[0]
    return None
