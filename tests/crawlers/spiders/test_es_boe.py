from datetime import UTC, date, datetime

from crawlers.spiders.es_boe import EsBoeSpider


def test_each_day_has_its_issue_and_midnight_is_that_of_madrid() -> None:
    asks = list(EsBoeSpider.asks(datetime(2026, 11, 16, 23, 30, tzinfo=UTC), date(2026, 11, 16)))
    assert [ask.url[-8:] for ask in asks] == ["20261116", "20261117"]
    assert all(ask.headers == {"Accept": "application/json"} for ask in asks)


def test_nothing_is_asked_of_days_to_come() -> None:
    assert list(EsBoeSpider.asks(datetime(2026, 11, 16, tzinfo=UTC), date(2026, 11, 20))) == []
