"""``vigilex evaluate FILE``: the tagger's figures against labelled JSON Lines, and each mistake with its evidence."""

import argparse
from pathlib import Path

from extractors.evaluation import evaluate, render
from extractors.tagger import tag
from service.commands.tag import publication_of, records
from service.output import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="labelled JSON Lines: the input of `tag` and its right answers"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")


def run(args: argparse.Namespace) -> int:
    figures = evaluate((record, tag(publication_of(record))) for record in records(args.file))
    if args.json:
        print_json(figures)
    else:
        print(render(figures))
    return 0
