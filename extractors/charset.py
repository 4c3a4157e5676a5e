"""Bytes to characters: the byte-order mark, the bytes, the document's own declaration and the header, weighed.

A header often repeats a server default and declarations are often wrong, so neither is believed alone:

1. a byte-order mark decides;
2. bytes beyond ASCII that are all valid UTF-8 are UTF-8, whatever is declared (other encodings hardly ever look so);
3. then the declaration in the document, then the header, if the bytes fit them;
4. windows-1252, which every byte sequence fits, as the HTML standard does for undeclared western pages.
"""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:<\?xml[^>]*?encoding|<meta[^>]*?charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.I)
# The Encoding Standard reads these labels as windows-1252: the C1 controls of ISO 8859-1 never occur in real pages.
_LATIN = {"iso8859-1", "latin-1", "ascii"}


def decode(body: bytes, content_type: str | None = None) -> str:
    """The characters of ``body``, without byte-order mark.

    ``content_type`` is the header as it came (``text/html; charset=iso-8859-1``) or None. Never raises: bytes that
    fit nothing become U+FFFD, which the caller may count.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide_without_mark(body):
        return body.decode(wide, "replace")
    if _is_utf8(body):
        return body.decode("utf-8", "ignore")
    for label in (_declared(body), _header(content_type)):
        if label and label != "utf-8":
            try:
                return body.decode(label)
            except UnicodeDecodeError:
                continue
    return body.decode("cp1252", "replace")


def _is_utf8(body: bytes) -> bool:
    """Valid UTF-8, allowing for a last character cut by a cut body."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and error.start >= len(body) - 3
        return cut and not body[: error.start].isascii()
    return True


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 without a mark shows as a NUL beside every ASCII character."""
    head = body[:64]
    if len(head) >= 4 and head[1::2].count(0) > len(head) // 3 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) // 3 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _declared(body: bytes) -> str | None:
    found = _DECLARED.search(body[:4096])
    return _codec(found[1].decode("ascii")) if found else None


def _header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _codec(found[1]) if found else None


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return "cp1252" if name in _LATIN else name
