"""How long one new update takes against 2,000 subscriptions, and the plain way beside it.

    python -m benchmarks.matching

Promise: at most 100 ms, matches and reasons written.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from alerts.matcher import match_changes
from db.connect import Store
from db.query import parse
from db.search import visible_answers
from db.store import open_store
from db.subscriptions import ask, confirm
from db.updates import save_reading
from model.codes import Kind, Sector, Stage, Topic
from model.publication import Publication
from model.snapshot import Snapshot
from model.subscription import Cadence
from model.tags import Tags

SUBSCRIPTIONS, UPDATES, MEASURED = 2_000, 1_000, 20
LIMIT = 0.1
NOW = "2026-11-22T09:00:00Z"
PLACES = ("US", "CA", "GB", "EU", "DE", "FR", "ES", "JP", "BR", "AU", "IN", "CN", "MX", "NO", "NL", "CH", "KR", "TH")
_chance = random.Random(3)
WORDS = ["".join(_chance.choices("abcdefghijklmnoprstuvw", k=_chance.randint(3, 11))) for _ in range(8_000)]
WEIGHTS = [1 / (rank + 5) for rank in range(len(WORDS))]  # as in language: few words are common, most are rare


def text(length: int) -> str:
    return " ".join(_chance.choices(WORDS, WEIGHTS, k=length))


def query() -> str:
    """What people save: a topic and a place most often, words, a phrase, sometimes an exception."""
    pieces = [
        f"topic:{_chance.choice(list(Topic))}",
        f"jurisdiction:{_chance.choice(PLACES)}",
        _chance.choices(WORDS, WEIGHTS)[0],
        f'"{text(2)}"',
        f"sector:{_chance.choice(list(Sector))}",
        f"-{_chance.choices(WORDS, WEIGHTS)[0]}",
    ]
    return " ".join(piece for piece, share in zip(pieces, (0.7, 0.6, 0.3, 0.2, 0.2, 0.1), strict=True)
                    if _chance.random() < share) or "kind:bill"  # fmt: skip


def tags(publication: Publication) -> Tags:
    chance = random.Random(publication.native_id)
    return Tags(
        relevant=True, review=False, score=1.0, lang="en", jurisdictions=(chance.choice(PLACES),), concerns=(),
        topics=tuple(chance.sample(list(Topic), 2)), sectors=(chance.choice(list(Sector)),),
        kind=chance.choice(list(Kind)), stage=chance.choice(list(Stage)), dates=(), instruments=(), evidence=(),
    )  # fmt: skip


def save(db: Store, first: int, count: int) -> None:
    snapshot = Snapshot("run", "xx_bench", "https://bench.example/", NOW, 200, None, "0" * 64, 1, "x", first, False, 1)
    found = [
        Publication("xx_bench", str(first + i), text(8), None, lang="en", text=text(1_500), published=NOW)
        for i in range(count)
    ]
    save_reading(db, snapshot, found, keep_validators=False, tagger=tags, now=NOW, run="run")


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def every_search(db: Store) -> None:
    """The plain way: each saved search over the newest update."""
    key = db.execute("SELECT max(key) FROM updates").fetchone()[0]
    for (asked,) in db.execute("SELECT query FROM subscriptions").fetchall():
        visible_answers(db, parse(asked), [key])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = open_store(Path(folder))
        save(db, 0, UPDATES)
        for number in range(SUBSCRIPTIONS):
            name = f"p{number}@example.org"
            confirm(db, ask(db, name, name, "en", "", query(), Cadence.WEEKLY, NOW)[1].id, NOW)
        match_changes(db, NOW)
        fast, plain = [], []
        for i in range(MEASURED):
            save(db, UPDATES + i, 1)
            fast.append(timed(lambda: match_changes(db, NOW)))
            plain.append(timed(lambda: every_search(db)))
        matches = db.execute("SELECT count(*) FROM matches").fetchone()[0] / MEASURED
        db.close()
    worst, middle, slow = max(fast), statistics.median(fast), statistics.median(plain)
    print(
        f"one update against {SUBSCRIPTIONS} subscriptions, {UPDATES} updates in the store, {matches:.0f} matches each:"
    )
    print(f"  matched   median {middle * 1000:.1f} ms, worst {worst * 1000:.1f} ms (promised: {LIMIT * 1000:.0f} ms)")
    print(f"  every search in turn, no reasons: median {slow * 1000:.1f} ms, {slow / middle:.1f} times as long")
    raise SystemExit(middle > LIMIT)


if __name__ == "__main__":
    main()
