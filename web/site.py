"""What every page needs: the store, the clock, the letterhead, the templates; and how a page is answered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from alerts.letterhead import Letterhead
from alerts.mails import Mails
from alerts.tokens import Purpose, token
from alerts.wording import day_words, moment_words
from db.connect import Store
from feeds.catalogue import Feed, of_all
from feeds.discovery import links
from feeds.headline import jurisdiction_name, words
from model.texts import _, language, ngettext
from web.limits import Allowance, RateLimit, visitor
from web.pulse import Pulse


@dataclass(frozen=True)
class Site:
    """One running site.

    ``store`` opens the store for one request. ``deliver`` sends what waits in the outbox, soon and in the background.
    ``mail_folder`` is where mails are written without a server. ``note`` is a sentence shown on pages that promise a
    mail (None where mail really goes out). ``archive`` is the folder of the WARC files (None: nothing to download).
    ``user_agent`` is how the crawler names itself to sources (empty: not told).
    """

    head: Letterhead
    key: bytes
    mails: Mails
    store: Callable[[], Store]
    clock: Callable[[], datetime]
    deliver: Callable[[], None]
    mail_folder: Path
    note: str | None = None
    pulse: Callable[[], Pulse | None] = lambda: None
    version: str = ""
    user_agent: str = ""
    by_visitor: RateLimit = field(default_factory=lambda: RateLimit(10, timedelta(minutes=10)))
    searches: RateLimit = field(default_factory=lambda: RateLimit(300, timedelta(minutes=5)))
    by_address: RateLimit = field(default_factory=lambda: RateLimit(5, timedelta(hours=1)))
    archive: Path | None = None
    by_program: Allowance = field(default_factory=lambda: Allowance(1_200, timedelta(minutes=1)))

    @property
    def root(self) -> str:
        """The path under which the site stands: empty, or as /vigilex in https://example.org/vigilex."""
        return urlsplit(self.head.base_url).path.rstrip("/")

    @property
    def now(self) -> str:
        """The present time as the store writes it."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @contextmanager
    def opened(self) -> Iterator[Store]:
        db = self.store()
        try:
            yield db
        finally:
            db.close()

    def token(self, purpose: Purpose, subject: int) -> str:
        return token(self.key, purpose, str(subject), self.clock())

    def page(
        self, template: str, status: int = 200, *, here: str = "", feeds: Sequence[Feed] = (), **values: object
    ) -> Response:
        """A page of ours.

        ``here`` is the path of the entry of the navigation that it is, ``feeds`` those of the same updates as the page
        shows (default: all updates). Templates get ``head``, ``root``, ``note``, ``feeds`` and ``values``.
        """
        shared = {"width": "text", "here": here, "head": self.head, "root": self.root, "note": self.note}
        alternates = links(feeds or [of_all()], self.root)
        return HTMLResponse(_templates().get_template(template).render(shared | {"feeds": alternates} | values), status)


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    site: Site = request.app.state.site
    return site


def visitor_of(request: Request) -> str:
    """Whose requests count together with this one."""
    return visitor(request.client.host if request.client else None)


@cache
def _templates() -> Environment:
    folder = files("web") / "templates"
    loader = FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8"))
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by i18n
    environment.globals["language"] = language
    environment.filters |= {"day": day_words, "moment": moment_words, "place": jurisdiction_name, "words": words}
    return environment
