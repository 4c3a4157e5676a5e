import pytest

from extractors.tagger import tag
from extractors.written_dates import written_dates
from model.codes import DateType
from model.publication import Dated
from tests.extractors.making import publication


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("October 29, 2026", "en", "2026-10-29"),
        ("the 3rd of May 2026", "en", "2026-05-03"),
        ("Sept. 5, 2026", "en", "2026-09-05"),
        ("1er janvier 2027", "fr", "2027-01-01"),
        ("14. März 2026", "de", "2026-03-14"),
        ("3 de setembro de 2024", "pt", "2024-09-03"),
        ("28 de diciembre de 2018", "es", "2018-12-28"),
        ("1º ottobre 2026", "it", "2026-10-01"),
        ("12 lutego 2026 r.", "pl", "2026-02-12"),
        ("2026年4月1日", "ja", "2026-04-01"),
        ("令和8年4月1日", "ja", "2026-04-01"),
        ("中華民國115年1月2日", "zh", "2026-01-02"),
        ("2026년 5월 6일", "ko", "2026-05-06"),
        ("2026. 5. 6.", "ko", "2026-05-06"),
        ("๒๘ เมษายน ๒๕๕๘", "th", "2015-04-28"),
        ("28 เมษายน พ.ศ. 2558", "th", "2015-04-28"),
        ("16.07.2025", "de", "2025-07-16"),
        ("16.07.25", "en", "2025-07-16"),
        ("2026/03/04", "en", "2026-03-04"),
        ("13/03/2026", "fr", "2026-03-13"),
    ],
)
def test_a_written_date_is_read(text: str, lang: str, day: str) -> None:
    assert [one.date for one in written_dates(text, lang)] == [day]


def test_americans_write_the_month_first() -> None:
    assert [one.date for one in written_dates("03/04/2026", "en", month_first=True)] == ["2026-03-04"]
    assert [one.date for one in written_dates("03/04/2026", "en")] == ["2026-04-03"]


@pytest.mark.parametrize(
    "text", ["32.13.2026", "31 February 2026", "3 March", "on Tuesday", "1.2.3.2026", "2026-13-01"]
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert written_dates(text, "en") == []


@pytest.mark.parametrize(
    ("text", "lang", "dated"),
    [
        ("The Act enters into force on 1 January 2027.", "en", (DateType.EFFECTIVE, "2027-01-01")),
        ("Send comments on forced labor on or before October 29, 2026.", "en", (DateType.DEADLINE, "2026-10-29")),
        ("Published on: April 14, 2026", "en", (DateType.PUBLISHED, "2026-04-14")),
        ("Das Gesetz tritt am 1. Januar 2027 in Kraft.", "de", (DateType.EFFECTIVE, "2027-01-01")),
        ("La loi entrera en vigueur le 1er janvier 2027.", "fr", (DateType.EFFECTIVE, "2027-01-01")),
        ("La ley entrará en vigor el 1 de enero de 2027.", "es", (DateType.EFFECTIVE, "2027-01-01")),
        ("この法律は2027年1月1日から施行する。", "ja", (DateType.EFFECTIVE, "2027-01-01")),
        ("이 법은 2027년 1월 1일부터 시행한다.", "ko", (DateType.EFFECTIVE, "2027-01-01")),
        ("本办法自2027年1月1日起施行。", "zh", (DateType.EFFECTIVE, "2027-01-01")),
    ],
)
def test_the_words_beside_a_date_say_what_it_is(text: str, lang: str, dated: tuple[DateType, str]) -> None:
    tags = tag(publication("x", text, lang=lang))
    assert [(one.type, one.date) for one in tags.dates] == [dated]


def test_the_date_of_an_older_act_is_none_of_ours() -> None:
    assert tag(publication("x", "A Lei 13.467 de 13 de julho de 2017 muda as regras.", lang="pt")).dates == ()


def test_a_date_of_the_source_is_not_read_again_from_the_text() -> None:
    said = (Dated(DateType.DEADLINE, "2026-10-29", "comments close 29 October"),)
    assert tag(publication("x", "Comments close on 24 August 2026.", dates=said)).dates == said
