"""Passages: the places of a text that answer a query, cut by our own offsets, with the hits marked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.query import Term
from extractors.normalise import Word, folded, words

_MOST = 3
_AROUND = 100  # characters before the first and after the last hit of a passage
_LONGEST = 320


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text; ``marks`` are the hits in it (start, end), without overlap. … stands where words were cut."""

    text: str
    marks: tuple[tuple[int, int], ...]


def passages(text: str, wanted: Sequence[Term]) -> tuple[Passage, ...]:
    """The first places of ``text`` where one of ``wanted`` stands."""
    found: list[Passage] = []
    for start, end in _paragraphs(text):
        paragraph = text[start:end]
        if len(found) < _MOST and _may_hold(paragraph, wanted):
            found += _cut(paragraph, hits(paragraph, wanted))
    return tuple(found[:_MOST]) or tuple(_cut(text, hits(text, wanted))[:_MOST])


def opening(text: str) -> Passage | None:
    """The beginning of a text, where a query names no word of it."""
    return _passage(text, 0, min(len(text), _LONGEST), []) if text else None


def hits(text: str, wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in ``text``, in order, overlapping ones joined."""
    found = list(words(text))
    by_first: dict[str, list[Term]] = {}
    for term in wanted:
        by_first.setdefault(term.words[0], []).append(term)
    single = [term for term in wanted if len(term.words) == 1 and term.prefix]
    places = [
        (word.start, found[i + len(term.words) - 1].end)
        for i, word in enumerate(found)
        for term in [*by_first.get(word.term, ()), *single]
        if _stands_at(found, i, term)
    ]
    return _joined(sorted(places))


def _stands_at(found: Sequence[Word], i: int, term: Term) -> bool:
    here = [word.term for word in found[i : i + len(term.words)]]
    if len(here) < len(term.words) or here[:-1] != list(term.words[:-1]):
        return False
    return here[-1].startswith(term.words[-1]) if term.prefix else here[-1] == term.words[-1]


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _may_hold(paragraph: str, wanted: Sequence[Term]) -> bool:
    """A quick look before the words are cut: whether any term can stand here."""
    flat = folded(paragraph)
    return any(all(word in flat for word in term.words) for term in wanted)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _cut(text: str, places: Sequence[tuple[int, int]]) -> list[Passage]:
    """Passages around hits; hits that are near each other share one."""
    groups: list[list[tuple[int, int]]] = []
    for place in places:
        near = groups and place[1] - groups[-1][0][0] <= _LONGEST - 2 * _AROUND
        if near:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [_passage(text, group[0][0] - _AROUND, group[-1][1] + _AROUND, group) for group in groups[:_MOST]]


def _passage(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> Passage:
    start, end = _word_start(text, max(start, 0)), _word_end(text, min(end, len(text)))
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    piece = text[start:end].replace("\n", " ")
    return Passage(before + piece + after, tuple((first + shift, last + shift) for first, last in places))


def _word_start(text: str, at: int) -> int:
    """The beginning of the next word, where one is near."""
    blank = text.find(" ", at, at + 20) if at else -1
    return blank + 1 if blank >= 0 else at


def _word_end(text: str, at: int) -> int:
    blank = text.rfind(" ", at - 20, at) if at < len(text) else -1
    return blank if blank >= 0 else at
