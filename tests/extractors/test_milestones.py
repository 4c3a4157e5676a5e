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
        ("二〇二六年七月二日", "zh", "2026-07-02"),
        ("令和七年十月一日", "ja", "2025-10-01"),
        ("114-09-26", "zh", "2025-09-26"),
        ("14 ก.ค. 69", "th", "2026-07-14"),
        ("1.º de enero de 2027", "es", "2027-01-01"),
        ("1 päivänä tammikuuta 2027", "fi", "2027-01-01"),
        ("2026. május 12-én", "hu", "2026-05-12"),
        ("2026. gada 12. maijā", "lv", "2026-05-12"),
        ("١٥ مايو ٢٠٢٦", "ar", "2026-05-15"),
        ("15 تشرين الأول 2025", "ar", "2025-10-15"),
        ("Filed 10-2-26; 8:45 am", "en", "2026-10-02"),
        ("9 Agustus 2026", "ms", "2026-08-09"),
    ],
)
def test_a_written_date_is_read(text: str, lang: str, day: str) -> None:
    assert [one.date for one in written_dates(text, lang)] == [day]


def test_americans_write_the_month_first() -> None:
    assert [one.date for one in written_dates("03/04/2026", "en", month_first=True)] == ["2026-03-04"]
    assert [one.date for one in written_dates("03/04/2026", "en")] == ["2026-04-03"]


@pytest.mark.parametrize(
    "text",
    [
        "17/07/1447",
        "令和99年99月99日",
        "32.13.2026",
        "31 February 2026",
        "3 March",
        "on Tuesday",
        "1.2.3.2026",
        "2026-13-01",
    ],
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
        ("Im Übrigen tritt dieses Gesetz am 14. Dezember 2027 in Kraft.", "de", (DateType.EFFECTIVE, "2027-12-14")),
        ("A törvény 2027. január 1-jén lép hatályba.", "hu", (DateType.EFFECTIVE, "2027-01-01")),
        ("Die Richtlinie ist bis zum 26. Juli 2027 umzusetzen.", "de", (DateType.DEADLINE, "2027-07-26")),
        ("2026年12月20日までに意見を提出してください。", "ja", (DateType.DEADLINE, "2026-12-20")),
        ("Göteborg den 2 mars 2026", "sv", (DateType.PUBLISHED, "2026-03-02")),
        ("JORF n° 0246 du 21 octobre 2026 – Texte n° 38", "fr", (DateType.PUBLISHED, "2026-10-21")),
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


def test_the_label_of_a_page_outranks_the_day_on_which_the_act_was_signed() -> None:
    text = "Utfärdad den 22 oktober 2026\nPublicerad den 27 oktober 2026"
    assert [one.date for one in tag(publication("Lag", text, lang="sv")).dates] == ["2026-10-27"]


def test_one_day_can_be_published_and_effective() -> None:
    tags = tag(publication("New rules", "The statement takes effect today (22 July 2025).", lang="en"))
    assert {(one.type, one.date) for one in tags.dates} == {
        (DateType.PUBLISHED, "2025-07-22"),
        (DateType.EFFECTIVE, "2025-07-22"),
    }


def test_a_doubtful_word_needs_something_that_is_asked_for() -> None:
    assert tag(publication("x", "The Commission is to review burdens by 30 April 2026.", lang="en")).dates == ()


def test_the_second_day_of_a_period_is_its_end() -> None:
    text = "Feedback period: 28 September 2026 – 26 October 2026"
    tags = tag(publication("x", text, lang="en"))
    assert (DateType.DEADLINE, "2026-10-26") in {(one.type, one.date) for one in tags.dates}


def test_an_acronym_counts_where_rule_maker_and_topic_fit() -> None:
    text = "Das BAFA in Deutschland prüft nach § 5 LkSG die Sorgfaltspflichten in der Lieferkette."
    assert "de-lksg" in tag(publication("BAFA setzt Bußgeld fest: Zwangsarbeit", text, lang="de")).instruments
