"""Where the terms of word lists stand in a text: an automaton finds candidates, spaCy decides on windows around them.

Tokenising is nearly the whole cost of matching, and most texts hold none of our words. So the automaton reads the
whole text, and only the words around what it finds are tokenised. Windows are cut at blanks,
where spaCy cuts too: reading the whole text with spaCy gives the same findings, only slowly.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import spacy
from ahocorasick_rs import AhoCorasick
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from extractors.folding import Folded
from extractors.wordlists import Entry

# Conditions are terms of their own with windows of their own, so that a window holds the words of one term.
WINDOW = 40
# Dense hits make one window after another, each on its own short enough for spaCy.
_WIDEST = 5000


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry where it stands in the folded text."""

    entry: Entry
    start: int
    end: int


@cache
def _language() -> Language:
    return spacy.blank("xx")


class Finder:
    """Finds the entries it was made with."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        by_literal: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            by_literal.setdefault(entry.literal, []).append(number)
        self._literals = tuple(by_literal)
        self._numbers = tuple(tuple(numbers) for numbers in by_literal.values())
        self._automaton = AhoCorasick(list(self._literals))
        self._matchers: dict[int, Matcher] = {}

    def touches(self, folded: Folded) -> bool:
        """Whether the text holds the letters of any entry: if not, there is nothing to find."""
        return bool(self._automaton.find_matches_as_indexes(folded.text))

    def find(self, folded: Folded) -> list[Finding]:
        """All findings by place; the longer first where two begin together."""
        hits = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        found: set[tuple[int, int, int]] = set()
        for window in _windows(folded.text, hits):
            found |= self._decided(folded, window)
        ordered = sorted(found, key=lambda place: (place[0], -place[1], place[2]))
        return [Finding(self.entries[number], start, end) for start, end, number in ordered]

    def _decided(self, folded: Folded, window: "_Window") -> set[tuple[int, int, int]]:
        """Where entries truly stand in a window: (start, end, number)."""
        words: Doc | None = None
        found: set[tuple[int, int, int]] = set()
        for literal, start, end in window.hits:
            for number in self._numbers[literal]:
                entry = self.entries[number]
                places = [(start, end)]
                if not entry.anywhere:
                    if _inside_word(folded.text, entry, start, end):
                        continue
                    words = words if words is not None else tokens(folded.text[window.start : window.end])
                    places = self._spans(words, number, window.start, start, end)
                found |= {(*place, number) for place in places if as_written(folded, entry, *place)}
        return found

    def _spans(self, words: Doc, number: int, offset: int, start: int, end: int) -> list[tuple[int, int]]:
        """What the entry's matcher finds in the words that the hit touches and as many before and after as it has."""
        touched = words.char_span(start - offset, end - offset, alignment_mode="expand")
        if touched is None:
            return []
        matcher = self._matchers.get(number)
        if matcher is None:
            matcher = self._matchers[number] = matcher_of(self.entries[number])
        more = len(self.entries[number].words)
        around = words[max(0, touched.start - more) : touched.end + more]
        return [(offset + span.start_char, offset + span.end_char) for span in matcher(around, as_spans=True)]


@dataclass(frozen=True, slots=True)
class _Window:
    """``text[start:end]``, cut at blanks, and the automaton's hits in it: (literal, start, end)."""

    start: int
    end: int
    hits: list[tuple[int, int, int]]


def _windows(text: str, hits: Sequence[tuple[int, int, int]]) -> list[_Window]:
    """Windows around the hits, those that overlap made one."""
    windows: list[_Window] = []
    for hit in sorted(hits, key=lambda hit: hit[1]):
        left = text.rfind(" ", 0, max(0, hit[1] - WINDOW)) + 1
        right = text.find(" ", min(len(text), hit[2] + WINDOW))
        right = len(text) if right < 0 else right
        if windows and left <= windows[-1].end and right - windows[-1].start <= _WIDEST:
            last = windows[-1]
            last.hits.append(hit)
            windows[-1] = _Window(last.start, max(last.end, right), last.hits)
        else:
            windows.append(_Window(left, right, [hit]))
    return windows


def _inside_word(text: str, entry: Entry, start: int, end: int) -> bool:
    """Whether letters stand beside a hit where the entry allows none: most hits of short terms, told without spaCy."""
    if entry.starred:
        return False
    return (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())


def tokens(text: str) -> Doc:
    """The words of folded text as spaCy's language-neutral tokenizer parts them."""
    return _language().tokenizer(text)


def matcher_of(entry: Entry) -> Matcher:
    """spaCy's matcher for one entry of a script with word boundaries."""
    matcher = Matcher(_language().vocab)
    matcher.add("entry", [[token for word in entry.words for token in _tokens(word)]])
    return matcher


def _tokens(word: str) -> list[dict[str, object]]:
    if "*" not in word:
        return [{"ORTH": token.text} for token in tokens(word)]
    body = re.escape(word.strip("*"))
    return [{"ORTH": {"REGEX": f"{'' if word.startswith('*') else '^'}{body}{'' if word.endswith('*') else '$'}"}}]


def as_written(folded: Folded, entry: Entry, start: int, end: int) -> bool:
    """Whether a short form stands in the original in its own capitals."""
    if not entry.capitals:
        return True
    left, right = folded.span(start, end)
    return folded.original[left:right] == entry.capitals
