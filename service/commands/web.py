"""``vigilex web``: the pages, on this machine alone; a web server in front gives them their public address."""

import argparse
import ipaddress
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from alerts.outbox import Postman, deliver
from alerts.smtp import Sender
from crawlers.holder import is_alive, own_holder
from db.connect import open_existing
from db.store import open_store
from service import __version__
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
    with listening_on(args.port, settings.web.listen) as listening:
        with store_errors(args.data):
            site = site_of(reached_at(settings, listening), args.data)
        note(f"Open {address_of(listening)}{site.root}/subscribe; end with Ctrl-C.")
        uvicorn.Server(serving(site)).run(sockets=[listening])
    return 0


def serving(site: Site, **options: Any) -> uvicorn.Config:
    """How the pages of ``site`` are served; ``options`` are further ones of uvicorn."""
    # The addresses of our pages hold tokens: nobody writes them down. A server in front tells who the visitor is; where
    # there is none, the visitor would tell it himself, each time another one.
    return uvicorn.Config(
        create_app(site), access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=30,
        proxy_headers=not site.head.is_local, forwarded_allow_ips=[LOCAL, "::1"], **options,
    )  # fmt: skip


def site_of(
    settings: Settings, data: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    say: Callable[[str], None] = note,
) -> Site:  # fmt: skip
    """The site over the store in ``data``, which is made where there is none. Raises Failure and StoreError."""
    postbox = sender(settings, data)
    db = open_store(data)
    try:
        writes, key = mails(settings, db, data), signing_key(db)
    finally:
        db.close()
    say(f"{postbox.says}.")
    return Site(
        head=letterhead(settings),
        key=key,
        mails=writes,
        store=lambda: open_existing(data),
        clock=clock,
        deliver=_delivering(postbox, data, clock),
        version=__version__,
        user_agent=settings.user_agent,
        mail_folder=mail_folder(data),
        archive=data / "archive",
        note=None
        if settings.smtp.host
        else "This installation has no mail server yet: mails are written to files, not sent.",
    )


def _delivering(postbox: Sender, data: Path, clock: Callable[[], datetime]) -> Callable[[], None]:
    """Sends what waits in the outbox, one round at a time in this process; other processes are kept off by leases."""
    turn = threading.Lock()

    def delivering() -> None:
        with turn:
            db = open_existing(data)
            try:
                deliver(db, Postman(postbox.send, own_holder(), clock, is_alive))
            finally:
                db.close()
                postbox.close()

    return delivering


def reached_at(settings: Settings, listening: socket.socket) -> Settings:
    """``settings`` with links that lead to the port that listens, where no base_url is set."""
    if settings.base_url != Settings().base_url:
        return settings
    return replace(settings, base_url=f"http://{LOCAL}:{listening.getsockname()[1]}")


def address_of(listening: socket.socket) -> str:
    """Where a browser of this machine finds what listens: ``http://127.0.0.1:8000``."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listening_on(port: int, host: str = LOCAL) -> socket.socket:
    """A listening socket on the IP address ``host``. Raises Failure where the port is taken."""
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # Now, not when the server begins: else two that start at once both take the port, and one finds out late.
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise Failure(f"Port {port} of {host} cannot be used ({error}): choose another with --port.") from None
    return listening
