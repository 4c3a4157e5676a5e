"""The pages of the site that are looked at one by one: each kind of page, full and empty, found and not found."""

from datetime import datetime
from pathlib import Path

from alerts.tokens import Purpose, token
from db.connect import open_existing
from db.people import people
from db.search import search
from db.subscriptions import subscriptions_of
from model.subscription import PersonState
from service.mailing import signing_key
from tests.demo_store import NOW

_PAGES = (
    "/", "/week", "/deadlines", "/search", "/search?q=%22forced+labour%22+concerns%3ACN", "/search?q=import&sort=best",
    "/search?q=zzzz",
    "/browse", "/j/CA", "/j/US-CA", "/j/EU", "/j/IS", "/t/import-ban", "/sector/cotton", "/i", "/i/us-uflpa",
    "/sources", "/sources/us_federal_register", "/feeds", "/about", "/taxonomy", "/subscribe?q=jurisdiction%3ACA",
    "/link",
)  # fmt: skip
NOT_THERE = ("/nowhere", "/search?q=import&page=99")
# One update each that shows what the page of an update can hold.
_UPDATES = ("jurisdiction:US", "lang:fr", "lang:es", "kind:bill")
_BELOW_AN_UPDATE = ("/text", "/history", "/proof")


def addresses(folder: Path) -> list[str]:
    """Paths of pages of the site over the demo store in ``folder``, by the clock of the demonstration."""
    update = page_of(folder, "source:gb_govuk")
    return [
        *_PAGES,
        *NOT_THERE,
        *(page_of(folder, query) for query in _UPDATES),
        update,
        *(update + below for below in _BELOW_AN_UPDATE),
        *_with_tokens(folder),
    ]


def _with_tokens(folder: Path) -> list[str]:
    """The pages that a reader of the demonstration reaches from a mail."""
    db = open_existing(folder)
    try:
        key, owner = signing_key(db), people(db, PersonState.ACTIVE)[0].id
        subscribed = subscriptions_of(db, owner)[0].id
    finally:
        db.close()
    subjects = {"manage": (Purpose.MANAGE, owner), "unsubscribe": (Purpose.LEAVE, owner),
                "confirm": (Purpose.CONFIRM, subscribed)}  # fmt: skip
    now = datetime.fromisoformat(NOW)
    return [f"/{page}?token={token(key, purpose, str(subject), now)}" for page, (purpose, subject) in subjects.items()]


def page_of(folder: Path, query: str) -> str:
    """The path of the newest update that answers ``query``."""
    db = open_existing(folder)
    try:
        hit = search(db, query, limit=1).hits[0]
    finally:
        db.close()
    return f"/u/{hit.update.publication.id.removeprefix('urn:uuid:')}"
