import pytest

from extractors import wordlists
from extractors.wordlists import word_list
from model.codes import Kind, Sector, Stage, Topic

LISTS = ("topics", "against", "cues", "sectors", "kinds", "stages", "bodies", "places", "dates")


@pytest.mark.parametrize(("name", "codes"), [("topics", Topic), ("sectors", Sector), ("kinds", Kind)])
def test_every_code_of_the_taxonomy_has_its_words(name: str, codes: type[Topic] | type[Sector] | type[Kind]) -> None:
    assert {entry.code for entry in word_list(name)} - {"none"} == set(codes)


def test_stages_have_only_codes_of_the_taxonomy() -> None:
    assert {entry.code for entry in word_list("stages")} < set(Stage)


@pytest.mark.parametrize("name", LISTS)
def test_every_condition_names_a_group_of_cues(name: str) -> None:
    groups = {entry.code for entry in word_list("cues")}
    for entry in word_list(name):
        asked = entry.conditions
        assert {*asked.near, *asked.far, *asked.along, *asked.without} <= groups, entry.rule


@pytest.mark.parametrize("name", LISTS)
def test_no_term_is_so_short_that_anything_matches(name: str) -> None:
    for entry in word_list(name):
        if name not in ("cues", "dates"):
            assert len(entry.literal.strip()) >= (1 if entry.anywhere else 2), entry.rule


@pytest.mark.parametrize(
    ("line", "words"),
    [("en | sure", "a line is"), ("en | certain | x", "no strength"), ("en | sure | x | close: y", "no condition")],
)
def test_a_broken_line_is_named(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wordlists._entries(line, "topics", "x")
