"""The parameters of a request. An unknown one is an error: a filter that is ignored gives wrong answers."""

import re
from collections import Counter
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from model.codes import Kind, Sector, Stage, Topic

MOST_UPDATES = 100
MOST_CHANGES = 500
LONGEST_QUERY = 2_000
_MOST_CODES = 10
_LARGEST = 2**63 - 1
"""SQLite's largest integer."""


def _day(text: str) -> str:
    """A day, or nothing: forms send fields that nobody filled in."""
    if not text:
        return text
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("write a day as YYYY-MM-DD")
    return date.fromisoformat(text).isoformat()


def _described_as_day(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"type": schema.pop("type"), "format": "date"}, {"const": ""}]


Place = Annotated[str, Field(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|INT)$")]
Day = Annotated[str, AfterValidator(_day)]
_codes: Any = Field([], max_length=_MOST_CODES, description="Given several times: updates that have all of them.")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Page(_Strict):
    """Which part of a list."""

    limit: int = Field(20, ge=1, le=MOST_UPDATES, description="The most items of a page.")
    after: str = Field(
        "", pattern=r"^[0-9a-f]{0,15}$", description="Where the page begins: `next` of the page before it, unchanged."
    )

    @property
    def before(self) -> int | None:
        """The place in the default order that ``after`` stands for."""
        return int(self.after, 16) if self.after else None


class Searched(Page):
    """A search as on the site."""

    q: str = Field(
        max_length=LONGEST_QUERY,
        description='Words, "phrases", -not, and the filters jurisdiction: concerns: topic: sector: kind: stage: '
        "source: lang: published: include:all. Any text is a query; `read_as` tells how it was read.",
        examples=['"forced labour" concerns:CN'],
    )


class Filtered(Page):
    """The updates that have all of these."""

    q: str = Field("", max_length=LONGEST_QUERY, description="A query as in /api/v1/search, besides the filters.")
    jurisdiction: list[Place] = _codes
    concerns: list[Place] = _codes
    topic: list[Topic] = _codes
    sector: list[Sector] = _codes
    kind: list[Kind] = _codes
    stage: list[Stage] = _codes
    source: list[Annotated[str, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)+$")]] = _codes
    lang: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]] = _codes
    published_from: Day = Field("", description="The first day of publication.", json_schema_extra=_described_as_day)
    published_to: Day = Field("", description="The last day of publication.", json_schema_extra=_described_as_day)

    @property
    def query(self) -> str:
        """All of it in the query language. The filters stand first: nothing in ``q`` can take one in."""
        names = ("jurisdiction", "concerns", "topic", "sector", "kind", "stage", "source", "lang")
        filters = [f"{name}:{code}" for name in names for code in getattr(self, name)]
        if self.published_from or self.published_to:
            filters.append(f"published:{self.published_from}..{self.published_to}")
        return " ".join([*filters, self.q]).strip()


class Followed(_Strict):
    """From where on changes are asked for."""

    since: int = Field(0, ge=0, le=_LARGEST, description="`next` of the last answer; 0 for everything.")
    limit: int = Field(100, ge=1, le=MOST_CHANGES, description="The most items of a page.")


class Nothing(_Strict):
    """A request without parameters."""


_REPEATED = {name for name, field in Filtered.model_fields.items() if field.default == []}


def each_once(request: Request) -> None:
    """Of a parameter that holds one value only the last would count. Raises RequestValidationError for a second one."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, times in given.items() if times > 1 and name not in _REPEATED]
    if twice:
        raise RequestValidationError([{"loc": ("query", name), "msg": "give it once"} for name in twice])
