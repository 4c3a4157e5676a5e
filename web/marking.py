"""A text and the words in it that gave the tags: cut into pieces, so that a page can mark them. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from model.tags import Evidence

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters. ``mark`` is the number of the mark that it belongs to, None outside of all; the ``first``
    piece of a mark bears its anchor."""

    text: str
    mark: int | None = None
    first: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its marks (start, end in characters), in order and without overlap; they are counted from 1."""

    text: str
    spans: tuple[Span, ...] = ()

    def number(self, start: int) -> int | None:
        """The number of the mark that holds the character at ``start``."""
        at = bisect_right(self.spans, start, key=lambda span: span[0])
        return at if at and start < self.spans[at - 1][1] else None

    def lines(self, end: int | None = None) -> tuple[Line, ...]:
        """The lines of the text (up to ``end``) that hold anything, each cut at its marks."""
        return tuple(line for start, stop in _lines(self.text, end) if (line := self._line(start, stop)))

    def _line(self, start: int, stop: int) -> Line:
        at = max(bisect_right(self.spans, start, key=lambda span: span[0]) - 1, 0)
        pieces, reached = [], start
        for number, (first, last) in enumerate(self.spans[at:], at + 1):
            if first >= stop:
                break
            begin, done = max(first, start), min(last, stop)
            if done > begin:
                pieces += [Piece(self.text[reached:begin]), Piece(self.text[begin:done], number, begin == first)]
                reached = done
        pieces.append(Piece(self.text[reached:stop]))
        return tuple(piece for piece in pieces if piece.text)


def marked(text: str, evidence: Iterable[Evidence]) -> Marked:
    """``text`` with the words of ``evidence`` marked; what does not stand where it says is left out."""
    return Marked(text, tuple(_joined(sorted(_span(one) for one in evidence if stands(text, one)))))


def stands(text: str, one: Evidence) -> bool:
    """Whether the words of ``one`` stand in ``text`` where it says."""
    return one.start >= 0 and bool(one.words) and text[one.start : one.end] == one.words


def end_within(text: str, room: int) -> int:
    """Where to cut ``text`` so that its beginning has at most ``room`` bytes of UTF-8: after a line, else a word."""
    start = text.encode("utf-8")[:room].decode("utf-8", "ignore")
    if len(start) == len(text):
        return len(text)
    near = len(start) * 3 // 4
    return next((at for end in "\n ." if (at := start.rfind(end)) >= near), len(start))


def _span(one: Evidence) -> Span:
    return one.start, one.end


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Overlapping spans as one."""
    open_: Span | None = None
    for start, end in spans:
        if open_ and start < open_[1]:
            open_ = (open_[0], max(end, open_[1]))
            continue
        if open_:
            yield open_
        open_ = (start, end)
    if open_:
        yield open_


def _lines(text: str, end: int | None) -> Iterator[Span]:
    start, last = 0, len(text) if end is None else end
    while start < last:
        stop = text.find("\n", start, last)
        stop = last if stop < 0 else stop
        yield start, stop
        start = stop + 1
