import pytest

from extractors.finder import Finder, as_written, matcher_of, tokens
from extractors.folding import Folded
from extractors.relevance import subject_finder
from extractors.wordlists import make_entry, spelled_out
from tests.extractors.test_tagger import SAMPLES


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
def test_the_gate_changes_no_finding(sample: object) -> None:
    folded = Folded(f"{sample.title} {sample.text} {sample.title}")  # type: ignore[attr-defined]
    finder = subject_finder()
    words = tokens(folded.text)
    slowly = set()
    for entry in finder.entries:
        if entry.anywhere:
            places = [
                (at, at + len(entry.literal))
                for at in range(len(folded.text))
                if folded.text.startswith(entry.literal, at)
            ]
        else:
            places = [(span.start_char, span.end_char) for span in matcher_of(entry)(words, as_spans=True)]
        slowly |= {(entry.rule, *place) for place in places if as_written(folded, entry, *place)}
    assert {(one.entry.rule, one.start, one.end) for one in finder.find(folded)} == slowly
