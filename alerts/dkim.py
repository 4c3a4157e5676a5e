"""DKIM signatures (RFC 6376): the receiver can see that a mail is ours and that nobody changed its way out."""

from pathlib import Path

import dkim

from alerts.letterhead import Letterhead

# RFC 8058 wants both list headers covered. Each name stands once more than it occurs: nothing can be added unseen.
_SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"mime-version", b"content-type",
           b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"auto-submitted"]  # fmt: skip

_SAMPLE = b"From: a@example.org\r\n\r\n\r\n"


class KeyProblem(Exception):
    """Raised where the DKIM key cannot be used: one sentence with its path."""


class Signer:
    """Signs with the key file of one installation: an RSA private key in PEM."""

    def __init__(self, path: Path, selector: str, head: Letterhead) -> None:
        """Raises KeyProblem where the file cannot be read or holds no such key."""
        self._selector = selector.encode("ascii")
        self._domain = head.sender.rpartition("@")[2].encode("ascii")
        try:
            self._key = path.read_bytes()
            self.sign(_SAMPLE)
        except OSError as error:
            raise KeyProblem(f"The DKIM key {path} cannot be read: {error.strerror}.") from None
        except (dkim.DKIMException, dkim.UnparsableKeyError) as error:
            raise KeyProblem(f"The DKIM key {path} is no RSA private key in PEM: {error}.") from None

    def sign(self, mail: bytes) -> bytes:
        """``mail`` with its signature in front. The signature holds the time: sign once, before the mail is frozen."""
        signature: bytes = dkim.DKIM(mail).sign(
            self._selector, self._domain, self._key, canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_oversigned(mail),
        )  # fmt: skip
        return signature + mail

    def is_proved_by(self, record: str) -> bool:
        """Whether a receiver who finds ``record`` in the DNS under our selector accepts what we sign."""
        try:
            return bool(
                dkim.DKIM(self.sign(_SAMPLE)).verify(dnsfunc=lambda *_, **__: record.encode("ascii", "replace"))
            )
        except (dkim.DKIMException, ValueError):
            return False


def _oversigned(mail: bytes) -> list[bytes]:
    present = {line.partition(b":")[0].lower() for line in mail.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    return [name for name in _SIGNED for _ in range(2 if name in present else 1)]
