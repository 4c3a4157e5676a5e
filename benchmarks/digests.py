"""How many digests of 40 items a second are rendered, put together and stored, and the plain way beside it.

    python -m benchmarks.digests [how many, default 10000]

Promise: at least 100 a second. The people of the benchmark share 300 updates, as readers of one week do; each has
searches, reasons and links of their own. The plain way is what one writes first: one template for the whole mail, its
styles inlined for each mail, ``EmailMessage`` for the bytes.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from alerts.digest import Coverage, Digest, DigestItem, Reason, Section
from alerts.keyed import address_hash, message_id
from alerts.letterhead import Letterhead
from alerts.mails import Mails
from alerts.render import Links, Renderer
from db.outbox import NewMail, freeze
from db.store import open_store
from db.subscriptions import ask
from model.codes import Kind, Stage
from model.publication import Publication
from model.subscription import Cadence, Person, PersonState, Subscription
from model.tags import Tags
from model.update import Update

ITEMS, UPDATES, PLAIN = 40, 300, 100
PROMISE = 100.0
KEY = b"k" * 32
NOW = "2026-11-23T06:00:00Z"
TIME = datetime(2026, 11, 23, 6, tzinfo=UTC)
HEAD = Letterhead("https://vigilex.example.org", "Example Network", "1 Example Street, Geneva", "a@example.org", "", "")
PLACES = ("US", "CA", "GB", "EU", "DE", "FR", "ES", "JP")
_chance = random.Random(8)


def update(number: int) -> Update:
    place = PLACES[number % len(PLACES)]
    title = f"Regulation {number} on goods made with forced labour – règlement no {number} relatif aux marchandises"
    publication = Publication("eu_cellar", str(number), title, f"https://example.org/{number}", published="2026-11-20")
    tags = Tags(True, False, 0.9, "en", (place,), ("CN",), ("import-ban", "forced-labour"), ("cotton",),
                Kind.LEGISLATION, Stage.ADOPTED, (), (), ())  # fmt: skip
    return Update(publication, tags, NOW, NOW, NOW)


def digests(count: int, updates: list[Update]) -> list[Digest]:
    return [_digest(number, _chance.sample(updates, ITEMS)) for number in range(1, count + 1)]


def _digest(number: int, updates: list[Update]) -> Digest:
    person = Person(number, f"reader{number}@example.net", "en", PersonState.ACTIVE, NOW, NOW)
    mine = Subscription(number, number, f"Search {number}", "topic:import-ban", 1, Cadence.WEEKLY, NOW, NOW)
    reason = Reason(number, mine.name, "import ban")
    by_place: dict[str, list[DigestItem]] = {}
    for one in updates:
        by_place.setdefault(one.tags.jurisdictions[0], []).append(DigestItem(one, (reason,)))
    sections = tuple(Section(place, tuple(items)) for place, items in by_place.items())
    return Digest(person, Cadence.WEEKLY, "2026-11-16T06:00:00Z", NOW, sections, ITEMS, (), Coverage(6), (mine,))


def ours(found: list[Digest], store: Callable[[int, str, bytes], None]) -> float:
    """Digests a second, as the product makes and stores them."""
    mails = Mails(Renderer(HEAD, {}), KEY)
    start = time.perf_counter()
    for digest in found:
        subject, body = mails.compose(digest, message_id(KEY, digest.person.id, "weekly", HEAD.host), NOW)
        store(digest.person.id, subject, body)
    return len(found) / (time.perf_counter() - start)


def plain(found: list[Digest], inline: Callable[[str], str], store: Callable[[int, str, bytes], None]) -> float:
    """Digests a second where each mail is rendered alone, inlined and encoded by the usual libraries."""
    links = Links("https://vigilex.example.org/manage", "https://vigilex.example.org/unsubscribe")
    start = time.perf_counter()
    for digest in found:
        rendered = Renderer(HEAD, {}).digest(digest, links)
        mail = EmailMessage(policy=SMTP)
        mail["To"], mail["From"], mail["Subject"] = digest.person.address, "a@example.org", rendered.subject
        mail.set_content(rendered.text_document)
        mail.add_alternative(inline(rendered.html_document), subtype="html")
        store(digest.person.id, rendered.subject, mail.as_bytes())
    return len(found) / (time.perf_counter() - start)


def inliners() -> dict[str, Callable[[str], str]]:
    """The inliners that are installed here."""
    found: dict[str, Callable[[str], str]] = {}
    try:
        import css_inline

        found["css-inline"] = css_inline.inline
    except ImportError:
        print("css-inline is not installed: left out")
    try:
        import premailer

        found["premailer"] = premailer.transform
    except ImportError:
        print("premailer is not installed: left out")
    return found


def main(count: int) -> int:
    found = digests(count, [update(number) for number in range(UPDATES)])
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder))
        for digest in found:
            address = digest.person.address
            ask(db, address, address_hash(KEY, address), "en", "", "topic:import-ban", Cadence.WEEKLY, NOW)
        print(f"{count} people, {ITEMS} items each of {UPDATES} updates")

        def store(person: int, subject: str, body: bytes, run: str = "weekly") -> None:
            named = message_id(KEY, person, run, HEAD.host)
            assert freeze(db, NewMail(person, run, "weekly", named, subject, body), (), NOW)

        rate = ours(found, store)
        size = db.execute("SELECT avg(length(body)) FROM mail_bodies").fetchone()[0]
        print(f"ours, rendered and stored: {rate:,.0f} a second, {size / 1000:.0f} kB each")
        print(f"ours, rendered alone: {ours(found[:1000], lambda *_: None):,.0f} a second")
        for name, inline in inliners().items():
            theirs = plain(found[:PLAIN], inline, lambda p, s, b, run=name: store(p, s, b, run))  # type: ignore[misc]
            print(f"plain with {name} for each mail: {theirs:,.0f} a second; ours is {rate / theirs:.1f} times faster")
        db.close()
    print(f"promise: at least {PROMISE:.0f} a second: {'kept' if rate >= PROMISE else 'BROKEN'}")
    return 0 if rate >= PROMISE else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
