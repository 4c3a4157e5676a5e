"""Words as search compares them, and the places where they stand."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.normalise import folded, normalise, words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("C-190/24", "c 190 24"),
        ("O’Brien O'Brien", "o brien o brien"),
        ("§ 22a", "22a"),
        ("Überwachung ÉCOLE Łódź", "uberwachung ecole lodz"),
        ("ﬁne ＦＵＬＬ", "fine full"),
        ("straße STRASSE", "strasse strasse"),
        ("強制労働", "強制 制労 労働 働"),
        ("法", "法"),
        ("第22条", "第 22 条"),
        ("ｶﾞﾗｽ", "ガラ ラス ス"),
        ("강제노동", "강제 제노 노동 동"),
        ("บังคับ", "บั ัง งค คั ับ บ"),
        ("बाल श्रम", "बाल श्रम"),
        ("العملُ", "العمل"),
        ("snake_case", "snake case"),
        ("\x00 \u200b☃", ""),
    ],
)
def test_text_becomes_terms(text: str, terms: str) -> None:
    assert normalise(text) == terms


def test_each_term_knows_where_it_stands() -> None:
    text = "Le « Zwangsarbeit » 強制労働 ｶﾞ"
    places = {word.term: text[word.start : word.end] for word in words(text)}
    assert places == {"le": "Le", "zwangsarbeit": "Zwangsarbeit", "強制": "強制", "制労": "制労", "労働": "労働",
                      "働": "働", "ガ": "ｶﾞ"}  # fmt: skip


def test_a_decomposed_text_has_the_terms_of_the_composed_one() -> None:
    text = "Überprüfung naïve 강제 ガラス"
    assert normalise(unicodedata.normalize("NFD", text)).split()[:2] == normalise(text).split()[:2]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_terms_that_the_index_cannot_split(text: str) -> None:
    for word in words(text):
        assert word.term
        assert all(not c.isascii() or c.isalnum() for c in word.term), word
        assert 0 <= word.start < word.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=["L", "M", "N", "Z", "P"]), max_size=20))
def test_a_folded_text_holds_the_first_character_of_each_term(text: str) -> None:
    flat = folded(text)
    assert all(word.term[0] in flat for word in words(text))
