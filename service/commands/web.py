"""``vigilex web``: the pages, on this machine alone; a web server in front gives them their public address."""

import argparse
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from alerts.outbox import Postman, deliver
from alerts.smtp import Sender
from crawlers.holder import is_alive, own_holder
from db.connect import open_existing
from db.store import open_store
from service.arguments import add_data
from service.errors import Failure
from service.mailing import letterhead, mail_folder, mails, sender, signing_key
from service.output import note
from service.settings import Settings, load_settings
from service.stores import store_errors
from web.app import create_app
from web.site import Site

LOCAL = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="the port on 127.0.0.1 (default: 8000)")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    settings = load_settings(args.data, Path.cwd(), os.environ)
    with store_errors(args.data):
        site = site_of(settings, args.data)
    with _listening(args.port) as listening:
        note(f"Open http://{LOCAL}:{listening.getsockname()[1]}{site.root}/subscribe; end with Ctrl-C.")
        # The addresses of our pages hold tokens: nobody writes them down. A server in front tells who the visitor is.
        config = uvicorn.Config(
            create_app(site), access_log=False, log_level="warning", server_header=False, proxy_headers=True,
            forwarded_allow_ips=LOCAL, timeout_graceful_shutdown=30,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def site_of(settings: Settings, data: Path) -> Site:
    """The site over the store in ``data``, which is made where there is none. Raises Failure and StoreError."""
    postbox = sender(settings, data)
    db = open_store(data)
    try:
        writes, key = mails(settings, db, data), signing_key(db)
    finally:
        db.close()
    note(f"{postbox.says}.")
    return Site(
        head=letterhead(settings),
        key=key,
        mails=writes,
        store=lambda: open_existing(data),
        clock=_now,
        deliver=_delivering(postbox, data),
        mail_folder=mail_folder(data),
        note=None
        if settings.smtp.host
        else "This installation has no mail server yet: mails are written to files, not sent.",
    )


def _delivering(postbox: Sender, data: Path) -> Callable[[], None]:
    """Sends what waits in the outbox, one round at a time in this process; other processes are kept off by leases."""
    turn = threading.Lock()

    def delivering() -> None:
        with turn:
            db = open_existing(data)
            try:
                deliver(db, Postman(postbox.send, own_holder(), _now, is_alive))
            finally:
                db.close()
                postbox.close()

    return delivering


def _listening(port: int) -> socket.socket:
    """A listening socket on this machine alone. Raises Failure where the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOCAL, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise Failure(f"Port {port} cannot be used ({error}): choose another with --port.") from None
    return listening


def _now() -> datetime:
    return datetime.now(UTC)
