"""Answers of SPARQL endpoints in JSON, rows grouped by what they are about.

The format: https://www.w3.org/TR/sparql11-results-json/. A query that asks for several values of one thing gives a
row for each combination of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.clean import one_line
from extractors.document import Document
from model.payload import PayloadError

Binding = Mapping[str, Mapping[str, Any]]


def is_answer(document: Document) -> bool:
    """Whether the payload is an answer with rows; ``head`` may be missing. Raises PayloadError where it is cut."""
    if document.format != "json":
        return False
    answer = document.json
    return (
        isinstance(answer, Mapping) and isinstance(answer.get("results"), Mapping) and "bindings" in answer["results"]
    )


def bindings(document: Document) -> list[Binding]:
    """All rows. Raises PayloadError where they are no list of objects."""
    rows = document.json["results"]["bindings"]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise PayloadError("results.bindings: a list of rows was expected")
    return rows


class Rows:
    """The rows about one thing."""

    def __init__(self, rows: list[Binding]) -> None:
        self.rows = rows

    def cells(self, name: str) -> Iterator[tuple[str, str | None]]:
        """Each value of a variable, once, with its language where it has one."""
        seen = set()
        for row in self.rows:
            found = _words(row, name, "value"), _words(row, name, "xml:lang") or None
            if found[0] and found not in seen:
                seen.add(found)
                yield found

    def values(self, name: str) -> list[str]:
        """Each value of a variable, once, in the order of the rows."""
        return list(dict.fromkeys(value for value, _ in self.cells(name)))

    def truth(self, name: str) -> bool | None:
        """A boolean, written ``1`` or ``true``; None where no row has it. Raises PayloadError for anything else."""
        found = {value.lower() for value in self.values(name)}
        if unknown := found - {"1", "true", "0", "false"}:
            raise PayloadError(f"{name}: neither true nor false: {', '.join(sorted(unknown))}")
        return bool(found & {"1", "true"}) if found else None


def grouped(rows: list[Binding], name: str) -> dict[str, Rows]:
    """Rows by the value of a variable; rows without it under ``""``."""
    groups: dict[str, list[Binding]] = {}
    for row in rows:
        groups.setdefault(_words(row, name, "value"), []).append(row)
    return {value: Rows(group) for value, group in groups.items()}


def _words(row: Binding, name: str, field: str) -> str:
    """A field of a cell. Raises PayloadError where it holds anything but text."""
    cell = row.get(name, {})
    said = cell.get(field, "") if isinstance(cell, Mapping) else cell
    if not isinstance(said, str):
        raise PayloadError(f"{name}: a cell was expected, {type(said).__name__} is there")
    return one_line(said)
