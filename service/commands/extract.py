"""``vigilex extract SOURCE FILE``: one saved payload through its source's parser, as JSON Lines."""

import argparse
import mimetypes
from pathlib import Path

from crawlers.bases.source import SourceSpider
from crawlers.keeping import where
from crawlers.reading import Reading
from crawlers.recording import is_address
from crawlers.registry import UnknownSource, spider_for
from extractors.tagger import tag
from model.payload import Payload, PayloadError
from model.update import Update, update_to_dict
from service.errors import Failure, UsageError
from service.output import note, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="the id of the source, as `vigilex sources` prints it")
    parser.add_argument("file", type=Path, metavar="FILE", help="the saved payload, as the source sent it")
    parser.add_argument("--url", help="the address that it came from, where the payload itself does not say")
    parser.add_argument("--json", action="store_true", help="the output is JSON Lines anyway")


def run(args: argparse.Namespace) -> int:
    try:
        spider = spider_for(args.source)
    except UnknownSource as error:
        raise UsageError(str(error)) from None
    if args.url and not is_address(args.url):
        raise UsageError(f"--url must be an absolute http or https address, not {args.url!r}")
    reading = _read(spider, _payload(args.file, args.url))
    for publication in reading.publications:
        print_json(update_to_dict(Update(publication, tag(publication))))
    for problem in reading.problems:
        note(f"{args.file}: {problem.record}: {problem.field}: {problem.text}")
    if not reading.publications:
        note(f"{args.file}: {reading.nothing or 'holds no update of its own'}")
    # As with a crawl that ends partial: what could be read is there, what could not is named.
    return 1 if reading.problems and not reading.publications else 0


def _payload(path: Path, url: str | None) -> Payload:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from None
    return Payload(body, url=url, content_type=mimetypes.guess_type(path.name)[0], name=str(path))


def _read(spider: type[SourceSpider], payload: Payload) -> Reading:
    try:
        return spider.read(payload)
    except PayloadError as error:
        raise Failure(f"{payload.name}: {error}") from None
    except Exception as error:  # noqa: BLE001 - a parser that trips over an odd payload is a failure, no traceback
        raise Failure(f"{payload.name} could not be read: {where(error)}") from None
