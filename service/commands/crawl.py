"""``vigilex crawl [SOURCE…]``: visits the sources, stores what is new, and says how each visit ended."""

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from crawlers.due import due
from crawlers.engine import CrawlOptions, RunReport, crawl
from crawlers.recording import RecordingError
from crawlers.registry import UnknownSource, spiders
from db.connect import StoreError, library_note, open_existing
from db.runs import latest_runs
from db.sources import sync_sources
from db.store import open_store
from service.arguments import add_data, add_json, add_now, timestamp
from service.errors import Failure, UsageError
from service.output import note, print_json, print_table
from service.settings import load_settings
from service.stores import store_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="the sources to visit (default: all that are due)")
    parser.add_argument("--since", type=_day, metavar="DATE", help="ask for what was published on or after this day")
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="PATH",
        help="answer every request from a WARC file or recorded folder, not the network",
    )
    parser.add_argument(
        "--declare", action="store_true", help="only write down what the sources declare about themselves; visit none"
    )
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    if args.declare:
        _declare(args.data)
        return 0
    settings = load_settings(args.data, Path.cwd(), os.environ)
    options = CrawlOptions(
        now=(lambda: args.now) if args.now else (lambda: datetime.now(UTC)),
        since=args.since,
        replay=args.replay,
        user_agent=settings.user_agent,
        allowed_origin=settings.crawl.allowed_origin or None,
        delay=settings.crawl.delay,
        keys=settings.keys,
        say=note,
    )
    wanted = args.sources if args.sources or args.replay else _due(args.data, options.now())
    if wanted == [] and not args.replay:
        note("No source is due; name one to visit it now.")
        return 0
    if warning := library_note():
        note(warning)
    try:
        with store_errors(args.data):
            reports = crawl(args.data, wanted or None, options)
    except UnknownSource as error:
        raise UsageError(str(error)) from None
    except RecordingError as error:
        raise Failure(str(error)) from None
    _print(reports, args.json)
    return 1 if any(report.alarming for report in reports) else 0


def _declare(data: Path) -> None:
    with store_errors(data):
        db = open_store(data)
        try:
            sync_sources(db, [spider.source for spider in spiders().values()])
        finally:
            db.close()


def _due(data: Path, now: datetime) -> list[str]:
    """The sources that are due; says of the others when they will be."""
    known = [spider.source for spider in spiders().values()]
    try:
        times = due(known, latest_runs(open_existing(data)), now)
    except StoreError:
        return [source.id for source in known]  # no store yet, or one whose fault the crawl itself will name
    for name, time in times.items():
        if time is not None:
            note(f"{name}: not due before {timestamp(time)}")
    return [name for name, time in times.items() if time is None]


def _print(reports: Sequence[RunReport], as_json: bool) -> None:
    for report in reports if as_json else ():
        print_json({field: getattr(report, field) for field in report.__dataclass_fields__})
    if reports and not as_json:
        shown = ("new", "completed", "revised", "unchanged")
        rows = [(r.source, r.outcome, *(str(r.counts[name]) for name in shown), r.reason) for r in reports]
        print_table(("source", "outcome", *shown, "reason"), rows)
    for report in reports:
        for url in report.not_recorded:
            note(f"{report.source}: not recorded: {url}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-22") from None
