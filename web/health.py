"""What watches us asks: ``/healthz`` (is what was due done?) and ``/metrics`` (Prometheus). Nothing about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from db.alarms import open_alarms
from db.clock import moment
from db.connect import DatabaseError, Store, StoreError
from db.counts import update_counts
from db.digests import last_made
from db.outbox import waiting_count
from db.runs import last_ended
from db.sender import sender_pause
from db.sources import SourceState, source_states
from db.tasks import BAD, task_states
from web.pulse import Pulse
from web.site import site_of

ASLEEP = timedelta(minutes=2)
DIGEST_LATE = timedelta(hours=1)
CRAWL_LATE = timedelta(hours=1)
"""What the schedule may be late before something is wrong: waking, digests, and visits beyond two rhythms."""

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Health:
    """``reasons`` say what is not as it should be; ``late`` is whether something that was due is overdue."""

    late: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store says: times as it writes them; ``shortest`` is the shortest rhythm of a source."""

    last_crawl: str | None
    last_digest: str | None
    shortest: timedelta | None
    paused: str | None
    alarms: int


def health(now: datetime, facts: Facts, pulse: Pulse | None) -> Health:
    """How the service stands at ``now`` (UTC).

    Nothing is late without a schedule in this process, or so soon after its beginning that it could not have been done.
    """
    late = list(_late(now, facts, pulse)) if pulse else []
    said = [f"Sending is paused since {facts.paused}."] if facts.paused else []
    if facts.alarms:
        said.append(f"Alarms that are open: {facts.alarms}; `vigilex alarms` names them.")
    return Health(bool(late), (*late, *said))


def _late(now: datetime, facts: Facts, pulse: Pulse) -> Sequence[str]:
    found = []
    if now - pulse.woken > ASLEEP:
        found.append(f"The schedule has not woken since {_time(pulse.woken)}.")
    if pulse.crawls and facts.shortest is not None:
        last = max(pulse.begun, moment(facts.last_crawl)) if facts.last_crawl else pulse.begun
        if now - last > 2 * facts.shortest + CRAWL_LATE:
            found.append(f"No visit to a source has ended since {_time(last)}.")
    if pulse.digest_due and now - max(pulse.digest_due, pulse.begun) > DIGEST_LATE:
        found.append(f"The digests that were due at {_time(pulse.digest_due)} are not made.")
    return found


@router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
def healthz(request: Request) -> Response:
    """Status 200 while all is done in time, 503 where something is overdue or the store cannot be read."""
    site = site_of(request)
    try:
        with site.opened() as db:
            facts = _facts(db, site.now)
    except (StoreError, DatabaseError):
        return JSONResponse({"status": "stale", "reasons": ["The store cannot be read."]}, 503)
    pulse = site.pulse()
    found = health(site.clock().astimezone(UTC), facts, pulse)
    answer = {
        "status": "stale" if found.late else "ok",
        "reasons": found.reasons,
        "last_crawl": facts.last_crawl,
        "last_digest": facts.last_digest,
        "next_due": {name: _time(at) for name, at in sorted(pulse.next_due.items())} if pulse else {},
    }
    return JSONResponse(answer, 503 if found.late else 200)


@router.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
def metrics(request: Request) -> Response:
    """The figures of this moment in the text format of Prometheus."""
    site = site_of(request)
    registry = CollectorRegistry()
    Gauge("vigilex_build_info", "The version that runs; always 1.", ["version"], registry=registry).labels(
        site.version
    ).set(1)
    with site.opened() as db:
        _measure_sources(registry, source_states(db, site.now))
        _measure_mail(registry, db)
        _measure_work(registry, db)
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def _measure_sources(registry: CollectorRegistry, states: Sequence[SourceState]) -> None:
    outcome = Gauge("vigilex_source_outcome", "How the last visit ended: 1 for its outcome.", ["source", "outcome"],
                    registry=registry)  # fmt: skip
    answered = Gauge("vigilex_source_last_answered_timestamp_seconds", "When the source last answered.", ["source"],
                     registry=registry)  # fmt: skip
    new = Gauge("vigilex_source_last_new_timestamp_seconds", "When the source last had something new.", ["source"],
                registry=registry)  # fmt: skip
    requests = Gauge("vigilex_source_requests_today", "Requests made since midnight UTC.", ["source"],
                     registry=registry)  # fmt: skip
    for state in states:
        requests.labels(state.source).set(state.requests_today)
        if state.outcome:
            outcome.labels(state.source, state.outcome).set(1)
        for gauge, time in ((answered, state.last_answered), (new, state.last_new)):
            if time:
                gauge.labels(state.source).set(moment(time).timestamp())


def _measure_mail(registry: CollectorRegistry, db: Store) -> None:
    waiting = Gauge("vigilex_mails_waiting", "Mails that wait to be sent.", registry=registry)
    waiting.set(waiting_count(db))
    paused = Gauge("vigilex_sender_paused", "1 while the mail server refuses us as a sender.", registry=registry)
    paused.set(sender_pause(db) is not None)
    if made := last_made(db):
        last = Gauge("vigilex_last_digest_timestamp_seconds", "When digests were last made.", registry=registry)
        last.set(moment(made).timestamp())


def _measure_work(registry: CollectorRegistry, db: Store) -> None:
    counts, tasks = update_counts(db), task_states(db)
    updates = Gauge("vigilex_updates", "Updates that readers see, and those that wait for review.", ["state"],
                    registry=registry)  # fmt: skip
    updates.labels("visible").set(counts.visible)
    updates.labels("review").set(counts.review)
    state = Gauge("vigilex_tasks", "Tasks that run now, and those that failed when last tried.", ["state"],
                  registry=registry)  # fmt: skip
    state.labels("running").set(sum(task.outcome is None for task in tasks.values()))
    state.labels("failed").set(sum(task.outcome in BAD for task in tasks.values()))
    backup = tasks.get("backup")
    if backup and backup.done_at:
        last = Gauge("vigilex_last_backup_timestamp_seconds", "When a backup was last made.", registry=registry)
        last.set(moment(backup.done_at).timestamp())
    alarms = Gauge("vigilex_alarms_open", "Things that need attention.", registry=registry)
    alarms.set(len(open_alarms(db)))


def _facts(db: Store, now: str) -> Facts:
    pause = sender_pause(db)
    rhythms = [state.declared.rhythm for state in source_states(db, now)]
    return Facts(
        last_crawl=last_ended(db),
        last_digest=last_made(db),
        shortest=min(rhythms, default=None),
        paused=f"{pause.since}: {pause.reason}" if pause else None,
        alarms=len(open_alarms(db)),
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
