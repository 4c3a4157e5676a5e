"""Text in the one form that word lists are compared with, and the way back to the characters of the original."""

import re
import unicodedata
from bisect import bisect_right

# One character to one character, so that offsets stay: apostrophes, hyphens and white space part words.
_SINGLE = {ord(char): " " for char in "\t\n\r\x0b\x0c\x85\xa0\u2028\u2029\u202f\u3000'’‘`´-‐‑‒–—−_/|·•"}
_SINGLE |= dict.fromkeys(range(8192, 8203), " ")
# Arabic letters that writers use for each other.
_SINGLE |= {ord(char): "ا" for char in "أإآٱ"} | {ord("ى"): "ي", ord("ی"): "ي", ord("ک"): "ك"}
_EACH_SINGLE = tuple((chr(char), to) for char, to in _SINGLE.items())
_ASCII_SINGLE = tuple(pair for pair in _EACH_SINGLE if pair[0].isascii())
# Nearly all texts have no others, and one search tells those that have.
_USUAL = "\xa0’‘–—\u202f\u3000·•أإآٱىیک"
_USUAL_SINGLE = tuple(pair for pair in _EACH_SINGLE if pair[0].isascii() or pair[0] in _USUAL)
_UNUSUAL = "".join(re.escape(char) for char, _ in _EACH_SINGLE if not char.isascii() and char not in _USUAL)
_SEPARATORS = "".join(re.escape(chr(char)) for char, to in _SINGLE.items() if to == " ") + " "
# What changes the number of characters besides runs of separators, and is rare: markup left in a text, half characters,
# invisible and control characters, Arabic vowel signs, letters followed by combining marks (decomposed text; nobody
# writes thirty on one letter).
_MARKUP = r"(?:<[a-zA-Z/!][^<>]{0,300}>|&nbsp;|&#160;)"
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
    "\u0640\u064b-\u0652\ud800-\udfff"
)
_RARE = re.compile(f"[{_UNSEEN}{_UNUSUAL}\u0300-\u036f]|{_MARKUP}")
_UNEVEN = re.compile(
    f"[{_SEPARATORS}]*(?:{_MARKUP}[{_SEPARATORS}]*)+|[{_SEPARATORS}]{{2,}}|[{_UNSEEN}]+"
    "|[^\u0300-\u036f][\u0300-\u036f]{1,30}"
)
_BLANKS = re.compile("  +")


class Folded:
    """``text`` is lower case, composed (NFC), with single blanks between words and nothing invisible."""

    __slots__ = ("_offsets", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._offsets = _Offsets(original)
        rare = self._offsets.rare
        self.text = _lower(
            _each_even(_UNEVEN.sub(_replacement, original)) if rare else _single_blanks(_usual_even(original))
        )

    def until(self, end: int) -> "Folded":
        """The first ``end`` characters of the folded text; offsets of both are the same."""
        part = Folded.__new__(Folded)
        part.original, part.text, part._offsets = self.original, self.text[:end], self._offsets
        return part

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` of the folded text stand in the original."""
        origin = self._offsets.origin
        return origin(start), origin(end - 1) + 1 if end > start else origin(start)


class _Offsets:
    """The way back from folded text; looked for when somebody asks, since most texts hold nothing of ours."""

    __slots__ = ("_found", "_original", "rare")

    def __init__(self, original: str) -> None:
        self._original = original
        self._found: tuple[list[int], list[int]] | None = None
        self.rare = _RARE.search(original) is not None

    def origin(self, position: int) -> int:
        """The place in the original of one character of the folded text."""
        folded_at, shifts = self._found = self._found or self._shifts()
        at = bisect_right(folded_at, position)
        return position + (shifts[at - 1] if at else 0)

    def _shifts(self) -> tuple[list[int], list[int]]:
        """From which places of the folded text on, and how many characters behind the original it is."""
        folded_at: list[int] = []
        shifts: list[int] = []
        shift = 0
        for found in _UNEVEN.finditer(self._original) if self.rare else _BLANKS.finditer(_usual_even(self._original)):
            new = len(_replacement(found)) if self.rare else 1
            folded_at.append(found.start() - shift + new)
            shift += found.end() - found.start() - new
            shifts.append(shift)
        return folded_at, shifts


def _usual_even(text: str) -> str:
    """The same characters, one for one. Replacing is many times as fast as ``str.translate``, which asks a table."""
    for char, to in _ASCII_SINGLE if text.isascii() else _USUAL_SINGLE:
        text = text.replace(char, to)
    return text


def _each_even(text: str) -> str:
    for char, to in _EACH_SINGLE:
        text = text.replace(char, to)
    return text


def _single_blanks(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _replacement(found: re.Match[str]) -> str:
    run = found[0]
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
