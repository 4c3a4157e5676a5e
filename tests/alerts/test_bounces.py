"""What comes back: who is gone, who is full, who wants to leave; and what must fool nobody."""

import mailbox
from pathlib import Path

import pytest

from alerts.bounces import Bounce, LeaveRequest, MailboxProblem, Weight, read_mailbox, returned, weight_of

LEAVE = "leave.7.1795996800.abcdefghijklmnopqrstuvwxyz234567"


def report(status: str, *, action: str = "failed", diagnostic: str = "", message_id: str = "<abc@example.org>",
           headers_only: bool = False) -> bytes:  # fmt: skip
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    body = "" if headers_only else "\r\nHello\r\n"
    diagnosis = f"Diagnostic-Code: smtp; {diagnostic}\r\n" if diagnostic else ""
    return (
        "From: MAILER-DAEMON@mail.example.net\r\nTo: updates@example.org\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; ana@example.net\r\nAction: {action}\r\nStatus: {status}\r\n{diagnosis}\r\n"
        f"--b1\r\nContent-Type: {kind}\r\n\r\nFrom: updates@example.org\r\nSubject: 3 new\r\n"
        f"Message-ID: {message_id}\r\n{body}"
        "--b1--\r\n"
    ).encode()


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_says_which_mail_of_ours_did_not_arrive(headers_only: bool) -> None:
    assert returned(report("5.1.1", headers_only=headers_only)) == Bounce("<abc@example.org>", Weight.HARD, "5.1.1")


@pytest.mark.parametrize(
    ("status", "weight"),
    [("5.1.1", Weight.HARD), ("5.1.2", Weight.HARD), ("5.1.10", Weight.HARD), ("5.2.1", Weight.HARD),
     ("5.2.2", Weight.SOFT), ("4.4.7", Weight.SOFT), ("5.0.0", Weight.SOFT), ("", Weight.SOFT),
     ("5.7.1", Weight.REFUSED), ("5.7.26", Weight.REFUSED), ("5.1.8", Weight.REFUSED)],
)  # fmt: skip
def test_only_an_address_that_is_gone_ends_at_once(status: str, weight: Weight) -> None:
    assert weight_of(status) is weight


def test_the_servers_own_words_outrank_a_status_that_says_nothing() -> None:
    found = returned(report("5.0.0", diagnostic="550 5.1.1 <ana@example.net>: user unknown"))
    assert found == Bounce("<abc@example.org>", Weight.HARD, "5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_delay_or_a_receipt_is_no_failure(action: str) -> None:
    assert returned(report("4.4.1", action=action)) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\r\n\r\nBack on Monday.\r\n",
        b"Subject: 550 5.1.1 user unknown\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nMessage-ID: <abc@example.org>\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\nnothing",
        report("5.1.1").replace(b"Message-ID: <abc@example.org>\r\n", b""),
        report("5.1.1").replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_report_tells_nothing(mail: bytes) -> None:
    assert returned(mail) is None


def test_a_mail_to_the_way_out_asks_to_leave() -> None:
    assert returned(f"From: ana@example.net\r\nSubject: {LEAVE}\r\n\r\n".encode()) == LeaveRequest(LEAVE)
    assert returned(f"Subject: Re: =?utf-8?q?x?= {LEAVE}\r\n\r\n".encode()) == LeaveRequest(LEAVE)


def test_all_usual_kinds_of_mailbox_are_read_and_left_as_they_are(tmp_path: Path) -> None:
    mails = [report("5.1.1"), report("4.4.7")]
    box = mailbox.mbox(tmp_path / "box")
    directory = mailbox.Maildir(tmp_path / "maildir")
    (tmp_path / "files").mkdir()
    for number, mail in enumerate(mails):
        box.add(mail)
        directory.add(mail)
        (tmp_path / "files" / f"{number}.eml").write_bytes(mail)
    box.close()
    (tmp_path / "files" / "notes.txt").write_text("not a mail")
    for name in ("box", "maildir", "files"):
        before = sorted(str(path) for path in (tmp_path / name).rglob("*"))
        found = {returned(mail) for mail in read_mailbox(tmp_path / name)}
        assert found == {
            Bounce("<abc@example.org>", Weight.HARD, "5.1.1"),
            Bounce("<abc@example.org>", Weight.SOFT, "4.4.7"),
        }
        assert sorted(str(path) for path in (tmp_path / name).rglob("*")) == before
    assert len(list(read_mailbox(tmp_path / "files" / "0.eml"))) == 1
    with pytest.raises(MailboxProblem, match="nowhere"):
        list(read_mailbox(tmp_path / "nowhere"))
