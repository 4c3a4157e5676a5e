"""What changed between two texts, in words that a person reads. Pure and fast for texts of any size.

Lines are compared first, then the words of the lines that differ. Both are aligned at what occurs once on each side
(patience), so that the work grows with the length and not with its square; only short stretches without such an anchor
are compared in full.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Op = Literal["equal", "insert", "delete"]

_SMALL = 10_000  # cells of a table that is compared in full
_CONTEXT = 12  # words of an equal stretch that are kept beside a change
_LONGEST = 1_000  # words of one inserted or deleted stretch that are kept


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words. ``count`` is its true number; ``words`` may hold fewer, with … where some are left out."""

    op: Op
    words: str
    count: int


def difference(before: str, after: str) -> tuple[Stretch, ...]:
    """The stretches that lead from ``before`` to ``after``; nothing where their words are the same."""
    old, new = before.split("\n"), after.split("\n")
    pieces: list[tuple[Op, Sequence[str]]] = []
    for op, lines, others in _aligned(old, new):
        if op == "equal":
            pieces.append(("equal", " ".join(lines).split()))
        else:
            pieces += _word_pieces(" ".join(lines).split(), " ".join(others).split())
    merged = _merged(pieces)
    if all(op == "equal" for op, _ in merged):
        return ()
    last = len(merged) - 1
    return tuple(_stretch(op, words, i == 0, i == last) for i, (op, words) in enumerate(merged))


def _word_pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Op, Sequence[str]]]:
    for op, words, others in _aligned(old, new):
        if op == "equal":
            yield "equal", words
        else:
            yield "delete", words
            yield "insert", others


def _merged(pieces: Sequence[tuple[Op, Sequence[str]]]) -> list[tuple[Op, list[str]]]:
    """Neighbours of one kind as one; between two equal stretches deletions come before insertions."""
    merged: list[tuple[Op, list[str]]] = []
    filled = ((op, words) for op, words in pieces if words)
    for equal, run in groupby(filled, key=lambda piece: piece[0] == "equal"):
        stretch = list(run)
        ops: tuple[Op, ...] = ("equal",) if equal else ("delete", "insert")
        for op in ops:
            if words := [word for kind, found in stretch if kind == op for word in found]:
                merged.append((op, words))
    return merged


def _stretch(op: Op, words: Sequence[str], first: bool, last: bool) -> Stretch:
    if op == "equal":
        head = [] if first else words[:_CONTEXT]
        tail = [] if last else words[-_CONTEXT:]
        kept = words if len(words) <= len(head) + len(tail) + 1 else [*head, "…", *tail]
    else:
        kept = words if len(words) <= _LONGEST else [*words[:_LONGEST], "…"]
    return Stretch(op, " ".join(kept), len(words))


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """``("equal", same, same)`` and ``("replace", old, new)`` in turn."""
    a = b = 0
    for start, other, size in [*_blocks(old, new), (len(old), len(new), 0)]:
        if start > a or other > b:
            yield "replace", old[a:start], new[b:other]
        if size:
            yield "equal", old[start : start + size], new[other : other + size]
        a, b = start + size, other + size


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Matching blocks (start in old, start in new, length), in order.

    Stretches between anchors are worked off from a stack, never by recursion.
    """
    found: list[tuple[int, int, int]] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        a0, a1, b0, b1 = todo.pop()
        head = _same(old, new, range(a0, a1), range(b0, b1))
        tail = _same(old, new, range(a1 - 1, a0 + head - 1, -1), range(b1 - 1, b0 + head - 1, -1))
        found += [block for block in ((a0, b0, head), (a1 - tail, b1 - tail, tail)) if block[2]]
        a0, a1, b0, b1 = a0 + head, a1 - tail, b0 + head, b1 - tail
        if a0 == a1 or b0 == b1:
            continue
        left, right = old[a0:a1], new[b0:b1]
        anchors = _anchors(left, right) or _anchors(_threes(left), _threes(right))
        if anchors:
            ends = [(a0 + a, b0 + b) for a, b in anchors]
            # Each stretch begins at its anchor, which then matches as its head.
            for (start, other), (end, other_end) in zip([(a0, b0), *ends], [*ends, (a1, b1)], strict=True):
                todo.append((start, end, other, other_end))
        elif (a1 - a0) * (b1 - b0) <= _SMALL:
            matcher = SequenceMatcher(None, left, right, autojunk=False)
            found += [(a0 + m.a, b0 + m.b, m.size) for m in matcher.get_matching_blocks() if m.size]
    return sorted(found)


def _same(old: Sequence[str], new: Sequence[str], left: range, right: range) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if old[a] != new[b]:
            break
        count += 1
    return count


def _threes(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Each word with the two after it: where single words repeat, three in a row seldom do."""
    return list(zip(words, words[1:], words[2:], strict=False))


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Positions of what occurs exactly once on both sides, the longest chain of them that rises on both."""
    in_old, in_new = Counter(old), Counter(new)
    where = {word: b for b, word in enumerate(new) if in_new[word] == 1}
    pairs = [(a, where[word]) for a, word in enumerate(old) if in_old[word] == 1 and word in where]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for i, (_, b) in enumerate(pairs):
        at = bisect_left(ends, b)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [b], [i]
    chain: list[tuple[int, int]] = []
    i = last[-1] if last else -1
    while i >= 0:
        chain.append(pairs[i])
        i = before[i]
    return chain[::-1]
