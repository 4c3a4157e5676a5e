"""``vigilex sources``: every source and its state."""

import argparse

from db.connect import StoreError, open_existing
from db.sources import SourceState, source_states
from service.arguments import add_data, add_json, add_now, clock, timestamp
from service.errors import Failure
from service.output import print_json, print_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    try:
        states = source_states(open_existing(args.data), timestamp(clock(args)))
    except StoreError as error:
        raise Failure(str(error)) from None
    if args.json:
        for state in states:
            print_json(state.to_dict())
        return 0
    print_table(("source", "state", "last answered", "last new", "reason"), [_row(state) for state in states])
    return 0


def _row(state: SourceState) -> tuple[str, ...]:
    return (
        state.source,
        state.outcome or "never visited",
        (state.last_answered or "never")[:16],
        (state.last_new or "never")[:16],
        state.reason or "",
    )
