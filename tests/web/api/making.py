"""One site over a store with a clock that the test moves, and its API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from alerts.mails import Mails
from alerts.render import Renderer
from db.connect import Store, open_existing
from db.sources import sync_sources
from db.store import open_store
from model.publication import Publication
from model.source import Republish
from tests.alerts.mailing import HEAD
from tests.db.making import save
from tests.feeds.making import source, tagger
from web.app import create_app
from web.limits import Allowance
from web.site import Site

ID = "urn:uuid:00000000-0000-5000-8000-000000000000"


@dataclass
class World:
    """``most`` requests at once are allowed; addresses that hold a path below the API are asked with ``get``."""

    folder: Path
    now: datetime = datetime(2026, 11, 23, 6, tzinfo=UTC)
    most: int = 1_000_000
    republish: Republish = Republish.TEXT
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        with self.store() as db:
            sync_sources(db, [source(republish=self.republish)])
        site = Site(
            head=HEAD, key=b"k" * 32, mails=Mails(Renderer(HEAD, {}), b"k" * 32), deliver=lambda: None,
            store=lambda: open_existing(self.folder), clock=lambda: self.now, mail_folder=self.folder / "mail",
            by_program=Allowance(self.most, timedelta(minutes=1)),
        )  # fmt: skip
        self.app = create_app(site)
        self.client = TestClient(
            self.app, base_url="https://elsewhere.invalid", raise_server_exceptions=False, follow_redirects=False
        )

    @contextmanager
    def store(self) -> Iterator[Store]:
        db = open_store(self.folder)
        try:
            yield db
        finally:
            db.close()

    def add(self, *publications: Publication, **values: Any) -> None:
        with self.store() as db:
            save(db, *publications, tagger=values.pop("tagger", tagger), **values)

    def get(self, path: str, **parameters: Any) -> Response:
        return self.client.get(f"/api/v1{path}", params=parameters or None)

    def read(self, path: str, **parameters: Any) -> Any:
        """What an answer holds that must be there."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


def ids(answer: Any) -> list[str]:
    return [item.get("update", item)["id"] for item in answer["items"]]
