import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.finder import WINDOW, Finder, tokens
from extractors.folding import Folded
from extractors.relevance import subject_finder
from extractors.tagger import tag
from extractors.wordlists import make_entry, spelled_out
from model.publication import Publication
from tests.extractors.reading import corpus, find_slowly
from tests.extractors.test_tagger import SAMPLES

_TERMS = ("forced labour", "due diligence obligation*", "prac* przymusow*", "CSDDD", "WRO", "H.R.", "強制労働")
_PIECES = [
    "forced labour", "due diligence obligation", "pracy przymusowej", "csddd", "WRO", "h.r.", "強制労働",
    " ", ",", ".", "(", "、", "s", "\n",
]  # fmt: skip
_SMALL = Finder([make_entry("topics/x", "x", "en", term, "sure") for term in _TERMS])


def words_found(term: str, text: str) -> list[str]:
    folded = Folded(text)
    found = Finder([make_entry("topics/x", "x", "en", term, "sure")]).find(folded)
    return [text[slice(*folded.span(one.start, one.end))] for one in found]


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        ("forced labour", "On forced  labour.", ["forced  labour"]),
        ("forced labour", "enforced labourers", []),
        ("zwangsarbeit*", "Die Zwangsarbeiter klagen", ["Zwangsarbeiter"]),
        ("*sorgfaltspflicht*", "Lieferkettensorgfaltspflichtengesetz", ["Lieferkettensorgfaltspflichtengesetz"]),
        ("prac* przymusow*", "ofiary pracy przymusowej", ["pracy przymusowej"]),
        ("強制労働", "国家による強制労働の禁止", ["強制労働"]),
        ("العمل القسري", "حظر العمل القسري", ["العمل القسري"]),
        ("WRO", "A WRO, not wro or Wroclaw.", ["WRO"]),
        ("traite des personnes", "la TRAITE DES PERSONNES", ["TRAITE DES PERSONNES"]),
    ],
)
def test_a_term_is_found_where_it_is_a_word(term: str, text: str, words: list[str]) -> None:
    assert words_found(term, text) == words


def test_brackets_give_both_spellings() -> None:
    assert spelled_out("child labo(u)r") == ["child labor", "child labour"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title[:20])
def test_the_gate_changes_no_finding(sample: Publication) -> None:
    folded = Folded(f"{sample.title} {sample.text} {sample.title}")
    assert subject_finder().find(folded) == find_slowly(subject_finder(), folded)


def test_the_gate_changes_no_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the corpus, for time; ``benchmarks.tagging`` reads all of it."""
    texts = [*corpus()][::12]
    fast = [tag(one) for one in texts]
    monkeypatch.setattr(Finder, "touches", lambda *_: True)
    monkeypatch.setattr(Finder, "find", find_slowly)
    assert [tag(one) for one in texts] == fast


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=9))
def test_the_gate_changes_no_finding_in_any_text(pieces: list[str]) -> None:
    folded = Folded("".join(pieces))
    assert _SMALL.find(folded) == find_slowly(_SMALL, folded)


def test_a_word_without_end_is_cut_where_the_window_ends() -> None:
    finder = Finder([make_entry("topics/x", "x", "en", "slave*", "sure")])
    found = finder.find(Folded("slave" * 100_000))
    assert {one.start for one in found} == {0}
    assert max(one.end for one in found) <= 2 * WINDOW + len("slave")


def test_spacy_forgets_the_words_it_was_asked_about() -> None:
    finder = Finder([make_entry("topics/x", "x", "en", "zwangsarbeit*", "sure")])
    known = len(tokens("").vocab.strings)
    for number in range(200):
        assert finder.find(Folded(f"zwangsarbeit{number}x"))
    assert len(tokens("").vocab.strings) <= known + 5
