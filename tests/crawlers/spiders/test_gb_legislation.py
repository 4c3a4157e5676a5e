from datetime import UTC, date, datetime

import pytest

from crawlers.spiders.gb_legislation import GbLegislationSpider
from model.payload import Payload

_ACT = """<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation" IdURI="http://www.legislation.gov.uk/id/{id}">
<ukm:Metadata xmlns:ukm="http://www.legislation.gov.uk/namespaces/metadata" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>An Act</dc:title></ukm:Metadata>
<Primary><Body><P1><Pnumber>1</Pnumber><P1para><Text>Words.</Text></P1para></P1>
</Body></Primary></Legislation>"""


def _ids(native: str) -> tuple[str, str]:
    (publication,) = GbLegislationSpider.read(Payload(_ACT.format(id=native).encode())).publications
    return publication.native_id, publication.statements[0].code


@pytest.mark.parametrize(
    ("native", "whose"),
    [
        ("ukpga/2015/30", "GB"),
        ("eur/2016/679", "GB"),
        ("asp/2015/12", "GB-SCT"),
        ("sdsi/2026/9780111000000", "GB-SCT"),
        ("anaw/2015/6", "GB-WLS"),
        ("wsi/2021/1", "GB-WLS"),
        ("nia/2015/2", "GB-NIR"),
        ("nisi/1990/1511", "GB-NIR"),
        ("ukpga/Geo6/9-10/36", "GB"),
    ],
)
def test_the_type_of_an_act_tells_whose_law_it_is(native: str, whose: str) -> None:
    assert _ids(native) == (native, whose)


def test_a_visit_asks_for_news_for_changes_of_watched_acts_and_for_titles_over_https() -> None:
    urls = [ask.url for ask in GbLegislationSpider.asks(datetime(2026, 11, 22, tzinfo=UTC), date(2026, 11, 1))]
    assert urls[0] == "https://www.legislation.gov.uk/new/data.feed"
    assert any("/changes/affected/ukpga/2015/30/data.feed" in url for url in urls)
    assert "https://www.legislation.gov.uk/all/data.feed?title=human+trafficking" in urls
    assert all(url.startswith("https://www.legislation.gov.uk/") for url in urls)
