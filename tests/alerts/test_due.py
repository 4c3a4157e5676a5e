"""When runs are due: once each, whatever clocks and machines do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.due import due_day, immediate_due, moment_of
from model.subscription import Cadence

ZURICH = ZoneInfo("Europe/Zurich")
START = datetime(2026, 1, 1, tzinfo=UTC)


def due(now: str, cadence: Cadence, last: str | None, zone: ZoneInfo = ZURICH, since: datetime | None = START) -> str:
    day = due_day(
        datetime.fromisoformat(now).astimezone(UTC), zone, cadence, date.fromisoformat(last) if last else None, since
    )
    return day.isoformat() if day else "nothing"


@pytest.mark.parametrize(
    ("now", "cadence", "last", "expected"),
    [
        ("2026-11-23T06:59:59+01:00", Cadence.WEEKLY, "2026-11-16", "nothing"),
        ("2026-11-23T07:00:00+01:00", Cadence.WEEKLY, "2026-11-16", "2026-11-23"),
        ("2026-11-23T07:00:01+01:00", Cadence.WEEKLY, "2026-11-23", "nothing"),
        ("2026-11-24T12:00:00+01:00", Cadence.WEEKLY, "2026-11-16", "2026-11-23"),
        ("2026-12-09T12:00:00+01:00", Cadence.WEEKLY, "2026-11-16", "2026-12-07"),
        ("2026-11-23T05:00:00+01:00", Cadence.WEEKLY, "2026-11-23", "nothing"),  # the clock went back two hours
        ("2026-11-23T05:00:00+01:00", Cadence.DAILY, "2026-11-23", "nothing"),
        ("2026-11-24T09:00:00+01:00", Cadence.DAILY, "2026-11-22", "2026-11-24"),  # 26 hours down: one run
        ("2026-03-29T07:00:00+02:00", Cadence.DAILY, "2026-03-28", "2026-03-29"),  # clocks were put forward at 2
        ("2026-10-25T06:59:00+01:00", Cadence.DAILY, "2026-10-24", "nothing"),  # and back at 3
        ("2027-01-04T07:00:00+01:00", Cadence.WEEKLY, "2026-12-28", "2027-01-04"),  # after week 53
    ],
)
def test_a_run_is_due_from_its_local_hour_on_until_it_was_made(
    now: str, cadence: Cadence, last: str | None, expected: str
) -> None:
    assert due(now, cadence, last) == expected


def test_before_the_first_subscription_nothing_is_due() -> None:
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert due("2026-11-25T13:00:00Z", Cadence.WEEKLY, None, since=None) == "nothing"
    assert due("2026-11-25T13:00:00Z", Cadence.WEEKLY, None, since=wednesday) == "nothing"
    assert due("2026-11-30T06:00:00Z", Cadence.WEEKLY, None, since=wednesday) == "2026-11-30"


def test_an_hour_that_does_not_exist_or_exists_twice_has_one_moment() -> None:
    # Samoa had no 30 December 2011: its 07:00 is that of the 31st, so that two days never give two moments.
    apia = ZoneInfo("Pacific/Apia")
    assert moment_of(date(2011, 12, 30), apia) <= moment_of(date(2011, 12, 31), apia)
    assert moment_of(date(2026, 3, 29), ZURICH) == datetime(2026, 3, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
def test_in_three_years_of_half_hours_each_monday_and_each_day_is_due_once(zone: str) -> None:
    last: dict[Cadence, date | None] = {Cadence.DAILY: None, Cadence.WEEKLY: None}
    days: dict[Cadence, list[date]] = {Cadence.DAILY: [], Cadence.WEEKLY: []}
    now, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    while now < end:
        for cadence in last:
            if day := due_day(now, ZoneInfo(zone), cadence, last[cadence], START - timedelta(days=400)):
                last[cadence] = day
                days[cadence].append(day)
        now += timedelta(minutes=30 if 6 <= now.astimezone(ZoneInfo(zone)).hour < 8 else 180)
    for cadence, step in ((Cadence.DAILY, 1), (Cadence.WEEKLY, 7)):
        gaps = {later - earlier for earlier, later in pairwise(days[cadence])}
        assert gaps == {timedelta(days=step)}
    assert len(days[Cadence.WEEKLY]) in (156, 157, 158)


@settings(max_examples=200)
@given(st.lists(st.floats(-3, 60, allow_nan=False), min_size=1, max_size=40), st.sampled_from(list(Cadence)[1:]))
def test_whatever_the_clock_does_no_day_is_due_twice(steps: list[float], cadence: Cadence) -> None:
    now, last, done = START + timedelta(days=30), None, []
    for hours in steps:
        now += timedelta(hours=hours)
        if day := due_day(now, ZURICH, cadence, last, START):
            done.append(day)
            last = day
    assert done == sorted(set(done))


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0.1, False), (4.9, False), (5, True), (600, True), (-1, False), (-120, True)]
)
def test_an_immediate_mail_waits_five_minutes_after_the_last_whatever_became_of_the_clock(
    minutes: float, expected: bool
) -> None:
    assert immediate_due(START + timedelta(minutes=minutes), START) is expected
    assert immediate_due(START, None)
