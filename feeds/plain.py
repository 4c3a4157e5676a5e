"""What came from elsewhere, as any feed may carry it: text without what XML or HTML forbid, addresses of the web."""

import html
import re
from functools import cache
from urllib.parse import quote, urlsplit, urlunsplit

import pycountry

# The store cleans what enters it; here goes what XML 1.0 (2.2) and HTML still forbid, whoever wrote it.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_MARKUP = re.compile(r"&(?P<name>#?\w+)|<(?=[A-Za-z/!?])")
_IN_ADDRESSES = ";/?:@&=+$.-_!~*'()%,#"
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


def plain(text: str) -> str:
    """Text without forbidden characters. U+FFFD, the mark of a broken character, becomes a question mark."""
    return _FORBIDDEN.sub("", text).replace("\ufffd", "?")


def looks_like_markup(text: str) -> bool:
    """Whether a reader could take parts of this text for tags or entities."""
    return any(map(_is_mistakable, _MARKUP.finditer(text)))


def unmistakable(text: str) -> str:
    """Text for a place where some readers expect text and others HTML: only what they could mistake is escaped."""
    return _MARKUP.sub(lambda found: html.escape(found[0]) if _is_mistakable(found) else found[0], text)


def _is_mistakable(found: re.Match[str]) -> bool:
    """Whether a browser or a validator reads this as a tag or an entity: ``&lt``, ``&#60``, but not ``AT&T``."""
    name = found["name"]
    if name is None or not name.isalpha():
        return True
    return any(html.unescape(written) != written for written in (f"&{name}", f"&{name};"))


def clipped(text: str, length: int) -> str:
    """The text, or its beginning up to a blank with an ellipsis."""
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(None, 1)[0]} …" if length else "…"


def address(url: str | None) -> str | None:
    """``url`` as RFC 3986 writes it, where it is an absolute address of the web; a payload may hold anything."""
    try:
        parts = urlsplit(plain(url or ""))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host) or parts.username is not None:
        return None
    path, query, fragment = (_encoded(part) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, path, query, fragment))


def _encoded(part: str) -> str:
    lonely = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part)
    return quote(lonely, safe=_IN_ADDRESSES).replace("#", "%23")


@cache
def language(code: str | None) -> str | None:
    """A language as ``xml:lang`` may name it; None for what is no ISO 639 code."""
    if not code or not re.fullmatch(r"[a-z]{2,3}", code):
        return None
    known = pycountry.languages.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code})
    return code if known else None


def direction(lang: str | None) -> str | None:
    """``rtl`` for languages written from right to left, else None."""
    return "rtl" if lang in _RIGHT_TO_LEFT else None
