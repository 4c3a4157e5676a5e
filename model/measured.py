"""How good the tags are: the figures that were measured last, as ``vigilex evaluate --save`` wrote them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one decision: shares between 0 and 1. ``labelled`` is how often people had given such a tag."""

    decision: str
    precision: float
    recall: float
    labelled: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures over ``records`` documents that people had labelled; ``day`` is when (``YYYY-MM-DD``).

    ``review`` of the records were left to a person. ``accuracy`` is the share of right answers where each document has
    exactly one (kind, stage).
    """

    day: str
    records: int
    languages: int
    review: int
    figures: tuple[Figure, ...]
    accuracy: Mapping[str, float]


@cache
def measured() -> Measured | None:
    """The figures that came with the program, None where none were measured."""
    path = files("model") / "data" / "measured.json"
    return measured_from_dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def measured_from_dict(values: Mapping[str, Any]) -> Measured:
    """Figures as ``extractors.evaluation.figures_to_dict`` gives them, and the ``day``. Raises KeyError."""
    return Measured(
        day=values["day"],
        records=values["records"],
        languages=len(values["languages"]),
        review=values["review"],
        figures=tuple(
            Figure(name, counts["precision"], counts["recall"], int(counts["labelled"]))
            for name, counts in values["decisions"].items()
        ),
        accuracy={name: values["accuracy"][name] for name in ("kind", "stage")},
    )
