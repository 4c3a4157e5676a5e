"""The table of sources: what each declares (written at every start of a crawl) and how it stands."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from db.connect import Store, write
from model.codes import Outcome
from model.source import Confidence, Republish, Source


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as pages and commands show it.

    ``outcome`` and ``reason`` are of its last run (no outcome while that goes on); times are None where it never
    happened. ``requests_today`` are those of the day that was asked for.
    """

    source: str
    declared: Source
    outcome: Outcome | None
    reason: str | None
    last_run: str | None
    last_answered: str | None
    last_new: str | None
    requests_today: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; rhythm and silence in seconds."""
        return asdict(self) | {"declared": _to_values(self.declared)}


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


def declared(db: Store) -> list[Source]:
    """What all known sources declare, by id."""
    rows = db.execute("SELECT declared FROM sources WHERE declared <> '{}' ORDER BY id").fetchall()
    return [_from_values(json.loads(text)) for (text,) in rows]


def source_states(db: Store, now: str) -> list[SourceState]:
    """All declared sources, by id; requests are those of the day of ``now``."""
    rows = db.execute(
        "SELECT sources.id, declared, outcome, reason, last_run, last_answered_at, last_new_at,"
        " CASE WHEN requests_day = ? THEN requests ELSE 0 END"
        " FROM sources LEFT JOIN runs ON runs.source = sources.id AND runs.run = last_run"
        " WHERE declared <> '{}' ORDER BY sources.id",
        [now[:10]],
    )
    return [_state(row) for row in rows.fetchall()]


def _state(row: tuple[Any, ...]) -> SourceState:
    source, text, outcome, *rest = row
    return SourceState(source, _from_values(json.loads(text)), Outcome(outcome) if outcome else None, *rest)


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
