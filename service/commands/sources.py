"""``vigilex sources``: every source and its state."""

import argparse
from collections.abc import Mapping

from crawlers.holder import is_alive
from db.runs import latest_runs
from db.sources import SourceState, source_states
from service.arguments import add_data, add_json, add_now, clock, timestamp
from service.output import print_json, print_table
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    with existing_store(args.data) as store:
        states = source_states(store, timestamp(clock(args)))
        going = {run.source: is_alive(run.holder) for run in latest_runs(store) if run.ended_at is None}
    if args.json:
        for state in states:
            print_json({**state.to_dict(), "state": _state(state, going)})
        return 0
    print_table(("source", "state", "last answered", "last new", "reason"), [_row(state, going) for state in states])
    return 0


def _state(state: SourceState, going: Mapping[str, bool]) -> str:
    """How the last visit ended; ``going`` tells of those without an end whether their process lives."""
    if state.source in going:
        return "being visited" if going[state.source] else "interrupted"
    return state.outcome or "never visited"


def _row(state: SourceState, going: Mapping[str, bool]) -> tuple[str, ...]:
    return (
        state.source,
        _state(state, going),
        (state.last_answered or "never")[:16],
        (state.last_new or "never")[:16],
        state.reason or "",
    )
