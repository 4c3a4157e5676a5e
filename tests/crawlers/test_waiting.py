"""Retry-After, as servers write it."""

from datetime import UTC, datetime

import pytest

from crawlers.waiting import LONGEST, USUAL, retry_after

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("999999999999999999999", LONGEST),
        ("Sun, 22 Nov 2026 09:02:00 GMT", 120),
        ("Sunday, 22-Nov-26 09:02:00 GMT", 120),
        ("Sun Nov 22 09:02:00 2026", 120),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("soon", USUAL),
        ("-5", USUAL),
        ("1.5", USUAL),
        ("²", USUAL),
        ("Sun, 99 Nov 2026 09:02:00 GMT", USUAL),
    ],
)
def test_seconds_and_dates_are_read_and_junk_means_the_usual_pause(value: str, seconds: int) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_without_the_header_nobody_asked() -> None:
    assert retry_after({}, NOW) is None
    assert retry_after({"retry-after": "  "}, NOW) is None


def test_a_date_counts_from_the_clock_of_the_one_who_sent_it() -> None:
    headers = {"retry-after": "Sun, 22 Nov 2026 12:02:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}
    assert retry_after(headers, NOW) == 120
