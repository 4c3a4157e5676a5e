"""Where the terms of word lists stand in a text: an automaton finds candidates, spaCy decides on windows around them.

Tokenising is nearly the whole cost of matching, and most texts hold none of our words. So the automaton reads the
whole text, and only the words that a candidate touches are tokenised. Such windows are cut at blanks, where spaCy cuts
too: reading the whole text with spaCy gives the same findings, only slowly. Languages repeat themselves ("forced
labour," "forced labour."), so what was decided of a window is remembered for a while.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import spacy
from ahocorasick_rs import AhoCorasick
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from extractors.folding import Folded
from extractors.wordlists import Entry

# No word is longer: where no blank is near, as in Chinese, the window ends so many characters before and after the hit.
WINDOW = 80
# Some megabytes of windows; a day's texts hold fewer.
_REMEMBERED = 20_000


class Finding(NamedTuple):
    """One entry where it stands: folded offsets in the title or the text."""

    entry: Entry
    start: int
    end: int
    title: bool = False


@cache
def _language() -> Language:
    return spacy.blank("xx")


class Finder:
    """Finds the entries it was made with."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        by_literal: dict[str, list[tuple[int, Entry]]] = {}
        for number, entry in enumerate(self.entries):
            by_literal.setdefault(entry.literal, []).append((number, entry))
        self._literals = tuple(_Literal.of(terms) for terms in by_literal.values())
        self._automaton = AhoCorasick(list(by_literal))

    def touches(self, folded: Folded) -> bool:
        """Whether the text holds the letters of any entry: if not, there is nothing to find."""
        return bool(self._automaton.find_matches_as_indexes(folded.text))

    def find(self, folded: Folded, *, title: bool = False) -> list[Finding]:
        """All findings by place; the longer first where two begin together."""
        text = folded.text
        found: set[tuple[int, int, int]] = set()
        for place, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            literal = self._literals[place]
            for number in literal.anywhere:
                found.add((start, -end, number))
            for terms in literal.groups:
                if terms.starred or not _inside_word(text, start, end):
                    left, right = _window(text, start, end, terms.further)
                    cut = left > 0 and text[left - 1] != " "
                    for first, last, number in _decided(terms, text[left:right]):
                        # Where the window begins within a word, nobody knows what begins there.
                        if left + first < end and left + last > start and (first or not cut):
                            found.add((left + first, -left - last, number))
        entries = self.entries
        return [
            Finding(entry, start, -end, title)
            for start, end, number in sorted(found)
            if not (entry := entries[number]).capitals or as_written(folded, entry, start, -end)
        ]


@dataclass(frozen=True, eq=False, slots=True)
class _Terms:
    """Entries of one literal with their numbers, with or without stars.

    ``further`` is how many words they may reach beyond those that a hit touches.
    """

    entries: tuple[tuple[int, Entry], ...]
    starred: bool
    further: int


@dataclass(frozen=True, slots=True)
class _Literal:
    """What a hit of the automaton may mean: entries that are matched anywhere, and those that spaCy decides on."""

    anywhere: tuple[int, ...]
    groups: tuple[_Terms, ...]

    @classmethod
    def of(cls, terms: Sequence[tuple[int, Entry]]) -> "_Literal":
        words = [term for term in terms if not term[1].anywhere]
        plain = tuple(term for term in words if not term[1].starred)
        starred = tuple(term for term in words if term[1].starred)
        groups = [_Terms(plain, False, 0)] if plain else []
        if starred:
            groups.append(_Terms(starred, True, max(len(entry.words) for _, entry in starred) - 1))
        return cls(tuple(number for number, entry in terms if entry.anywhere), tuple(groups))


def _window(text: str, start: int, end: int, further: int) -> tuple[int, int]:
    """From blank to blank around a hit, with ``further`` words more on either side."""
    first = start - WINDOW if start > WINDOW else 0
    last = end + WINDOW
    left, right = start, end - 1
    for _ in range(further + 1):
        left = text.rfind(" ", first, left) if left > first else -1
        right = text.find(" ", right + 1, last)
        if left < 0:
            left = first - 1
        if right < 0:
            right = last
    return left + 1, right


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether letters stand beside a hit: most hits of short terms, told without spaCy."""
    return (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())


@lru_cache(maxsize=_REMEMBERED)
def _decided(terms: _Terms, window: str) -> tuple[tuple[int, int, int], ...]:
    """What spaCy finds among the words of a window: (start, end, number).

    spaCy forgets the words again, since its vocabulary would grow with every text.
    """
    matchers = [(number, matcher_of(entry)) for number, entry in terms.entries]
    with _language().memory_zone():
        words = tokens(window)
        return tuple(
            (span.start_char, span.end_char, number)
            for number, matcher in matchers
            for span in matcher(words, as_spans=True)
        )


def tokens(text: str) -> Doc:
    """The words of folded text as spaCy's language-neutral tokenizer parts them."""
    return _language().tokenizer(text)


@cache
def matcher_of(entry: Entry) -> Matcher:
    """spaCy's matcher for one entry of a script with word boundaries."""
    matcher = Matcher(_language().vocab)
    matcher.add("entry", [pattern_of(entry)])
    return matcher


def pattern_of(entry: Entry) -> list[dict[str, object]]:
    """The entry's words as spaCy matches them, token by token."""
    return [token for word in entry.words for token in _tokens(word)]


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
