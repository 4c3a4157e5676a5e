"""Mail addresses that people type."""

import re

import idna

from model.texts import _

# RFC 5321 "dot-string"; quoted local parts exist on paper only, and letters beyond ASCII need SMTPUTF8 on every hop.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])", re.ASCII)


class NoAddress(Exception):
    """Raised for what is no mail address: one sentence for the person who typed it."""


def address(text: str) -> str:
    """The address that ``text`` is, its domain in lower-case ASCII. Raises NoAddress.

    >>> address(" Ana.Perez@EXAMPLE.org ")
    'Ana.Perez@example.org'
    """
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise NoAddress(_("This is no mail address: it has no @."))
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise NoAddress(_("This is no mail address that we can write to: please check what stands before the @."))
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        ascii_domain = ""
    if not _DOMAIN.fullmatch(ascii_domain):
        raise NoAddress(_("This is no mail address: please check what stands after the @."))
    return f"{local}@{ascii_domain}"
