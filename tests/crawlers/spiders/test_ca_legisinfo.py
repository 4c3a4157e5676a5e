from datetime import UTC, date, datetime

import pytest

from crawlers.spiders.ca_legisinfo import CaLegisinfoSpider


@pytest.mark.parametrize(
    ("now", "session"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), "45-1"),
        (datetime(2023, 1, 1, tzinfo=UTC), "44-1"),
        (datetime(1990, 1, 1, tzinfo=UTC), "43-2"),
    ],
)
def test_the_session_that_sits_is_asked_for_in_one_call(now: datetime, session: str) -> None:
    (ask,) = CaLegisinfoSpider.asks(now, date(2026, 1, 1))
    assert ask.url == f"https://www.parl.ca/legisinfo/en/bills/json?parlsession={session}"
