"""The chart as numbers: true heights, months without holes, a scale that holds the highest bar."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.codes import Kind
from web.chart import FOOT, HEIGHT, TOP, chart, last_months

MONTHS = last_months(date(2026, 11, 22), 12)
FLOOR = HEIGHT - FOOT


def test_the_months_end_with_that_of_the_day() -> None:
    assert MONTHS[0] == "2025-12"
    assert MONTHS[-1] == "2026-11"
    assert last_months(date(2026, 1, 31), 2) == ("2025-12", "2026-01")


def test_a_month_without_updates_keeps_its_place() -> None:
    found = chart(MONTHS, {("2026-11", Kind.BILL): 2})
    assert [bar.total for bar in found.bars] == [0] * 11 + [2]
    assert found.kinds == ((1, Kind.BILL),)
    assert found.bars[0].x >= 8
    assert found.bars[-1].x + found.bars[-1].width <= 100


def test_what_lies_outside_of_the_months_is_not_counted() -> None:
    assert chart(MONTHS, {("2025-11", Kind.BILL): 5, ("2026-12", Kind.NEWS): 1}).total == 0


def test_a_kind_has_the_same_number_on_every_page() -> None:
    one = chart(MONTHS, {("2026-11", Kind.REPORT): 1})
    other = chart(MONTHS, {("2026-11", kind): 1 for kind in Kind})
    assert one.kinds[0] in other.kinds


@pytest.mark.parametrize("day", [date(2026, month, 1) for month in range(1, 13)])
def test_names_of_years_never_stand_side_by_side(day: date) -> None:
    years = [i for i, bar in enumerate(chart(last_months(day, 12), {}).bars) if bar.year]
    assert years
    assert all(later - earlier > 1 for earlier, later in pairwise(years))


@given(st.dictionaries(st.tuples(st.sampled_from(MONTHS), st.sampled_from(list(Kind))), st.integers(0, 10_000)))
def test_heights_are_true_and_stay_within_the_drawing(counts: dict[tuple[str, str], int]) -> None:
    found = chart(MONTHS, counts)
    assert found.total == sum(counts.values())
    top = found.ticks[-1].value
    assert top >= max(bar.total for bar in found.bars)
    for bar in found.bars:
        assert TOP <= bar.top <= FLOOR
        assert bar.total == sum(part.count for part in bar.segments)
        for part in bar.segments:
            assert part.height == pytest.approx((FLOOR - TOP) * part.count / top, abs=0.2)
