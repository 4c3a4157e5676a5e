"""Text to the words that search compares, and back to the places where they stand. No spaCy here.

- Compatibility forms are unified (NFKC), case and accents folded: ``Überwachung`` is ``uberwachung``, ``ﬁne`` ``fine``.
- Scripts without blanks between words (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) become pairs of
  characters, and the last character of a run stands alone as well, so that each character begins a term:
  ``強制労働`` is ``強制 制労 労働 働``.
- Everything else is split at whatever is no letter, digit or mark: ``C-190/24`` is ``c 190 24``.

The same holds for texts and for queries; only the lonely last character is left out where a query ends.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Letters that have no decomposition but that people type without their stroke.
_STROKES = str.maketrans(
    {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_MARKS_FOLDED_BELOW = 0x0700  # Latin, Greek, Cyrillic, Hebrew, Arabic; in Thai or Devanagari marks are vowels


def _marks() -> str:
    """The combining marks, for a character class (``\\w`` knows letters and digits alone)."""
    blocks = ((0x300, 0x1E00), (0x20D0, 0x2100), (0x302A, 0x309B), (0xA66F, 0xAC00), (0xFE20, 0xFE30))
    return "".join(chr(c) for start, end in blocks for c in range(start, end) if unicodedata.category(chr(c))[0] == "M")


_DENSE_RANGES = (
    "\u0e00-\u0e3a\u0e40-\u0e7f"  # Thai
    "\u0e80-\u0eff\u1000-\u109f\u1780-\u17d3"  # Lao, Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff"  # Hangul
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # radicals, kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uffa0-\uffdc"  # Han, half-width kana and Hangul
    "\U00020000-\U0003ffff"
)
_LETTER = f"(?:[^\\W_]|[{_marks()}])"
_TERM = re.compile(f"{_LETTER}+")
_RUN = re.compile(f"(?P<dense>[{_DENSE_RANGES}]+)|(?:(?![{_DENSE_RANGES}]){_LETTER})+")
_JOINED_BEFORE = {"\uff9e", "\uff9f"}  # half-width voicing marks belong to the kana before them


@dataclass(frozen=True, slots=True)
class Word:
    """One term and where it stands in the original text.

    ``dense`` is true for scripts without blanks, ``last`` for the last character of a longer run, which stands alone.
    """

    term: str
    start: int
    end: int
    dense: bool = False
    last: bool = False


def words(text: str) -> Iterator[Word]:
    """The terms of ``text`` in their order."""
    for run in _RUN.finditer(text):
        if run["dense"] is None:
            for term in _terms(run[0]):
                yield Word(term, run.start(), run.end())
        else:
            yield from _pairs(run[0], run.start())


def normalise(text: str) -> str:
    """The terms of ``text``, a blank between them: what the index holds."""
    return " ".join(word.term for word in words(text))


def folded(text: str) -> str:
    """``text`` with case, accents and compatibility forms folded, nothing split: holds each term of it."""
    if text.isascii():
        return text.lower()
    return _without_accents(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=50_000)
def _terms(run: str) -> tuple[str, ...]:
    """The terms of one run; folding may bring forth a separator (``½`` is ``1⁄2``), hence several or none."""
    if run.isascii():
        return (run.lower(),)
    return tuple(_TERM.findall(folded(run)))


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    kept = (c for c in apart if ord(c) >= _MARKS_FOLDED_BELOW or not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", "".join(kept)).translate(_STROKES)


def _pairs(run: str, at: int) -> Iterator[Word]:
    places = list(_characters(run, at))
    for (one, start, _), (other, _, end) in pairwise(places):
        yield Word(one + other, start, end, dense=True)
    if places:
        yield Word(*places[-1], dense=True, last=len(places) > 1)


def _characters(run: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Each folded character with the place of the original one; one ligature gives several of the same place."""
    if unicodedata.is_normalized("NFKC", run):
        yield from ((c, at + i, at + i + 1) for i, c in enumerate(run))
        return
    start = 0
    while start < len(run):
        end = start + 1
        while end < len(run) and run[end] in _JOINED_BEFORE:
            end += 1
        yield from ((c, at + start, at + end) for c in unicodedata.normalize("NFKC", run[start:end]))
        start = end
