"""One update that touches 3 of 300 feeds against making all of them: promised is at most 1/20.

Run from the project's folder: ``python -m benchmarks.feeds_touched``. Both are measured in this one run, on files.
"""

import random
import tempfile
import time
from pathlib import Path

import pycountry

from db.connect import Store
from db.sources import sync_sources
from db.store import open_store
from feeds.publish import Published, publish
from model.codes import Facet, Sector, Topic
from model.publication import Publication, Statement
from tests.db.making import save
from tests.feeds.making import source, tagger

FEEDS = 300
UPDATES = 3_000
PROMISED = 1 / 20


def publication(number: int, *codes: tuple[Facet, str]) -> Publication:
    return Publication(
        source="us_example", native_id=str(number), title=f"Notice {number} on forced labour in supply chains",
        url=f"https://example.org/{number}", lang="en", published="2026-10-07", text="What the notice says. " * 60,
        statements=tuple(Statement(facet, code, code) for facet, code in codes),
    )  # fmt: skip


def fill(db: Store) -> None:
    """Updates spread over as many jurisdictions as it takes for 300 feeds, with two topics and a sector each."""
    chance = random.Random(1)
    places = [*sorted(country.alpha_2 for country in pycountry.countries), "EU", "INT"]
    places = places[: FEEDS - len(Topic) - len(Sector) - 2]
    sync_sources(db, [source()])
    for start in range(0, UPDATES, 500):
        batch = [
            publication(
                number,
                *((Facet.JURISDICTION, place) for place in chance.sample(places, 2)),
                *((Facet.TOPIC, topic) for topic in chance.sample(list(Topic), 2)),
                (Facet.SECTOR, chance.choice(list(Sector))),
            )
            for number in range(start, start + 500)
        ]
        save(db, *batch, tagger=tagger, sha256=f"{start:064}", now="2026-10-08T10:00:00Z")


def timed(db: Store, out: Path) -> tuple[float, Published]:
    begun = time.perf_counter()
    report = publish(db, out, base_url="https://v.example", author="Example Network")
    return time.perf_counter() - begun, report


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder) / "data")
        fill(db)
        full, everything = timed(db, Path(folder) / "site")
        again, _ = timed(db, Path(folder) / "other")
        touched = []
        for number in range(UPDATES, UPDATES + 5):
            one = publication(number, (Facet.JURISDICTION, "US"), (Facet.TOPIC, "trade"))
            save(db, one, tagger=tagger, sha256=f"{number:064}", now="2026-10-09T10:00:00Z")
            touched.append(timed(db, Path(folder) / "site"))
        seconds, report = min(touched, key=lambda found: found[0])
        print(f"{everything.feeds} feeds of {UPDATES} updates")
        print(f"all, nothing kept:  {full * 1000:8.1f} ms for {everything.files} files")
        print(f"all, entries kept:  {again * 1000:8.1f} ms")
        print(f"touched:            {seconds * 1000:8.1f} ms for {report.files} files of {report.written} feeds")
        print(f"ratio: 1/{again / seconds:.0f} of all with entries kept (promised 1/{1 / PROMISED:.0f} or less)")
        db.close()
        raise SystemExit(seconds / again > PROMISED)


if __name__ == "__main__":
    main()
