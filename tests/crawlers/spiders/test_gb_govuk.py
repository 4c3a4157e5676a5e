import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.spiders.gb_govuk import GbGovukSpider
from model.payload import Payload

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ITEM = {
    "base_path": "/a",
    "content_id": "c",
    "locale": "en",
    "schema_name": "publication",
    "document_type": "guidance",
    "title": "A",
    "details": {},
}


def test_each_search_is_bounded_by_the_given_day() -> None:
    for ask in GbGovukSpider.asks(NOW, date(2026, 11, 1)):
        assert urlsplit(ask.url).hostname in GbGovukSpider.source.hosts
        assert parse_qs(urlsplit(ask.url).query)["filter_public_timestamp"] == ["from:2026-11-01"]


@pytest.mark.parametrize(
    "body",
    [
        "<div>Words.</div>",
        [{"content_type": "text/html", "content": "<div>Words.</div>"}],
        [{"content_type": "text/govspeak", "content": "raw"}, {"content_type": "text/html", "content": "Words."}],
    ],
)
def test_a_body_is_read_in_each_of_its_forms(body: object) -> None:
    payload = Payload(json.dumps({**ITEM, "details": {"body": body}}).encode())
    assert GbGovukSpider.read(payload).publications[0].text == "Words."


def test_a_stage_of_a_consultation_follows_the_stage_before() -> None:
    former = {}
    for kind in ("open_consultation", "closed_consultation", "consultation_outcome"):
        payload = Payload(json.dumps({**ITEM, "schema_name": "consultation", "document_type": kind}).encode())
        publication = GbGovukSpider.read(payload).publications[0]
        former[publication.native_id] = publication.follows
    assert former == {
        "c/en/open_consultation": None,
        "c/en/closed_consultation": "c/en/open_consultation",
        "c/en/consultation_outcome": "c/en/closed_consultation",
    }


@pytest.mark.parametrize("total", [2, 1])
def test_a_search_goes_on_only_while_there_are_more_rows(total: int) -> None:
    answer = {"results": [{"link": "/a", "title": "A"}], "total": total, "start": 0}
    reading = GbGovukSpider.read(
        Payload(json.dumps(answer).encode(), url="https://www.gov.uk/api/search.json?q=a&start=0")
    )
    assert ("https://www.gov.uk/api/search.json?q=a&start=1" in [ask.url for ask in reading.asks]) is (total > 1)
