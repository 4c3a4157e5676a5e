"""Nothing that we write leads nowhere: each address of ours on pages, in feeds and in mails answers, anchors too."""

import html
import re
from collections import Counter, deque
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from alerts.gathering import Gatherer
from alerts.mails import Mails
from alerts.render import Renderer
from db.connect import open_existing
from db.query import GRAMMAR
from db.sources import declared
from model.subscription import Cadence, Person, PersonState, Subscription
from tests.alerts.mailing import HEAD
from tests.demo_store import NOW, copied
from web.app import create_app
from web.site import Site

KEY = b"k" * 32
BASE = HEAD.base_url
_LINK = re.compile(r'<(?:a|link)\b[^>]*?\shref="([^"]+)"')
_ID = re.compile(r'\sid="([^"]+)"')
# Searches lead to further searches without end, and one page of a kind is much like another.
_MOST = {"search": 20, "u": 24, "i": 16, "feeds": 24, "sector": 10, "api": 5}


@pytest.fixture(scope="module")
def folder(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo_store, tmp_path_factory.mktemp("links"))


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    site = Site(
        head=HEAD, key=KEY, mails=Mails(Renderer(HEAD, {}), KEY), store=lambda: open_existing(folder),
        clock=lambda: datetime.fromisoformat(NOW), deliver=lambda: None, mail_folder=folder / "mail",
        archive=folder / "archive",
    )  # fmt: skip
    return TestClient(create_app(site), base_url=BASE, follow_redirects=False)


class Walk:
    """Follows our own links; ``faults`` are those that lead nowhere, with the address that they stand on."""

    def __init__(self, client: TestClient, *, further: bool) -> None:
        """``further``: also what stands on the pages that links lead to."""
        self._client, self._further = client, further
        self._ids: dict[str, set[str]] = {}
        self._waiting: deque[tuple[str, str]] = deque()
        self._asked: Counter[str] = Counter()
        self.faults: list[str] = []

    def follow(self, address: str, found_on: str) -> None:
        if urljoin(BASE, address).startswith(f"{BASE}/"):
            self._waiting.append((urljoin(BASE, address), found_on))

    def all(self) -> "Walk":
        while self._waiting:
            address, found_on = self._waiting.popleft()
            page, anchor = urldefrag(address)
            self._look(page, found_on)
            if anchor and page in self._ids and anchor not in self._ids[page]:
                self.faults.append(f"{address} on {found_on}: no such place on that page")
        return self

    def asked(self, kind: str) -> int:
        return self._asked[kind]

    def _look(self, page: str, found_on: str) -> None:
        kind = page.removeprefix(f"{BASE}/").partition("/")[0].partition("?")[0]
        if page in self._ids or self._asked[kind] >= _MOST.get(kind, 1_000):
            return
        self._asked[kind] += 1
        answer = self._client.get(page)
        if answer.status_code not in (200, 301, 308):
            self.faults.append(f"{page} on {found_on}: {answer.status_code}")
        if "text/html" in answer.headers.get("content-type", ""):
            self._ids[page] = set(_ID.findall(answer.text))
            for link in _LINK.findall(answer.text) if self._further else ():
                self.follow(urljoin(page, html.unescape(link)), page)
        else:
            self._ids[page] = set()
        if "location" in answer.headers:
            self.follow(answer.headers["location"], page)


def test_no_link_of_a_page_leads_nowhere(client: TestClient) -> None:
    walk = Walk(client, further=True)
    walk.follow("/", "the beginning")
    walk.all()
    assert not walk.faults
    for kind in ("j", "t", "sector", "u", "i", "sources", "feeds", "search", "about", "taxonomy", "subscribe"):
        assert walk.asked(kind), f"no page leads to /{kind}"


def test_no_link_of_a_feed_or_of_the_list_of_feeds_leads_nowhere(client: TestClient) -> None:
    feed = (
        client.get("/feeds/all.atom").text + client.get("/feeds/all.json").text + client.get("/feeds/feeds.opml").text
    )
    found = {html.unescape(one) for one in re.findall(rf'{re.escape(BASE)}/[^"<\s\\]*', feed)}
    assert {f"{BASE}/taxonomy#topic", f"{BASE}/feeds/all.atom"} <= found
    walk = Walk(client, further=False)
    for address in sorted(found):
        walk.follow(address, "a feed")
    assert not walk.all().faults


def test_no_link_of_a_mail_leads_nowhere(client: TestClient, folder: Path) -> None:
    db = open_existing(folder)
    nobody = Person(0, "ana@example.net", "en", PersonState.ACTIVE, NOW)
    search = Subscription(0, 0, "Everything", "", GRAMMAR, Cadence.WEEKLY, NOW)
    digest = Gatherer(db, NOW, ZoneInfo("Europe/Zurich")).sample(nobody, search, "2026-01-01T00:00:00Z", 20)
    mails = Mails(Renderer(HEAD, {source.id: source for source in declared(db)}), KEY)
    mail = message_from_bytes(mails.digest(digest, "<x@y>", datetime.fromisoformat(NOW)).body, policy=default)
    text = "".join(str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text")
    found = {html.unescape(one) for one in re.findall(rf'{re.escape(BASE)}/[^"<>\s]*', text)}
    assert any("/u/" in one for one in found)
    walk = Walk(client, further=False)
    # Those with a token of this person are looked at in the tests of their own pages.
    for address in sorted(one for one in found if "token=" not in one):
        walk.follow(address.rstrip(".,;)"), "a mail")
    assert not walk.all().faults
