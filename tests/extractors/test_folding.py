import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.folding import Folded, fold


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("Forced  LABOUR", "forced labour"),
        ("forced\n\tlabour", "forced labour"),
        ("forced-labour", "forced labour"),
        ("d’êtres humains", "d êtres humains"),
        ("e\u0301change", "échange"),
        ("Zwangs\u00adarbeit", "zwangsarbeit"),
        ("forced&nbsp;<b>labour", "forced labour"),
        ("الأَطفال", "الاطفال"),
    ],
)
def test_terms_are_compared_without_what_readers_do_not_see(original: str, folded: str) -> None:
    assert fold(original) == folded


def test_a_place_in_the_folded_text_leads_back_to_the_original() -> None:
    original = "A\u00ad  ban\n\non  forced - labour."
    folded = Folded(original)
    start = folded.text.index("forced labour")
    first, last = folded.span(start, start + len("forced labour"))
    assert original[first:last] == "forced - labour"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["a", "B", " ", "\n", "\u00ad", "e\u0301", "İ", "-", "<p>", "ß", "強"]), max_size=30))
def test_every_place_leads_back_into_the_original(pieces: list[str]) -> None:
    original = "".join(pieces)
    folded = Folded(original)
    places = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(original) for start, end in places)
    assert places == sorted(places)
