"""Passages show where the hits stand in the original text."""

import pytest

from db.passages import opening, passages
from db.query import Term, parse


def marked(text: str, query: str) -> list[list[str]]:
    return [[passage.text[a:b] for a, b in passage.marks] for passage in passages(text, parse(query).wanted)]


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("政府は強制労働の廃止を決めた。", "労働", ["労働"]),
        ("政府は強制労働の廃止を決めた。", "強制労働", ["強制労働"]),
        ("การค้ามนุษย์และแรงงานบังคับในโรงงาน", "แรงงานบังคับ", ["แรงงานบังคับ"]),
        ("労役と労働", "労", ["労役", "労働"]),
        ("Überwachung der Lieferkette", "uberwachung", ["Überwachung"]),
        ("Case C-190/24 and O’Brien", "c-190/24 O'Brien", ["C-190/24", "O’Brien"]),
        ("forced labour, labour forced", '"forced labour"', ["forced labour"]),
        ("an act of labour", "act labour", ["act", "labour"]),
        ("labour\nlaw and a labour law", '"labour law"', ["labour law"]),
        ("ﬁne print", "fine", ["ﬁne"]),
    ],
)
def test_hits_are_marked_in_the_words_of_the_text(text: str, query: str, hits: list[str]) -> None:
    assert marked(text, query) == [hits]


def test_a_phrase_over_the_end_of_a_line_is_found() -> None:
    (passage,) = passages("the forced\nlabour act", parse('"forced labour"').wanted)
    assert passage.text == "the forced labour act"
    assert passage.marks == ((4, 17),)


def test_a_passage_is_cut_at_words_and_says_so() -> None:
    text = "before " * 200 + "labour" + " after" * 200
    (passage,) = passages(text, (Term(("labour",)),))
    assert passage.text.startswith("… before ")
    assert passage.text.endswith(" after …")
    assert len(passage.text) < 330
    assert [passage.text[a:b] for a, b in passage.marks] == ["labour"]


def test_far_hits_have_passages_of_their_own_and_there_are_at_most_three() -> None:
    text = "\n".join("labour" + " filler" * 100 for _ in range(9))
    assert marked(text, "labour") == [["labour"]] * 3


def test_hits_never_overlap() -> None:
    (passage,) = passages("強制労働", (Term(("強制", "制労")), Term(("制労", "労働"))))
    assert passage.marks == ((0, 4),)


def test_nothing_found_is_no_passage_and_the_opening_is_the_beginning() -> None:
    assert passages("a b", (Term(("c",)),)) == ()
    start = opening("word " * 200)
    assert start is not None
    assert start.text.endswith("word …")
    assert opening("") is None
