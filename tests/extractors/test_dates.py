import pytest

from extractors.dates import iso_date, iso_moment


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-10-08", "2026-10-08"),
        ("2026-10-08T23:30:00-05:00", "2026-10-08"),
        ("20261008", "2026-10-08"),
        ("20261008T131218Z", "2026-10-08"),
        ("9999-12-31", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_kept_as_the_source_says_it(written: str | None, day: str | None) -> None:
    assert iso_date(written) == day


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-10-08T13:12:18+02:00", "2026-10-08T11:12:18Z"),
        ("2026-10-08T13:12:18.1234567Z", "2026-10-08T13:12:18Z"),
        ("20261008T131218Z", "2026-10-08T13:12:18Z"),
        ("/Date(1780272000000)/", "2026-06-01T00:00:00Z"),
        ("2026-10-08T13:12:18", "2026-10-08"),
        ("2026-10-08", "2026-10-08"),
        ("", None),
    ],
)
def test_a_time_with_a_zone_becomes_utc_and_one_without_its_day(written: str, moment: str | None) -> None:
    assert iso_moment(written) == moment


@pytest.mark.parametrize("written", ["yesterday", "32.13.2026", "2026-13-01"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        iso_date(written)
