"""Handing mails over: to a relay by SMTP, or as files where none is set.

A sender answers in one of the ways of ``alerts.errors``; what a reply means is decided here, by the step of the
conversation and the enhanced code (RFC 3463), so that a fault of ours never costs a reader the subscription.
"""

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal, Protocol

from alerts.errors import AddressDead, AddressNotNow, SenderPause, TemporarySendError

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# 5.1.x is about the recipient, but for these two, which are about the sender's own address.
_ABOUT_THE_SENDER = {"5.1.7", "5.1.8"}
_MAILS_A_CONNECTION = 100
_STAMP = "%Y%m%dT%H%M%SZ"

Step = Literal["connect", "auth", "mail", "rcpt", "data"]


class Sender(Protocol):
    """Hands over one mail at a time. ``send`` returns once the mail is accepted, or raises an ``alerts.errors``."""

    says: str

    def send(self, recipient: str, mail: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our mail. ``tls`` is starttls, tls or none.

    ``patience`` is the longest wait for an answer in seconds, ``last_patience`` that for the answer after the text:
    whoever gives up early there sends the mail twice (RFC 1047, RFC 5321 4.5.3.2.6).
    """

    host: str
    port: int
    mail_from: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    patience: float = 60.0
    last_patience: float = 600.0


def reply_error(step: Step, code: int, words: str) -> AddressDead | SenderPause | TemporarySendError:
    """What a refusing reply means for the mail, for the address and for all further mails."""
    said = f"{code} {words}".strip()
    if code < 500:
        # 421: the server closes the conversation, whoever the mail is for.
        kind = AddressNotNow if step == "rcpt" and code != 421 else TemporarySendError
        return kind(f"the mail server answered at {step}: {said}")
    if step != "rcpt":
        return SenderPause(f"the mail server refuses us at {step}: {said}")
    found = _ENHANCED.search(words)
    status = found[0] if found else ""
    if status.startswith("5.7.") or status in _ABOUT_THE_SENDER:
        return SenderPause(f"the mail server refuses us at rcpt: {said}")
    if status.startswith("5.1."):
        return AddressDead(f"the mail server knows no such address: {said}")
    # A bare 550 may be "no such user" or "relaying denied": it must end nobody's subscription.
    return AddressNotNow(f"the mail server refuses this address for now: {said}")


class SmtpSender:
    """Sends through a relay and keeps the connection for the next mail."""

    def __init__(self, relay: Relay, context: ssl.SSLContext | None = None) -> None:
        self.relay = relay
        self.says = f"Mail goes out through {relay.host}:{relay.port}"
        self._context = context or ssl.create_default_context()
        self._client: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, recipient: str, mail: bytes) -> None:
        """Hands over one mail. ``mail`` has CRLF and is 7-bit.

        Raises AddressDead, SenderPause or TemporarySendError.
        """
        try:
            self._send(recipient, mail)
        except (AddressDead, TemporarySendError, SenderPause):
            self._reset()
            raise
        except (OSError, smtplib.SMTPException) as error:
            # After the text the fate of the mail is unknown: it is sent again, with the same Message-ID.
            self.close()
            raise self._broken(error) from None

    def try_out(self) -> None:
        """Connects, makes the way safe, logs in and takes leave: no mail is begun.

        Raises SenderPause or TemporarySendError.
        """
        try:
            self._client = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise self._broken(error) from None
        finally:
            self.close()

    def close(self) -> None:
        """Ends the conversation, politely where the server still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.sock:
                client.sock.settimeout(5)
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()

    def _send(self, recipient: str, mail: bytes) -> None:
        if self._sent >= _MAILS_A_CONNECTION:
            self.close()
        client = self._begun(mail)
        _check("rcpt", client.rcpt(recipient))
        _check("data", client.docmd("data"), wanted=354)
        self._wait(client, self.relay.last_patience)
        client.send(_dotted(mail))
        _check("data", client.getreply())
        self._wait(client, self.relay.patience)
        self._sent += 1

    def _begun(self, mail: bytes) -> smtplib.SMTP:
        """A conversation after MAIL. A kept connection that has died meanwhile is replaced: nothing was sent on it."""
        if self._client:
            try:
                reply = self._client.mail(self.relay.mail_from, [f"size={len(mail)}"] if self._knows_size() else [])
                if reply[0] != 421:
                    _check("mail", reply)
                    return self._client
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        self._client = client = self._connected()
        _check("mail", client.mail(self.relay.mail_from, [f"size={len(mail)}"] if self._knows_size() else []))
        return client

    def _knows_size(self) -> bool:
        return bool(self._client and self._client.has_extn("size"))

    def _connected(self) -> smtplib.SMTP:
        relay = self.relay
        self._sent = 0
        try:
            if relay.tls == "tls":
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    relay.host, relay.port, timeout=relay.patience, context=self._context
                )
            else:
                client = smtplib.SMTP(relay.host, relay.port, timeout=relay.patience)
        except smtplib.SMTPConnectError as error:
            raise reply_error("connect", error.smtp_code, _words(error.smtp_error)) from None
        except ssl.SSLCertVerificationError as error:
            raise self._untrusted(error) from None
        try:
            self._introduce(client)
        except BaseException:
            client.close()
            raise
        return client

    def _introduce(self, client: smtplib.SMTP) -> None:
        _check("connect", client.ehlo())
        if self.relay.tls == "starttls":
            if not client.has_extn("starttls"):
                raise SenderPause(
                    f"the mail server {self.relay.host} offers no STARTTLS: set smtp.tls to tls, or to none for "
                    "a relay that is reached on a safe path"
                )
            try:
                _check("connect", client.starttls(context=self._context))
            except ssl.SSLCertVerificationError as error:
                raise self._untrusted(error) from None
            _check("connect", client.ehlo())
        if self.relay.user:
            self._log_in(client)

    def _log_in(self, client: smtplib.SMTP) -> None:
        try:
            client.login(self.relay.user, self.relay.password)
        except smtplib.SMTPAuthenticationError as error:
            raise reply_error("auth", error.smtp_code, _words(error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError:
            raise SenderPause(f"the mail server {self.relay.host} offers no way to log in that we know") from None

    def _broken(self, error: Exception) -> TemporarySendError:
        return TemporarySendError(f"the connection to the mail server {self.relay.host} broke: {_plain(error)}")

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> SenderPause:
        return SenderPause(f"the certificate of the mail server {self.relay.host} is not valid: {error.verify_message}")

    def _reset(self) -> None:
        """Brings a refused conversation back to its beginning, or ends it."""
        if self._client is None:
            return
        try:
            if self._client.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()

    @staticmethod
    def _wait(client: smtplib.SMTP, seconds: float) -> None:
        if isinstance(client.sock, socket.socket):
            client.sock.settimeout(seconds)


def _check(step: Step, reply: tuple[int, bytes], wanted: int = 0) -> None:
    """Raises what a refusing reply means; ``wanted`` is the one code that lets the conversation go on."""
    code, words = reply
    if code == wanted or (not wanted and 200 <= code < 300):
        return
    if code == -1:
        raise smtplib.SMTPServerDisconnected("the server closed the connection")
    raise reply_error(step, code, _words(words))


def _words(words: bytes | str) -> str:
    """A reply on one line. Servers repeat the recipient in it, and no address may reach a table or a log."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    text = re.sub(r"[^\s<>@]+@[^\s<>@]+", "…", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _plain(error: Exception) -> str:
    return _words(str(error)) or type(error).__name__


def _dotted(mail: bytes) -> bytes:
    """The text as it goes over the wire (RFC 5321 4.5.2): dots doubled at line beginnings, and the end mark."""
    body = re.sub(rb"(?m)^\.", b"..", mail)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


class FileSender:
    """Writes each mail as ``<folder>/<stamp>-<id>.eml``. Sent again, a mail is the same file again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.says = f"No mail server is set (smtp.host): mails are written to {folder} and go to nobody"

    def send(self, recipient: str, mail: bytes) -> None:  # noqa: ARG002 - the mail names its recipient itself
        """Writes one mail. Raises TemporarySendError where the file cannot be written."""
        path = self.folder / eml_name(mail)
        unfinished = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(unfinished, "wb", opener=_private) as file:
                file.write(mail)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            raise TemporarySendError(f"{path} cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is kept open."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def eml_name(mail: bytes) -> str:
    """``20261123T060000Z-<first characters of the Message-ID>.eml``."""
    headers = BytesHeaderParser().parsebytes(mail)
    stamp = parsedate_to_datetime(headers["Date"]).astimezone(UTC).strftime(_STAMP)
    return f"{stamp}-{re.sub(r'[^A-Za-z0-9]', '', headers['Message-ID'].partition('@')[0])[:32]}.eml"


def eml_time(name: str) -> datetime | None:
    """When a mail was written, by the name that ``eml_name`` gave its file; None for any other name."""
    try:
        return datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def open_sender(relay: Relay | None, folder: Path, sending: Callable[[Relay], Sender] = SmtpSender) -> Sender:
    """The sender of an installation: its relay, or files in ``folder`` where it has none."""
    return sending(relay) if relay else FileSender(folder)
