"""What the key of the installation makes of persons and addresses: names that say nothing to anybody else. Pure."""

import hmac
import unicodedata


def address_hash(key: bytes, address: str) -> str:
    """The name of an address where the address itself must not stand; the same however its letters are written."""
    same = unicodedata.normalize("NFKC", address).strip().casefold()
    return hmac.digest(key, b"vigilex address\n" + same.encode("utf-8", "replace"), "sha256").hex()


def message_id(key: bytes, person: int, what: str, host: str) -> str:
    """The Message-ID of the mail that ``person`` gets for ``what`` ("weekly 2026-11-23"): the same at every try."""
    mac = hmac.digest(key, f"vigilex mail\n{person} {what}".encode(), "sha256").hex()[:40]
    return f"<{mac}@{host}>"
