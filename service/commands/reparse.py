"""``vigilex reparse``: every archived snapshot through the present parsers; no source is asked."""

import argparse

from crawlers.reparse import reparse
from extractors.tagger import tag
from service.arguments import add_data, add_now, clock, timestamp
from service.output import note
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    with existing_store(args.data) as store:
        done = reparse(args.data, store, tag, timestamp(clock(args)))
    rebuilt = done.rebuilt
    for record in done.unreadable:
        note(f"left as it is: {record}")
    print(
        f"{rebuilt.snapshots} snapshots read again: {rebuilt.changed} of {rebuilt.updates} updates changed, "
        f"{rebuilt.recreated} made anew"
    )
    if rebuilt.unexplained:
        note(f"{rebuilt.unexplained} updates are in no snapshot any more; they stay as they are")
    return 1 if done.unreadable else 0
