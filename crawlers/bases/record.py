"""One record of a JSON payload (or of XML turned into plain values), asked field by field.

A value of the wrong kind is never taken for a missing one: what an identity needs raises PayloadError, what can be
spared is left out and noted as a Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lxml import etree

from crawlers.reading import Problem, Reading
from extractors.clean import one_line
from extractors.dates import iso_date, iso_moment
from extractors.document import as_list
from model.payload import PayloadError


class Record:
    """The fields of one JSON object. ``label`` is what problems call it."""

    def __init__(self, values: Mapping[str, Any], label: str = "", problems: list[Problem] | None = None) -> None:
        self.values = values
        self.label = label
        self.problems: list[Problem] = [] if problems is None else problems

    def note(self, field: str, text: str) -> None:
        """Remember that ``field`` could not be read."""
        self.problems.append(Problem(self.label, field, text))

    def raw(self, field: str) -> str:
        """The text or number of ``field`` as it stands, ``""`` where it is missing or null.

        Raises PayloadError where it is an object, a list or a truth value.
        """
        value = self.values.get(field)
        if value is None:
            return ""
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value)
        raise PayloadError(f"{field}: text was expected, {type(value).__name__} is there")

    def text(self, field: str) -> str:
        """The words of ``field`` on one line, ``""`` where there are none."""
        return one_line(self.raw(field))

    def required(self, field: str) -> str:
        """The words of ``field``. Raises PayloadError where there are none."""
        if words := self.text(field):
            return words
        raise PayloadError(f"{field}: missing or empty")

    def number(self, field: str) -> int:
        """The whole number in ``field``, 0 where it is missing. Raises PayloadError for anything else."""
        digits = self.text(field) or "0"
        if digits.isascii() and digits.isdigit():
            return int(digits)
        raise PayloadError(f"{field}: a number was expected: {digits[:40]}")

    def texts(self, field: str) -> tuple[str, ...]:
        """The words of each entry of ``field``, which holds one or many."""
        entries = as_list(self.values.get(field))
        return tuple(words for entry in entries if (words := Record({field: entry}).text(field)))

    def truth(self, field: str) -> bool | None:
        """True, false, or None where the field is missing; ``"true"`` and ``"false"`` are read too."""
        value = self.values.get(field)
        if value is None or isinstance(value, bool):
            return value
        known = {"true": True, "false": False}
        if (word := self.text(field).lower()) in known:
            return known[word]
        self.note(field, f"neither true nor false: {word}")
        return None

    def record(self, field: str) -> Record:
        """The object in ``field``; without any field where it is missing or empty."""
        value = self.values.get(field) or {}
        if not isinstance(value, Mapping):
            raise PayloadError(f"{field}: an object was expected, {type(value).__name__} is there")
        return Record(value, self.label, self.problems)

    def records(self, field: str) -> tuple[Record, ...]:
        """The objects in ``field``, which holds one or many; empty entries are left out."""
        entries = [entry for entry in as_list(self.values.get(field)) if entry not in ("", None)]
        return tuple(Record({field: entry}, self.label, self.problems).record(field) for entry in entries)

    def day(self, field: str) -> str | None:
        """The day in ``field`` as the source says it; a value that is no date is noted."""
        return self._date(field, iso_date)

    def moment(self, field: str) -> str | None:
        """The time in ``field`` in UTC, its day where it has no zone; a value that is no time is noted."""
        return self._date(field, iso_moment)

    def _date(self, field: str, read: Callable[[str], str | None]) -> str | None:
        try:
            return read(self.text(field))
        except ValueError:
            self.note(field, f"not a date: {self.values.get(field)}")
            return None


def root_record(value: Any, what: str) -> Record:
    """The payload's root object. Raises PayloadError where it is something else."""
    if not isinstance(value, Mapping):
        raise PayloadError(f"{what} was expected, {type(value).__name__} is there")
    return Record(value)


def read_rows(rows: Iterable[Any], label: Callable[[Record], str], read: Callable[[Record], Reading]) -> Reading:
    """What all rows of a listing hold; a row that cannot be read is a problem and costs only itself."""
    return merge(_read_row(number, row, label, read) for number, row in enumerate(rows, 1))


def _read_row(number: int, row: Any, label: Callable[[Record], str], read: Callable[[Record], Reading]) -> Reading:
    name = f"row {number}"
    try:
        record = root_record(row, "an object")
        name = record.label = label(record) or name
        reading = read(record)
    except PayloadError as error:
        field, _, text = str(error).partition(": ")
        return Reading(problems=(Problem(name, field if text else "", text or field),))
    return merge((reading, Reading(problems=tuple(record.problems))))


def merge(readings: Iterable[Reading]) -> Reading:
    """Several readings as one, in order; why there is nothing counts only where there is nothing at all."""
    each = tuple(readings)
    found = any(reading.publications for reading in each)
    return Reading(
        publications=tuple(publication for reading in each for publication in reading.publications),
        asks=tuple({ask.url: ask for reading in each for ask in reading.asks}.values()),
        problems=tuple(problem for reading in each for problem in reading.problems),
        nothing=None if found else next((reading.nothing for reading in each if reading.nothing), None),
    )


def plain(element: etree._Element) -> Any:
    """XML as JSON would hold it: text, or an object of children in which a repeated name is a list."""
    children = list(_children(element))
    if not children:
        return (element.text or "").strip() or None
    values: dict[str, Any] = {}
    for name, child in children:
        value = plain(child)
        values[name] = [*as_list(values[name]), value] if name in values else value
    return values


def _children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for child in element:
        if isinstance(child.tag, str):
            yield etree.QName(child).localname, child
