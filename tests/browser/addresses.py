"""The pages of the site that are looked at one by one: each kind of page, full and empty, found and not found."""

from pathlib import Path

from db.connect import open_existing
from db.search import search

_PAGES = (
    "/", "/search", "/search?q=%22forced+labour%22+concerns%3ACN", "/search?q=import&sort=best", "/search?q=zzzz",
    "/browse", "/j/CA", "/j/US-CA", "/j/EU", "/j/IS", "/t/import-ban", "/sector/cotton", "/i", "/i/us-uflpa",
    "/sources", "/sources/us_federal_register", "/feeds", "/about", "/taxonomy", "/subscribe?q=jurisdiction%3ACA",
    "/link", "/confirm?token=none", "/nowhere",
)  # fmt: skip
# One update each that shows what the page of an update can hold.
_UPDATES = ("jurisdiction:US", "lang:fr", "lang:es", "kind:bill")


def addresses(folder: Path) -> list[str]:
    """Paths of pages of the site over the demo store in ``folder``."""
    return [*_PAGES, *(page_of(folder, query) for query in _UPDATES)]


def page_of(folder: Path, query: str) -> str:
    """The path of the newest update that answers ``query``."""
    db = open_existing(folder)
    try:
        hit = search(db, query, limit=1).hits[0]
    finally:
        db.close()
    return f"/u/{hit.update.publication.id.removeprefix('urn:uuid:')}"
