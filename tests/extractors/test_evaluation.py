from collections.abc import Iterator
from typing import Any

import pytest

from extractors.evaluation import Figures, evaluate, figures_text, figures_to_dict, mistake_text
from extractors.tagger import tag
from model.tags import Tags
from tests.extractors.making import publication

LABEL: dict[str, Any] = {
    "id": "a",
    "lang": "en",
    "relevant": True,
    "jurisdictions": ["US"],
    "concerns": [],
    "topics": ["forced-labour", "remedy"],
    "sectors": [],
    "kind": "guidance",
    "stage": "none",
    "dates": [],
}
TAGS = tag(publication("Guidance on forced labor of the U.S. Department of Labor"))


def test_figures_count_hits_and_misses_by_decision_and_code() -> None:
    figures = Figures()
    mistakes = list(evaluate([(LABEL, TAGS)], figures))
    assert [(one.decision, one.labelled, one.tagged) for one in mistakes] == [
        ("topics", "forced-labour, remedy", "forced-labour")
    ]
    assert figures.decisions["relevance"].f1 == 1
    assert figures.decisions["topics"].recall == 0.5
    assert figures.codes["topics", "remedy"].missed == 1
    assert figures.macro("topics") == 0.5
    assert (figures.accuracy("kind"), figures.accuracy("stage")) == (1, 1)
    assert figures_to_dict(figures)["decisions"]["jurisdictions"]["f1"] == 1


def test_a_record_that_is_not_relevant_counts_for_relevance_kind_and_dates_only() -> None:
    figures = Figures()
    mistakes = list(evaluate([({**LABEL, "relevant": False, "topics": []}, TAGS)], figures))
    assert [one.decision for one in mistakes] == ["relevance"]
    assert figures.languages["en"].wrong == 1
    assert "topics" not in figures.decisions


def test_a_mistake_is_told_with_the_words_that_led_there() -> None:
    (mistake,) = evaluate([({**LABEL, "topics": ["forced-labour"], "kind": "news"}, TAGS)], Figures())
    assert "labelled news; tagged guidance" in mistake_text(mistake)
    assert "“Guidance” (title, kinds/guidance:en:guidance)" in mistake_text(mistake)


def test_records_are_read_one_at_a_time() -> None:
    read: list[str] = []

    def pairs() -> Iterator[tuple[dict[str, Any], Tags]]:
        for name in "abc":
            read.append(name)
            yield LABEL, TAGS

    next(evaluate(pairs(), Figures()))
    assert read == ["a"]


def test_a_label_without_relevance_is_refused() -> None:
    with pytest.raises(KeyError, match="relevant"):
        list(evaluate([({"id": "a"}, TAGS)], Figures()))


def test_the_text_names_every_decision() -> None:
    figures = Figures()
    list(evaluate([(LABEL, TAGS)], figures))
    text = figures_text(figures)
    for words in ("1 records", "relevance", "jurisdictions", "kind accuracy", "Confusion of stage", "topics/remedy"):
        assert words in text
