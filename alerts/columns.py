"""Plain text in columns, for mails as text. Wide characters (CJK) count two; an address is never broken."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

WIDTH = 72
_WIDE = ("W", "F")
_ADDRESS = re.compile(r"https?://|mailto:")


def fold(text: str, indent: str = "") -> str:
    """``text`` in lines of at most 72 columns, each after ``indent``.

    A word that is longer than a line is broken where scripts without blanks are, but an address keeps its line whole.
    """
    width = WIDTH - len(indent)
    kept: list[str] = []
    line: list[str] = []
    taken = 0
    for word in (piece for whole in text.split() for piece in _pieces(whole, width)):
        wide = columns(word)
        if line and taken + wide > width:
            kept.append(" ".join(line))
            line, taken = [], 0
        line.append(word)
        taken += wide + 1
    return "\n".join(indent + line for line in (*kept, " ".join(line)))


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word whole, or cut into pieces of ``width`` columns where it is longer and no address."""
    if columns(word) <= width or _ADDRESS.search(word):
        yield word
        return
    start = taken = 0
    for position, character in enumerate(word):
        wide = _columns(character)
        if taken + wide > width:
            yield word[start:position]
            start, taken = position, 0
        taken += wide
    yield word[start:]
