"""The register of instruments: laws, bills, lists and conventions, as the seed file of the project holds them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A milestone. ``date`` is ``YYYY-MM-DD``, or shorter where the day was not seen."""

    date: str
    type: str
    note: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One entry of the register; ``docs/register.md`` tells what each field means."""

    id: str
    name: str
    native_name: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    jurisdiction: str
    concerns: tuple[str, ...]
    identifiers: Mapping[str, str]
    official_url: str
    kind: str
    stage: str
    topics: tuple[str, ...]
    sectors: tuple[str, ...]
    summary: str
    who_is_covered: str
    authority: str | None
    penalties: str | None
    key_dates: tuple[KeyDate, ...]
    amends: tuple[str, ...]
    amended_by: tuple[str, ...]
    implements: tuple[str, ...]
    related: tuple[str, ...]
    sme_note: str | None
    sources: tuple[str, ...]
    verified: str
    unverified: tuple[str, ...]
    as_of: str


def instrument_from_dict(values: Mapping[str, Any]) -> Instrument:
    """One line of the file. Raises TypeError for a field that is missing or unknown."""
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    plain["aliases"] = {lang: tuple(names) for lang, names in values["aliases"].items()}
    plain["key_dates"] = tuple(KeyDate(**entry) for entry in values["key_dates"])
    return Instrument(**plain)


class When(StrEnum):
    """Where a date stands, seen from a day."""

    PAST = "past"
    NOW = "now"
    AHEAD = "ahead"


def when(date: str, today: str) -> When:
    """Where ``date`` (a day, month or year) stands on ``today`` (``YYYY-MM-DD``): a month is now while it lasts."""
    span = today[: len(date)]
    return When.NOW if date == span else When.PAST if date < span else When.AHEAD


def instrument(name: str) -> Instrument | None:
    """The instrument with this id, None where there is none."""
    return _by_id().get(name)


@cache
def _by_id() -> Mapping[str, Instrument]:
    return {one.id: one for one in instruments()}


@cache
def instruments() -> tuple[Instrument, ...]:
    """All instruments, in the order of the file."""
    lines = (files("model") / "data" / "instruments.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(instrument_from_dict(json.loads(line)) for line in lines if line)
