"""``vigilex feeds build``: the feeds as files."""

import argparse
import os
from pathlib import Path

from feeds.publish import publish
from service.arguments import add_data
from service.errors import Failure
from service.settings import load_settings
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    build = actions.add_parser(
        "build", help="write the feeds of all updates and of each jurisdiction, topic, sector and source"
    )
    build.add_argument(
        "--out", type=Path, metavar="DIR", help="where DIR/feeds/all.atom is written (default: the data folder's site/)"
    )
    add_data(build)


def run(args: argparse.Namespace) -> int:
    settings = load_settings(args.data, Path.cwd(), os.environ)
    out = args.out or args.data / "site"
    author = settings.organisation.name or "Vigilex"
    with existing_store(args.data) as db:
        try:
            report = publish(db, out, base_url=settings.base_url.rstrip("/"), author=author)
        except OSError as error:
            raise Failure(
                f"{error.filename or out} cannot be written: {error.strerror}; choose another with --out"
            ) from None
    print(f"{report.feeds} feeds in {out / 'feeds'}, {report.written} of them new or changed")
    return 0
