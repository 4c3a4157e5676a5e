"""``vigilex retag``: every stored update through the present tagger, from the stored text alone."""

import argparse

from db.connect import StoreError, open_existing
from db.updates import retag
from extractors.tagger import tag
from service.arguments import add_data, add_now, clock, timestamp
from service.errors import Failure
from service.output import note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    try:
        counts = retag(open_existing(args.data), tag, timestamp(clock(args)))
    except StoreError as error:
        raise Failure(str(error)) from None
    print(f"{counts.seen} updates tagged again, {counts.changed} changed")
    if counts.without_text:
        note(
            f"{counts.without_text} irrelevant ones are kept without text: only `vigilex reparse` reads them anew"
        )
    return 0
