"""What every page needs: the store, the clock, the letterhead, the templates; and how a page is answered."""

from collections.abc import Callable, Iterator
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
from db.connect import Store
from feeds.catalogue import of_all
from feeds.discovery import links
from model.texts import _, language, ngettext
from web.limits import RateLimit


@dataclass(frozen=True)
class Site:
    """One running site.

    ``store`` opens the store for one request. ``deliver`` sends what waits in the outbox, soon and in the background.
    ``mail_folder`` is where mails are written without a server. ``note`` is a sentence shown on pages that promise a
    mail (None where mail really goes out).
    """

    head: Letterhead
    key: bytes
    mails: Mails
    store: Callable[[], Store]
    clock: Callable[[], datetime]
    deliver: Callable[[], None]
    mail_folder: Path
    note: str | None = None
    by_visitor: RateLimit = field(default_factory=lambda: RateLimit(10, timedelta(minutes=10)))
    by_address: RateLimit = field(default_factory=lambda: RateLimit(5, timedelta(hours=1)))

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

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of ours; it is nobody's to keep but the reader's."""
        text = (
            _templates()
            .get_template(template)
            .render(head=self.head, root=self.root, note=self.note, feeds=links([of_all()], self.root), **values)
        )
        return HTMLResponse(text, status)


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    site: Site = request.app.state.site
    return site


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
    return environment
