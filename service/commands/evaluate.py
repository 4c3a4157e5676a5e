"""``vigilex evaluate FILE…``: the tagger's figures against labelled JSON Lines, and each mistake with its evidence."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from extractors.evaluation import Figures, evaluate, figures_text, figures_to_dict, mistake_text
from extractors.tagger import tag
from feeds.publish import write_file
from model.tags import Tags
from service.arguments import add_now, clock, timestamp
from service.commands.tag import publication_of, records
from service.errors import Failure
from service.figures import with_figures
from service.output import print_json

LISTS = ("jurisdictions", "concerns", "topics", "sectors", "instruments")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="labelled JSON Lines: the input of `tag`, its right answers"
    )
    parser.add_argument(
        "--json", action="store_true", help="print mistakes and figures as JSON Lines, the figures last"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the figures and the day to FILE as JSON")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the figures as tables into FILE, between its marks"
    )
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    figures = Figures()
    for mistake in evaluate(chain.from_iterable(map(_tagged, args.files)), figures):
        if args.json:
            print_json({"mistake": asdict(mistake)})
        else:
            print(mistake_text(mistake))
    if not figures.records:
        raise Failure(f"{', '.join(map(str, args.files))}: no labelled record is there")
    day = timestamp(clock(args))[:10]
    if args.save:
        _write(args.save, json.dumps({"day": day, **figures_to_dict(figures)}, indent=1) + "\n")
    if args.page:
        _write(args.page, _page(args.page, figures, day))
    if args.json:
        print_json({"figures": figures_to_dict(figures)})
    else:
        print(f"\n{figures_text(figures)}")
    return 0


def _page(path: Path, figures: Figures, day: str) -> str:
    try:
        return with_figures(path.read_text(encoding="utf-8"), figures_to_dict(figures), day)
    except (OSError, ValueError) as error:
        raise Failure(f"The figures cannot be put into {path}: {error}.") from None


def _write(path: Path, text: str) -> None:
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise Failure(f"The figures cannot be written to {path}: {error.strerror}.") from None


def _tagged(path: Path) -> Iterator[tuple[dict[str, Any], Tags]]:
    """Each record with the tags found. The labelled language is kept from the tagger: it has to find it."""
    for record in records(path):
        if problem := _label_problem(record):
            raise Failure(f"{path}, record {record['id']}: {problem}")
        yield record, tag(publication_of({**record, "lang": None}))


def _label_problem(record: dict[str, Any]) -> str | None:
    """What is wrong with the labels of one record, or None."""
    if not isinstance(record.get("relevant"), bool):
        return "relevant must be true or false"
    for name in LISTS:
        if not all(isinstance(code, str) for code in _listed(record.get(name, []))):
            return f"{name} must be a list of codes"
    for name in ("kind", "stage"):
        if not isinstance(record.get(name, ""), str):
            return f"{name} must be one code"
    for dated in _listed(record.get("dates", [])):
        if (
            not isinstance(dated, dict)
            or not isinstance(dated.get("type"), str)
            or not isinstance(dated.get("date"), str)
        ):
            return "dates must be a list of {type, date, words}"
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]
