"""What is a trifle and what is worth telling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.revision import Facts, facts_from_text, facts_to_text, what_changed, words_changed
from model.difference import difference

TEXT = "The importer shall report by the end of the year to the authority."
FACTS = Facts("Rule", "proposed", (("deadline", "2026-12-01"),), False)


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (TEXT, None),
        (TEXT.replace(" ", "\n"), None),
        (TEXT.replace(".", " ;"), None),
        (TEXT.upper(), None),
        (TEXT.replace("year", "yéar"), None),
        (TEXT.replace("authority", "autority"), None),
        (TEXT.replace("importer", "importers").replace("report", "repport"), None),
        (TEXT.replace("shall", "may"), (1, 1)),
        (TEXT.replace("shall", "shall not"), (1, 0)),
        (TEXT.replace("the year", "year"), (0, 1)),
        (TEXT + " It is an offence not to.", (6, 0)),
        (TEXT.replace("by the end of the year ", ""), (0, 6)),
        (TEXT.replace("the end of the year", "2027"), (1, 5)),
        (TEXT + " 5", (1, 0)),
        (TEXT.replace("year", "2027"), (1, 1)),
    ],
)
def test_spelling_is_a_trifle_and_any_other_word_is_not(after: str, counts: tuple[int, int] | None) -> None:
    assert words_changed(difference(TEXT, after)) == counts


def test_one_digit_of_a_number_is_never_spelling() -> None:
    assert words_changed(difference("A fine of 10000 euros.", "A fine of 10001 euros.")) == (1, 1)


@given(st.text(alphabet="ab1.,;: \n\t-", max_size=80))
def test_punctuation_and_white_space_never_count(text: str) -> None:
    assert words_changed(difference(text, "  ".join(text.split()))) is None


def test_all_that_changed_is_said_and_the_largest_difference_of_the_languages() -> None:
    after = Facts("Act", "in-force", (("effective", "2027-01-01"),), True)
    texts = [difference("a b c", "a b c d e f"), difference("a b c", "a b c d e f g"), difference("x", "X")]
    assert what_changed(FACTS, after, texts) == (
        "withdrawn by its publisher; stage: proposed, now in force; new effective date: 2027-01-01; "
        "deadline 2026-12-01 no longer given; title: was “Rule”; text: 4 words added"
    )


def test_nothing_is_said_where_nothing_changed() -> None:
    assert what_changed(FACTS, FACTS, []) is None
    assert what_changed(FACTS, facts_from_text(facts_to_text(FACTS)), []) is None
