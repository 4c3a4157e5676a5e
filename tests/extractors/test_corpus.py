"""The labelled corpus: complete, apart in two halves, and of the codes of the taxonomy."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from model.codes import DateType, Kind, Sector, Stage, Topic
from model.instruments import instruments

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
_RUN = 40


@cache
def records(half: str) -> tuple[dict[str, Any], ...]:
    lines = (line for path in sorted((CORPUS / half).glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return tuple(json.loads(line) for line in lines)


def everything() -> tuple[dict[str, Any], ...]:
    return records("train") + records("test")


def test_it_is_large_in_many_languages_and_half_of_it_is_not_about_the_subject() -> None:
    relevant = sum(one["relevant"] for one in everything())
    assert len(everything()) >= 300
    assert len({one["lang"] for one in everything()}) >= 15
    assert 0.4 < relevant / len(everything()) < 0.6


def test_its_labels_are_codes_and_its_dates_stand_in_the_text() -> None:
    known = {"topics": set(Topic), "sectors": set(Sector), "instruments": {one.id for one in instruments()}}
    for one in everything():
        for facet, codes in known.items():
            assert set(one[facet]) <= codes, one["id"]
        assert one["kind"] in set(Kind), one["id"]
        assert one["stage"] in set(Stage), one["id"]
        for dated in one["dates"]:
            assert dated["type"] in set(DateType), one["id"]
            assert dated["words"] in f"{one['title']}\n{one['text']}", one["id"]
        assert one["relevant"] or not (one["topics"] or one["sectors"] or one["concerns"]), one["id"]


def test_nothing_of_one_half_stands_in_the_other() -> None:
    assert max(Counter(one["id"] for one in everything()).values()) == 1
    for field in ("url", "title", "domain"):
        shared = {one[field] for one in records("train")} & {one[field] for one in records("test")}
        assert shared == set(), field
    seen = {run for one in records("train") for run in runs(one["text"])}
    assert [one["id"] for one in records("test") if not seen.isdisjoint(runs(one["text"]))] == []


def runs(text: str) -> set[str]:
    """All stretches of 40 characters, blanks and case aside."""
    plain = " ".join(text.lower().split())
    return {plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1)}
