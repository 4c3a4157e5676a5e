"""The table of sources: what each declares (written at every start of a crawl) and how it stands."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from db.connect import Store, write
from model.source import Confidence, Republish, Source


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as pages and commands read it.

    ``requests_today`` are those of the day that was asked for. Times are None where it never happened.
    """

    source: Source
    last_run: str | None
    last_answered_at: str | None
    last_new_at: str | None
    requests_today: int


def sync_sources(db: Store, sources: Iterable[Source]) -> None:
    """Write down what the sources declare; nothing is written where the table says so already."""
    declared = {source.id: json.dumps(_to_values(source), sort_keys=True) for source in sources}
    known: dict[str, str] = dict(db.execute("SELECT id, declared FROM sources").fetchall())
    changed = {name: text for name, text in declared.items() if known.get(name) != text}
    if not changed:
        return
    with write(db):
        for name, text in changed.items():
            db.execute(
                "INSERT INTO sources (id, declared) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET declared = excluded.declared",
                [name, text],
            )


def source_states(db: Store, day: str) -> list[SourceState]:
    """All declared sources, by id; ``day`` (``YYYY-MM-DD``) is the one whose requests are counted."""
    rows = db.execute(
        "SELECT declared, last_run, last_answered_at, last_new_at, CASE WHEN requests_day = ? THEN requests ELSE 0 END"
        " FROM sources WHERE declared <> '{}' ORDER BY id",
        [day],
    )
    return [SourceState(_from_values(json.loads(row[0])), *row[1:]) for row in rows.fetchall()]


def count_request(db: Store, source: str, day: str) -> int:
    """Count one request to ``source`` on ``day``; how many it had that day, this one included."""
    with write(db):
        db.execute("INSERT OR IGNORE INTO sources (id, declared) VALUES (?, '{}')", [source])
        row = db.execute(
            "UPDATE sources SET requests = CASE WHEN requests_day = ? THEN requests + 1 ELSE 1 END, requests_day = ?"
            " WHERE id = ? RETURNING requests",
            [day, day, source],
        ).fetchall()
    return int(row[0][0])


def requests_on(db: Store, source: str, day: str) -> int:
    """How many requests ``source`` had on ``day``."""
    row = db.execute("SELECT requests FROM sources WHERE id = ? AND requests_day = ?", [source, day]).fetchone()
    return int(row[0]) if row else 0


def _to_values(source: Source) -> dict[str, Any]:
    values = asdict(source)
    return values | {name: values[name].total_seconds() for name in ("rhythm", "silence_after")}


def _from_values(values: Mapping[str, Any]) -> Source:
    return Source(
        **{
            **values,
            "languages": tuple(values["languages"]),
            "hosts": tuple(values["hosts"]),
            "rhythm": timedelta(seconds=values["rhythm"]),
            "silence_after": timedelta(seconds=values["silence_after"]),
            "may_republish": Republish(values["may_republish"]),
            "confidence": Confidence(values["confidence"]),
        }
    )
