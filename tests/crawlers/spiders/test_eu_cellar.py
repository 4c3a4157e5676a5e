from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.bases import celex
from crawlers.bases.oj_text import read_text
from crawlers.spiders.eu_cellar import EuCellarSpider
from extractors.document import Document
from model.payload import Payload

_PAGE = '<html><body><p class="oj-doc-ti">{title}</p><p class="oj-normal">Words.</p></body></html>'


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("REGULATION (EU) 2017/821 OF THE EUROPEAN PARLIAMENT repealing Regulation (EC) No 1/2003", "32017R0821"),
        ("Regulation (EC) No 593/2008 of the European Parliament", "32008R0593"),
        ("Council Regulation (EEC) No 2454/93", "31993R2454"),
        ("DIRECTIVE 2011/36/EU OF THE EUROPEAN PARLIAMENT", "32011L0036"),
        ("Council Directive 94/33/EC of 22 June 1994 on young people at work", "31994L0033"),
        ("COUNCIL DECISION (CFSP) 2020/1999 of 7 December 2020", "32020D1999"),
        ("Council Framework Decision 2002/629/JHA", "32002F0629"),
        ("COMMISSION IMPLEMENTING DECISION (EU) 2026/7 under Regulation (EU) 2024/3015", "32026D0007"),
        ("RÈGLEMENT (UE) 2024/3015 DU PARLEMENT EUROPÉEN", "32024R3015"),
        ("RÈGLEMENT (UE) N o 1007/2011 DU PARLEMENT EUROPÉEN", "32011R1007"),
        ("COUNCIL REGULATION (EC, Euratom) No 1605/2002", "32002R1605"),
        ("DECISION No 1082/2013/EU OF THE EUROPEAN PARLIAMENT", "32013D1082"),
        ("COMMISSION DECISION of 9 March 2012 amending Decision 2008/855/EC (notified) (2012/137/EU)", "32012D0137"),
        ("Council Directive of 9 February 1976 on equal treatment (76/207/EEC)", "31976L0207"),
    ],
)
def test_a_title_tells_the_number_of_its_act(title: str, number: str) -> None:
    assert read_text(Document(Payload(_PAGE.format(title=title).encode()))).number == number


def test_a_document_of_the_commission_keeps_its_number_where_its_title_names_an_act() -> None:
    page = (
        '<html><body><p class="Emission">Brussels, 3.6.2026</p><p class="Rfrence interinstitutionnelle">COM(2026) 901 '
        'final</p><p class="oj-doc-ti">Guidelines under Regulation (EU) 2024/3015</p><p>Words.</p></body></html>'
    )
    assert read_text(Document(Payload(page.encode()))).number == "52026DC0901"


def test_the_number_of_another_act_in_a_title_is_not_the_act_s_own() -> None:
    page = _PAGE.format(title="COMMISSION DECISION of 9 March 2012 amending Decision 2008/855/EC").encode()
    url = "http://publications.europa.eu/resource/celex/32012D0137"
    assert read_text(Document(Payload(page, url=url))).number == "32012D0137"


@pytest.mark.parametrize("kind", ["sum-title-1", "coj-sum-title-1", "C19Centre", "C01PointAltN"])
def test_case_law_is_recognised_in_every_form_that_it_was_published_in(kind: str) -> None:
    page = f'<html><body><p class="{kind}">OPINION OF ADVOCATE GENERAL</p><p>Case C‑550/07 P</p></body></html>'
    (publication,) = EuCellarSpider.read(Payload(page.encode())).publications
    assert publication.native_id == "62007CC0550"


def test_the_address_numbers_a_text_that_prints_no_number() -> None:
    page = _PAGE.format(title="Declaration on forced labour").encode()
    url = "http://publications.europa.eu/resource/celex/32024C0001(01).ENG?x=1"
    assert read_text(Document(Payload(page, url=url))).number == "32024C0001(01)"


@pytest.mark.parametrize(
    ("number", "act"), [("02019R2088-20240109", "32019R2088"), ("02011L0036", "32011L0036"), ("52022PC0453",) * 2]
)
def test_a_consolidated_text_belongs_to_its_act(number: str, act: str) -> None:
    assert celex.act_of(number) == act


def test_the_slash_in_a_treaty_s_number_does_not_split_its_address() -> None:
    assert celex.address("12016M/TXT").endswith("/celex/12016M%2FTXT")
    assert celex.in_address(celex.address("12016M/TXT")) == "12016M/TXT"


def test_a_corrigendum_points_to_the_act_that_it_corrects() -> None:
    assert celex.corrected_by("32018R1971R(01)") == ("32018R1971",)
    assert celex.corrected_by("32018R1971") == ()


def test_a_question_for_recent_acts_is_bounded_by_a_day_and_one_names_the_watched_acts() -> None:
    asks = list(EuCellarSpider.asks(datetime(2026, 11, 22, tzinfo=UTC), date(2026, 11, 15)))
    queries = [parse_qs(urlsplit(ask.url).query)["query"][0] for ask in asks if "/sparql?" in ask.url]
    assert '"32024R3015"^^xsd:string' in queries[0]
    assert '?date >= "2026-10-01"^^xsd:date' in queries[1]
    assert all(ask.headers["Accept"] for ask in asks)
    assert all(ask.url.startswith("https://publications.europa.eu/") for ask in asks)
