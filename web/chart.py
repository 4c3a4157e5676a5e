"""A chart of updates a month by kind, as numbers for the template that draws it. Pure.

Widths are in percent of the drawing, so that it fits any screen while its letters keep their size; heights in pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from model.codes import Kind
from model.texts import _

HEIGHT, TOP, FOOT = 210, 22, 38
"""Pixels: of the whole, above the highest bar, and below the bars for the names of the months."""

_LEFT, _GAP = 8.0, 0.25  # percent left for the numbers of the scale; share of a month that stays empty
_ROUND = (1, 2, 4, 5, 10)


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a bar that one kind has; ``number`` is the kind's colour and pattern, 1 to 10."""

    kind: Kind
    number: int
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One month (``YYYY-MM``); ``year`` is written below where one begins. ``x``, ``width``, ``middle`` in percent."""

    month: str
    name: str
    year: str
    total: int
    x: float
    width: float
    middle: float
    top: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything to draw: bars by month, the scale, and the kinds that occur, each with its number."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    kinds: tuple[tuple[int, Kind], ...]
    total: int
    undated: int


def last_months(day: date, count: int) -> tuple[str, ...]:
    """The ``count`` months up to that of ``day``, as ``YYYY-MM``, oldest first."""
    latest = day.year * 12 + day.month - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(latest - count + 1, latest + 1))


def chart(months: Sequence[str], counts: Mapping[tuple[str, str], int], undated: int = 0) -> Chart:
    """The chart of ``counts`` by (month, kind) for these months; what lies outside of them is not in it."""
    kinds = [(i, kind) for i, kind in enumerate(Kind, 1) if any(counts.get((month, kind)) for month in months)]
    totals = [sum(counts.get((month, kind), 0) for _number, kind in kinds) for month in months]
    scale = _scale(max(totals, default=0))
    step = (100 - _LEFT) / len(months)
    bars = [
        _bar(months, i, _LEFT + i * step, step, _segments(month, counts, kinds, scale[-1]))
        for i, month in enumerate(months)
    ]
    ticks = tuple(Tick(value, _y(value, scale[-1])) for value in scale)
    return Chart(tuple(bars), ticks, tuple(kinds), sum(totals), undated)


def _bar(months: Sequence[str], i: int, x: float, step: float, segments: tuple[Segment, ...]) -> Bar:
    month = months[i]
    next_begins = month.endswith("-12") and len(months) > 1  # two years side by side would run together
    year = month[:4] if month.endswith("-01") or (i == 0 and not next_begins) else ""
    top = segments[-1].y if segments else HEIGHT - FOOT
    return Bar(
        month, _names()[int(month[5:]) - 1], year, sum(part.count for part in segments),
        round(x + step * _GAP / 2, 2), round(step * (1 - _GAP), 2), round(x + step / 2, 2), top, segments,
    )  # fmt: skip


def _segments(
    month: str, counts: Mapping[tuple[str, str], int], kinds: Sequence[tuple[int, Kind]], most: int
) -> tuple[Segment, ...]:
    """The parts of one bar, from the bottom up."""
    below, found = 0, []
    for number, kind in kinds:
        if count := counts.get((month, kind), 0):
            top = _y(below + count, most)
            found.append(Segment(kind, number, count, top, round(_y(below, most) - top, 1)))
            below += count
    return tuple(found)


def _scale(most: int) -> tuple[int, ...]:
    """Round numbers from 0 up to ``most`` or a little more."""
    power = 1
    while power * 10 < most:
        power *= 10
    top = next(power * step for step in _ROUND if power * step >= most)
    return (0, top // 2, top) if top % 2 == 0 else (0, top)


def _y(value: int, most: int) -> float:
    return round(HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * value / most, 1)


def _names() -> tuple[str, ...]:
    """The months, as short as below a narrow bar."""
    return (_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"), _("Jul"), _("Aug"), _("Sep"), _("Oct"),
            _("Nov"), _("Dec"))  # fmt: skip
