"""``vigilex up``: the whole service in one command. It crawls, tags, mails, backs up, and serves the site."""

import argparse
import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler

from alerts.secretariat import recipient_of
from crawlers.holder import own_holder
from db.connect import library_note, open_existing
from service import logs
from service.arguments import add_data, add_now, timestamp
from service.children import Children, own_command
from service.commands.web import address_of, listening_on, reached_at, serving, site_of
from service.schedule import Given, Schedule
from service.settings import PREFIX, Settings, load_settings
from service.stores import store_errors
from web.site import Site

WAKES_EVERY = 3.0
PATIENCE = 30.0
"""Seconds: between two looks at what is due; for children to end in order once the service is told to."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-crawl", action="store_true", help="visit no source; serve, mail and back up what is there"
    )
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="the port on 127.0.0.1 (default: 8000)")
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    settings = load_settings(args.data, Path.cwd(), os.environ)
    clock = running_clock(args.now, time.monotonic)
    with listening_on(args.port, settings.web.listen) as listening, store_errors(args.data):
        settings = reached_at(settings, listening)
        os.environ[f"{PREFIX}BASE_URL"] = settings.base_url  # the links of the children's mails are ours
        logs.to_standard_error()
        if warning := library_note():
            logs.warning("old_sqlite", says=warning)
        site = site_of(settings, args.data, clock, lambda says: logs.info("mail", says=says))
        schedule = schedule_of(args, settings, clock)
        schedule.begin()
        # Held open: whoever closes the last connection removes the write-ahead log, and on a full disk nobody could
        # make it again, even to read.
        with contextlib.closing(open_existing(args.data)):
            _serve(replace(site, pulse=schedule.pulse), schedule, listening)
    logs.info("ended")
    return 0


def running_clock(start: datetime | None, timer: Callable[[], float]) -> Callable[[], datetime]:
    """A clock that begins at ``start`` and runs on by ``timer`` (seconds); without a start the clock of the machine."""
    if start is None:
        return lambda: datetime.now(UTC)
    begun = timer()
    return lambda: start + timedelta(seconds=timer() - begun)


def schedule_of(args: argparse.Namespace, settings: Settings, clock: Callable[[], datetime]) -> Schedule:
    """The schedule of this service. Its children take the time from it where a person has set the clock."""
    own = own_command(str(args.data))

    def command(words: Sequence[str]) -> list[str]:
        return [*own(words), *(["--now", timestamp(clock())] if args.now else [])]

    given = Given(
        data=args.data, zone=ZoneInfo(settings.timezone), clock=clock, timer=time.monotonic, holder=own_holder(),
        crawls=not args.no_crawl, tells=recipient_of(settings.organisation.contact) is not None,
    )  # fmt: skip
    return Schedule(given, Children(command, time.monotonic))


class _Server(uvicorn.Server):
    """Leaves signals to us: they end the schedule too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _serve(site: Site, schedule: Schedule, listening: socket.socket) -> None:
    """Serve and wake until told to end; then end what runs."""
    server = _Server(serving(site, log_config=None))
    _end_when_told(server, schedule)
    scheduler = BackgroundScheduler(timezone=UTC)
    # Once the first page can be answered: what is due may wait for a second, a person not.
    first = datetime.now(UTC) + timedelta(seconds=1)
    scheduler.add_job(schedule.wake, "interval", seconds=WAKES_EVERY, next_run_time=first, coalesce=True)
    scheduler.start()
    print(f"Open {address_of(listening)}{site.root}/; end with Ctrl-C.", flush=True)
    logs.info("listening", address=address_of(listening), crawls=schedule.given.crawls)
    server.run(sockets=[listening])
    scheduler.shutdown(wait=False)
    schedule.end(PATIENCE)


def _end_when_told(server: uvicorn.Server, schedule: Schedule) -> None:
    """SIGINT and SIGTERM end the service in order; the second one at once."""

    def told(number: int, _frame: FrameType | None) -> None:
        if server.should_exit:
            schedule.children.kill()
            os._exit(128 + number)
        server.should_exit = True
        schedule.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
