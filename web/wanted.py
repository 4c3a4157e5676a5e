"""The search that somebody wants to save, as typed and as we read it."""

from dataclasses import dataclass

from alerts.searches import never_matches
from db.query import parse
from extractors.tidy import one_line
from model.subscription import Cadence
from model.texts import _

MOST_QUERY, MOST_NAME = 500, 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search with its name and cadence; ``read_as`` is the query as it will be searched."""

    query: str
    name: str
    cadence: Cadence
    read_as: str


def wanted(query: str, name: str, cadence: str) -> Wanted:
    """What was typed, on one line; a cadence that is none is weekly, a missing name is the search itself."""
    query = one_line(query)
    known = Cadence(cadence) if cadence in set(Cadence) else Cadence.WEEKLY
    named = one_line(name) or query or _("Every update")
    return Wanted(query, named[:MOST_NAME].strip(), known, parse(query[:MOST_QUERY]).read_as)


def problem_with(query: str) -> str:
    """Why a search cannot be saved, in one sentence; empty where it can."""
    if len(query) > MOST_QUERY:
        said = _("This search has {count} characters; at most {most} can be saved. Please make two of it.")
        return said.format(count=len(query), most=MOST_QUERY)
    return never_matches(query) or ""
