"""Text in the one form that word lists are compared with, and the way back to the characters of the original."""

import re
import unicodedata
from bisect import bisect_right

# One character to one character, so that offsets stay: apostrophes, hyphens and white space part words.
_SINGLE = {ord(char): " " for char in "\t\n\r\x0b\x0c\x85\xa0\u2028\u2029\u202f\u3000'’‘`´-‐‑‒–—−_/|·•"}
_SINGLE |= dict.fromkeys(range(8192, 8203), " ")
# Arabic letters that writers use for each other.
_SINGLE |= {ord(char): "ا" for char in "أإآٱ"} | {ord("ى"): "ي", ord("ی"): "ي", ord("ک"): "ك"}
_SEPARATORS = "".join(re.escape(chr(char)) for char, to in _SINGLE.items() if to == " ") + " "
# What changes the number of characters: runs of separators, markup left in a text, half characters, invisible and
# control characters, Arabic vowel signs, letters followed by combining marks (decomposed text).
_MARKUP = r"(?:<[a-zA-Z/!][^<>]{0,300}>|&nbsp;|&#160;)"
_UNEVEN = re.compile(
    f"[{_SEPARATORS}]*(?:{_MARKUP}[{_SEPARATORS}]*)+|[{_SEPARATORS}]{{2,}}"
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0640\u064b-\u0652\ud800-\udfff]+"
    "|[^\u0300-\u036f][\u0300-\u036f]+"
)


class Folded:
    """``text`` is lower case, composed (NFC), with single blanks between words and nothing invisible."""

    __slots__ = ("_folded_at", "_shifts", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._folded_at: list[int] = []
        self._shifts: list[int] = []
        even = self._evened(original) if not original.isascii() or _UNEVEN.search(original) else original
        self.text = _lower(even.translate(_SINGLE))

    def _evened(self, original: str) -> str:
        pieces: list[str] = []
        after = folded = shift = 0
        for found in _UNEVEN.finditer(original):
            new = _replacement(found[0])
            pieces += (original[after : found.start()], new)
            folded += found.start() - after + len(new)
            after = found.end()
            shift += len(found[0]) - len(new)
            self._folded_at.append(folded)
            self._shifts.append(shift)
        return "".join([*pieces, original[after:]]) if pieces else original

    def until(self, end: int) -> "Folded":
        """The first ``end`` characters of the folded text; offsets of both are the same."""
        part = Folded.__new__(Folded)
        part.original, part.text = self.original, self.text[:end]
        part._folded_at, part._shifts = self._folded_at, self._shifts
        return part

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` of the folded text stand in the original."""
        return self._origin(start), self._origin(end - 1) + 1 if end > start else self._origin(start)

    def _origin(self, position: int) -> int:
        at = bisect_right(self._folded_at, position)
        return position + (self._shifts[at - 1] if at else 0)


def _replacement(run: str) -> str:
    if run[0] in "<&" or run[0].isspace() or _SINGLE.get(ord(run[0])) == " ":
        return " "
    composed = unicodedata.normalize("NFC", run)
    return composed if composed[0].isprintable() and composed[0] not in _INVISIBLE else ""


_INVISIBLE = {chr(char) for char in (0xAD, 0x640, *range(0x64B, 0x653), *range(0x200B, 0x2010), 0xFEFF)}


def _lower(text: str) -> str:
    lower = text.lower()
    # A few letters grow when lowered (İ): those stay as they are, so that offsets hold.
    return (
        lower if len(lower) == len(text) else "".join(low if len(low := char.lower()) == 1 else char for char in text)
    )


def fold(term: str) -> str:
    """One term of a word list as it stands in folded text."""
    return " ".join(Folded(term).text.split())
