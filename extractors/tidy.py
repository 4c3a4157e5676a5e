"""Text as the store and every reader may have it: no control characters, no stray white space. Light to import."""

import re
import unicodedata

# Controls and format characters that no reader sees; line feed and tab are white space and stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff\xad]")
_SPACE = re.compile(r"[^\S\n]+")


def tidy(text: str) -> str:
    """Text for the store: NFC, no control characters, single blanks, no blank lines, nothing at the ends."""
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str | None) -> str:
    """A title or a name: tidy and on one line."""
    return " ".join(tidy(text or "").split("\n"))
