"""``vigilex search QUERY``: the stored updates that match, newest first, with the passages that hit."""

import argparse
import sys

from db.search import Hit, search
from model.update import update_to_dict
from service.arguments import add_data, add_json
from service.output import note, print_json
from service.stores import existing_store

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        metavar="QUERY",
        nargs="*",
        help='words, "phrases", -not, and filters jurisdiction: concerns: topic: sector: kind: stage: source: lang: '
        "published: include:all; a query that begins with a minus sign comes after --",
    )
    parser.add_argument("--limit", type=_limit, default=20, metavar="N", help="how many to print (default: 20)")
    add_data(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    with existing_store(args.data) as store:
        results = search(store, " ".join(args.query), limit=args.limit)
    for hit in results.hits:
        if args.json:
            print_json(update_to_dict(hit.update))
        else:
            print(_for_a_person(hit, sys.stdout.isatty()))
    note(f"Read as: {results.read_as}")
    shown = len(results.hits)
    note(f"{results.total} found" + (f", the newest {shown} shown" if shown < results.total else ""))
    return 0


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100000")
    return int(text)


def _for_a_person(hit: Hit, colour: bool) -> str:
    """Date, title and source; the tags; the passages with their hits in brackets, or bold on a terminal."""
    publication, tags = hit.update.publication, hit.update.tags
    codes = [*tags.jurisdictions, tags.kind, *([] if tags.stage == "none" else [tags.stage]), *tags.topics]
    lines = [
        f"{(publication.published or 'undated')[:10]}  {publication.title}",
        f"            {' · '.join(codes)}",
        f"            {publication.url or publication.id}",
    ]
    lines += [f"            {_marked(passage.text, passage.marks, colour)}" for passage in hit.passages]
    return "\n".join(lines)


def _marked(text: str, marks: tuple[tuple[int, int], ...], colour: bool) -> str:
    before, after = (BOLD, PLAIN) if colour else ("[", "]")
    for start, end in reversed(marks):
        text = f"{text[:start]}{before}{text[start:end]}{after}{text[end:]}"
    return text
