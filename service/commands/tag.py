"""``vigilex tag [FILE]``: JSON Lines of texts in, JSON Lines of tags out, in the same order."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from extractors.tagger import tag
from model.publication import Publication
from model.update import tags_to_dict
from service.errors import Failure
from service.output import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="JSON Lines {id, title, text, url?, lang?, source?}; default: standard input",
    )
    parser.add_argument("--json", action="store_true", help="the output is JSON Lines anyway")


def run(args: argparse.Namespace) -> int:
    for record in records(args.file):
        tags = tag(publication_of(record))
        verdict = {"relevant": tags.relevant, "review": tags.review, "score": tags.score, "lang": tags.lang}
        print_json({"id": record["id"], **verdict, **tags_to_dict(tags)})
    return 0


def records(path: Path | None) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file of JSON Lines, or of standard input. Raises Failure, naming the line."""
    if path is None:
        yield from _objects(sys.stdin.buffer, "standard input")
        return
    try:
        with path.open("rb") as lines:
            yield from _objects(lines, str(path))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from None


def _objects(lines: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Failure(f"{name}, line {number}: no valid JSON ({error})") from None
        problem = _problem(value)
        if problem:
            raise Failure(f"{name}, line {number}: {problem}")
        yield value


def _problem(value: Any) -> str | None:
    """What is wrong with one record, or None."""
    if not isinstance(value, dict):
        return "must be an object with id, title and text"
    if not isinstance(value.get("id"), str | int):
        return "id is missing; give each record a name"
    for field in ("title", "text", "url", "lang", "source"):
        if value.get(field) is not None and not isinstance(value[field], str):
            return f"{field} must be a text"
    if value.get("title") is None and value.get("text") is None:
        return "title and text are both missing"
    return None


def publication_of(record: dict[str, Any]) -> Publication:
    """A record of the command line as a publication of no known source, or of the one it names."""
    return Publication(
        source=record.get("source") or "",
        native_id=str(record["id"]),
        title=record.get("title") or "",
        url=record.get("url"),
        lang=record.get("lang"),
        text=record.get("text") or "",
    )
