"""A site that truly listens, and the system's Chromium to look at it."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from time import monotonic, sleep

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from service.commands.web import site_of
from service.settings import load_settings
from web.app import create_app

NO_CHROMIUM = "no Chromium on this machine: install it (Debian: apt install chromium) or name it in CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that asks nobody but the site: no updates, no reports, no lookups of its own.
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A site that answers at ``url``; its data, with the mails that it wrote, lie in ``folder``."""

    url: str
    folder: Path

    def link(self, address: str) -> str:
        """The first link in the newest mail to ``address``, as its reader would copy it; waits for the mail."""
        deadline = monotonic() + 10
        while monotonic() < deadline:
            if (text := self._newest(address)) is not None:
                return next(word for word in text.split() if word.startswith(self.url))
            sleep(0.05)
        raise AssertionError(f"no mail to {address} came")

    def _newest(self, address: str) -> str | None:
        mails = sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in mails:
            mail = message_from_bytes(path.read_bytes(), policy=default)
            body = mail.get_body(("plain",))  # type: ignore[attr-defined]  # the policy makes an EmailMessage of it
            if address in str(mail["To"]) and body is not None:
                return str(body.get_content())
        return None


@contextmanager
def serving(folder: Path, now: datetime) -> Iterator[Served]:
    """The site over the store in ``folder``, by a clock that stands at ``now``, on a free port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    site = site_of(load_settings(folder, folder, {"VIGILEX_BASE_URL": url}), folder, lambda: now)
    server = uvicorn.Server(uvicorn.Config(create_app(site), access_log=False, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Served(url, folder)
    finally:
        server.should_exit = True
        thread.join(10)


def find_chromium() -> str | None:
    """The program that CHROMIUM names, else the system's."""
    return os.environ.get("CHROMIUM") or next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield opened
        opened.close()
