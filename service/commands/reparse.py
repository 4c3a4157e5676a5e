"""``vigilex reparse``: every archived snapshot through the present parsers; no source is asked."""

import argparse

from crawlers.reparse import reparse
from db.connect import StoreError, open_existing
from extractors.tagger import tag
from service.arguments import add_data, add_now, clock, timestamp
from service.errors import Failure
from service.output import note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    try:
        counts = reparse(args.data, open_existing(args.data), tag, timestamp(clock(args)))
    except StoreError as error:
        raise Failure(str(error)) from None
    for problem in counts.problems:
        note(problem)
    print(f"{counts.snapshots} snapshots read again, {counts.changed} updates changed")
    return 1 if counts.problems else 0
