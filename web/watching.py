"""Which sources are watched for what a page shows, and how they stand, for the lists beside its updates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.connect import Store
from db.runs import latest_runs, troubles
from db.sources import source_states
from feeds.headline import jurisdiction_name
from model.codes import Outcome
from web.standing import Standing, Watched, label, standing

_GOOD = (Outcome.NEW, Outcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Line:
    """A source with its state in words; ``well`` where nothing of it is missing."""

    id: str
    name: str
    place: str
    state: str
    well: bool


def standings(db: Store, now: str) -> dict[str, Line]:
    """All sources that are watched, by id."""
    runs = {run.source: run for run in latest_runs(db)}
    ill = troubles(db, _GOOD)
    found = {}
    for state in source_states(db, now):
        stands = standing(Watched(state, runs.get(state.source), ill.get(state.source)), now)
        well = stands in (Standing.WELL, Standing.QUIET)
        source = state.declared
        found[source.id] = Line(source.id, source.name, jurisdiction_name(source.jurisdiction), label(stands), well)
    return found


def of(ids: Sequence[str], known: Mapping[str, Line]) -> list[Line]:
    """The lines of these sources, those with something missing first."""
    return sorted((known[name] for name in ids if name in known), key=lambda line: (line.well, line.name))
