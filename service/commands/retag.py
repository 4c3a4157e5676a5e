"""``vigilex retag``: every stored update through the present tagger, from the stored text alone."""

import argparse

from db.updates import retag
from extractors.tagger import tag
from service.arguments import add_data, add_now, clock, timestamp
from service.output import note
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    with existing_store(args.data) as store:
        counts = retag(store, tag, timestamp(clock(args)))
    print(f"{counts.seen} updates tagged again, {counts.changed} changed")
    if counts.without_text:
        note(f"{counts.without_text} irrelevant ones are kept without text: only `vigilex reparse` reads them anew")
    return 0
