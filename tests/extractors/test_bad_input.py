"""What no source should send: a sensible answer, no exception, and no text that takes long because of its form."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.evidence import READ
from extractors.tagger import tag
from model.publication import Publication
from model.update import tags_to_dict
from tests.extractors.making import publication
from tests.extractors.reading import corpus
from tests.extractors.test_tagger import assert_codes_are_of_the_taxonomy, assert_evidence_fits

SECONDS = 3.0
# Four times the text: 4 where time grows with the text, 16 where it grows with its square.
LINEAR = 10.0
FORMS = {
    "terms": "forced labour ",
    "terms and cues": "due diligence customer ",
    "terms without blanks": "、csddd、第",
    "one word": "zwangsarbeit",
    "letters": "a",
    "marks on one letter": "\u0327\u0301",
    "figures": "1",
    "dates": "in force on 3 May 2026, ",
    "countries": "China Malaysia forced labour ",
    "instruments": "UFLPA Regulation (EU) 2024/3015 ",
    "tags": "<b>",
    "tags that never end": "<a ",
    "separators": " -",
    "half characters": "\ud800",
}


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize("form", FORMS)
def test_twice_the_text_takes_twice_the_time(form: str) -> None:
    def took(size: int) -> float:
        text = FORMS[form] * (size // len(FORMS[form]))
        return min(seconds(lambda: tag(publication("forced labour", text))) for _ in range(2))

    took(2_000)
    # Smaller texts fit into the processor's memory and seem to cost less by the letter.
    small, middle, large = took(50_000), took(100_000), took(200_000)
    assert large < LINEAR * max(small, 0.05), (small, middle, large)


@pytest.mark.parametrize("title", [True, False], ids=["title", "text"])
@pytest.mark.parametrize("form", ["terms", "letters", "separators", "half characters", "marks on one letter"])
def test_five_megabytes_of_anything_take_seconds(form: str, title: bool) -> None:
    much = FORMS[form] * (5_000_000 // len(FORMS[form]))
    source = publication(much, "") if title else publication("", much)
    assert seconds(lambda: tag(source)) < SECONDS


def test_what_stands_in_the_first_part_of_an_endless_text_counts() -> None:
    assert tag(publication("", "Forced labour is prohibited. " + "x " * READ)).evidence
    assert not tag(publication("", "x " * READ + "Forced labour is prohibited.")).relevant


@pytest.mark.parametrize(
    "text",
    [
        "Sklaverei",
        "The ban on forced labour. Le travail forcé. 強制労働。 العمل القسري",
        "Zwangsarbeit â€“ MenschenrechtsverstÃ¶ÃŸe und Sorgfaltspflicht",
        "\ud83d forced labour \udc00",
        "\x00\x1b[31mforced labour\x1b[0m\x07",
        "<html><body onload='x'><h1>Forced labour</h1><!-- trafficking --></body>",
        "Forced labour law in force from 32.13.2026, 30.02.2026, 2026-13-45 and 0.0.0000",
        "令和99年99月99日 強制労働 平成0年1月1日",
        "民國999年13月40日 強迫勞動",
        "แรงงานบังคับ ๓๒ มกราคม ๒๕๖๙ และ 31 กุมภาพันธ์ 2569",
    ],
)
def test_bad_text_is_read_as_far_as_it_goes(text: str) -> None:
    for source in (publication(text, ""), publication("", text), publication(text, text)):
        tags = tag(source)
        assert_evidence_fits(source, tags)
        assert_codes_are_of_the_taxonomy(tags)
        assert json.loads(json.dumps(tags_to_dict(tags)))
        assert all("1900" < one.date < "2100" for one in tags.dates)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("強制労働に関する法律は令和8年4月1日から施行する。", "2026-04-01"),
        ("強迫勞動防制法自民國115年4月1日施行。", "2026-04-01"),
        ("พระราชบัญญัติป้องกันแรงงานบังคับ มีผลใช้บังคับตั้งแต่วันที่ 1 เมษายน 2569", "2026-04-01"),
    ],
)
def test_years_of_eras_are_years_of_ours(text: str, date: str) -> None:
    assert date in {one.date for one in tag(publication("", text)).dates}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=200), st.sampled_from(["", "xx", "no", "zz-ZZ", "\x00"]))
def test_any_characters_have_tags(title: str, text: str, lang: str) -> None:
    source = Publication("", "1", title, None, lang=lang or None, text=f"forced labour {text}")
    tags = tag(source)
    assert_evidence_fits(source, tags)
    assert_codes_are_of_the_taxonomy(tags)


def test_evidence_stands_where_it_says_in_the_whole_corpus() -> None:
    for source in corpus():
        assert_evidence_fits(source, tag(source))
