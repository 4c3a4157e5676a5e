"""People, subscriptions and a press that prints what a digest holds, for tests of alerts."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from alerts.digest import Digest
from alerts.keyed import address_hash
from alerts.outbox import Postman
from alerts.runs import Press
from db.connect import Store
from db.subscriptions import ask, confirm
from db.updates import get
from model.codes import Facet, Kind, Stage
from model.publication import Publication, Statement
from model.subscription import Cadence, Subscription
from model.tags import Tags
from tests.db.making import publication
from tests.db.making import save as save_with

KEY = b"k" * 32
ZONE = ZoneInfo("Europe/Zurich")
T0 = "2026-10-08T10:00:00Z"


def tagger(found: Publication) -> Tags:
    """Relevant where the word "labour" stands; all other tags are what the source says."""

    def said(facet: Facet) -> tuple[str, ...]:
        return tuple(one.code for one in found.statements if one.facet is facet)

    texts = " ".join([found.title, found.summary, *(version.text for version in found.versions)])
    relevant = "labour" in texts.split()
    return Tags(
        relevant=relevant, review=not relevant, score=0.9 if relevant else 0.5, lang=found.lang or "en",
        jurisdictions=said(Facet.JURISDICTION) or ("US",), concerns=said(Facet.CONCERN), topics=said(Facet.TOPIC),
        sectors=said(Facet.SECTOR), kind=Kind(next(iter(said(Facet.KIND)), "news")),
        stage=Stage(next(iter(said(Facet.STAGE)), "none")), dates=found.dates, instruments=(), evidence=(),
    )  # fmt: skip


def item(native_id: str, text: str = "", said: str = "", **values: Any) -> Publication:
    """A publication of that text; ``said`` is like "topic:import-ban jurisdiction:CA"."""
    statements = tuple(Statement(Facet(one.split(":")[0]), one.split(":")[1], one) for one in said.split())
    return publication(native_id, text=text, statements=statements, **({"title": f"Number {native_id}"} | values))


def save(db: Store, now: str, *publications: Publication, **values: Any) -> None:
    save_with(db, *publications, **({"now": now, "tagger": tagger, "fetched_at": now} | values))


def subscribe(
    db: Store, query: str, cadence: Cadence = Cadence.WEEKLY, address: str = "ana@example.org", now: str = T0
) -> Subscription:
    """A confirmed subscription."""
    _, asked = ask(db, address, address_hash(KEY, address), "en", query or "all", query, cadence, now)
    confirmed = confirm(db, asked.id, now)
    assert confirmed
    return confirmed


def contents(digest: Digest) -> dict[str, Any]:
    """What a digest holds, in short."""
    items = [item for section in digest.sections for item in section.items]
    return {
        "to": digest.person.address,
        "cadence": digest.cadence,
        "items": [item.update.publication.native_id for item in items],
        "changes": [item.change for item in items],
        "reasons": [[f"{reason.name}: {reason.words}" for reason in item.reasons] for item in items],
        "also_at": [[other.publication.source for other in item.also_at] for item in items],
        "deadlines": [deadline.date for deadline in digest.deadlines],
        "sections": [section.jurisdiction for section in digest.sections],
    }


def compose(digest: Digest, message_id: str, now: str) -> tuple[str, bytes]:  # noqa: ARG001 - the press's interface
    body = f"To: {digest.person.address}\r\nMessage-ID: {message_id}\r\n\r\n{json.dumps(contents(digest))}"
    return f"{digest.total} new", body.encode()


PRESS = Press(KEY, "example.org", ZONE, compose)


def mails(db: Store) -> list[dict[str, Any]]:
    """The contents of all digests that were or will be sent, in order."""
    rows = db.execute(
        "SELECT body FROM mails JOIN mail_bodies ON mail = id WHERE state IN ('frozen', 'sent') ORDER BY id"
    ).fetchall()
    return [json.loads(body.split(b"\r\n\r\n", 1)[1]) for (body,) in rows]


def delivered(db: Store) -> list[tuple[str, str]]:
    """(recipient, native id) for each item of each mail."""
    return [(mail["to"], one) for mail in mails(db) for one in mail["items"]]


def matched(db: Store) -> list[tuple[str, str, int]]:
    """(query, native id, edition) of all matches, in order."""
    rows = db.execute(
        "SELECT query, update_id, edition FROM matches m JOIN subscriptions s ON s.id = subscription ORDER BY 1, m.id"
    ).fetchall()
    found = [(query, get(db, update_id), number) for query, update_id, number in rows]
    return [(query, update.publication.native_id, number) for query, update, number in found if update]


class Mailbox:
    """A mail server that takes everything, or answers each mail with what it is given."""

    def __init__(self, errors: Iterable[Exception | None] = ()) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self._errors = iter(errors)

    def __call__(self, address: str, body: bytes) -> None:
        if error := next(self._errors, None):
            raise error
        self.taken.append((address, body))


def postman(send: Any, now: str, **values: Any) -> Postman:
    """A postman whose clock stands still; all other holders are dead unless ``is_alive`` says otherwise."""
    clock = datetime.fromisoformat(now).astimezone(UTC)
    fields: dict[str, Any] = {"holder": "1:here", "clock": lambda: clock, "is_alive": lambda _: False}
    return Postman(send, **(fields | values))
