"""Leases, runs, hosts, marks, validators, sources and snapshots."""

import json
from datetime import timedelta

import pytest

from db import hosts, leases, runs, snapshots, sources, validators
from db.connect import Store, sqlite, write
from db.marks import mark, put_marks
from model.codes import Outcome
from model.source import Confidence, Republish, Source
from tests.db.making import FETCHED, publication, rows, save, snapshot

T0, T5, T20 = "2026-10-08T10:00:00Z", "2026-10-08T10:05:00Z", "2026-10-08T10:20:00Z"


def alive(_: str) -> bool:
    return True


def dead(_: str) -> bool:
    return False


def test_a_lease_has_one_living_holder_until_it_ends(db: Store) -> None:
    assert leases.acquire(db, "host:a", "me", T0, 600, alive)
    assert not leases.acquire(db, "host:a", "other", T5, 600, alive)
    assert leases.acquire(db, "host:b", "other", T5, 600, alive)
    assert leases.acquire(db, "host:a", "me", T5, 600, alive)
    assert leases.acquire(db, "host:a", "other", T20, 600, alive)


def test_the_lease_of_a_dead_holder_is_free_at_once(db: Store) -> None:
    assert leases.acquire(db, "host:a", "me", T0, 600, alive)
    assert leases.acquire(db, "host:a", "other", T0, 600, dead)


def test_a_lease_is_renewed_and_released_by_its_holder_alone(db: Store) -> None:
    leases.acquire(db, "host:a", "me", T0, 600, alive)
    leases.release(db, "host:a", "other")
    assert not leases.renew(db, "host:a", "other", T5, 6000)
    assert leases.renew(db, "host:a", "me", T5, 6000)
    assert not leases.acquire(db, "host:a", "other", T20, 600, alive)
    leases.release(db, "host:a", "me")
    assert leases.acquire(db, "host:a", "other", T20, 600, alive)


def test_a_run_ends_once_in_one_outcome(db: Store) -> None:
    runs.start_run(db, "us_example", "run-1", T0, "me")
    assert runs.latest_runs(db)[0].outcome is None
    runs.finish_run(db, "run-1", Outcome.NEW, "2 new.", {"new": 2}, T5)
    runs.finish_run(db, "run-1", Outcome.FAILED, "Too late.", {}, T20)
    (run,) = runs.latest_runs(db)
    assert (run.outcome, run.reason, run.counts, run.ended_at) == (Outcome.NEW, "2 new.", {"new": 2}, T5)


def test_the_last_run_of_each_source_is_shown(db: Store) -> None:
    for run, source in (("run-1", "us_example"), ("run-1", "gb_example"), ("run-2", "us_example")):
        runs.start_run(db, source, run, T0, "me")
    runs.finish_run(db, "run-1", Outcome.UNCHANGED, "Nothing.", {}, T5, source="gb_example")
    assert [(r.source, r.run, r.outcome) for r in runs.latest_runs(db)] == [
        ("gb_example", "run-1", Outcome.UNCHANGED), ("us_example", "run-2", None),
    ]  # fmt: skip


def test_a_run_whose_process_died_is_shown_as_interrupted(db: Store) -> None:
    runs.start_run(db, "us_example", "run-1", T0, "me")
    assert runs.mark_interrupted(db, T5, alive) == []
    assert [run.source for run in runs.mark_interrupted(db, T5, dead)] == ["us_example"]
    (run,) = runs.latest_runs(db)
    assert run.interrupted
    assert run.outcome is Outcome.FAILED
    assert runs.mark_interrupted(db, T20, dead) == []


def test_a_host_is_left_in_peace_until_the_latest_time_that_it_asked_for(db: Store) -> None:
    assert hosts.not_before(db, "example.org") is None
    hosts.set_not_before(db, "example.org", T20)
    hosts.set_not_before(db, "example.org", T5)
    assert hosts.not_before(db, "example.org") == T20


def test_a_mark_is_the_last_value_of_its_source(db: Store) -> None:
    with write(db):
        put_marks(db, "us_example", [("a", "1"), ("a", "2")])
    assert mark(db, "us_example", "a") == "2"
    assert mark(db, "gb_example", "a") is None


def test_validators_are_those_of_this_parser_and_of_the_last_full_answer(db: Store) -> None:
    url = "https://example.org/list"
    save(db, etag='"a"', last_modified="Mon", parser_version=3)
    save(db, status=304, fetched_at=T20, parser_version=3)
    assert validators.validators(db, "us_example", url, 3) == validators.Validators('"a"', "Mon", FETCHED)
    assert validators.validators(db, "us_example", url, 4) is None
    assert validators.validators(db, "gb_example", url, 3) is None


def test_validators_go_with_a_bad_run_an_answer_without_them_or_one_not_to_be_trusted(db: Store) -> None:
    url = "https://example.org/list"
    for ending in (
        lambda: validators.clear(db, "us_example"),
        lambda: save(db),
        lambda: save(db, etag='"b"', keep_validators=False),
    ):
        save(db, etag='"a"')
        ending()
        assert validators.validators(db, "us_example", url, 1) is None


def test_snapshots_are_found_by_address_and_by_payload(db: Store) -> None:
    first = snapshots.record_snapshot(db, snapshot("https://example.org/a", sha256="1"))
    second = snapshots.record_snapshot(db, snapshot("https://example.org/a", sha256="1", revisit=True))
    found = snapshots.latest(db, "us_example", "https://example.org/a")
    assert found == snapshots.StoredSnapshot(second, snapshot("https://example.org/a", sha256="1", revisit=True))
    whole = snapshots.with_payload(db, "us_example", "1")
    assert whole is not None
    assert whole.id == first
    assert snapshots.latest(db, "us_example", "https://example.org/b") is None


def test_all_snapshots_come_in_order_over_more_than_one_page(db: Store) -> None:
    with write(db):
        for n in range(1100):
            snapshots.add(db, snapshot(f"https://example.org/{n}", source="us_example" if n % 2 else "gb_example"))
    assert [stored.id for stored in snapshots.all_snapshots(db)] == list(range(1, 1101))
    assert len(list(snapshots.all_snapshots(db, "gb_example"))) == 550


def test_a_part_never_points_to_a_response_that_is_not_there(db: Store) -> None:
    save(db, publication("1"))
    with pytest.raises(sqlite.IntegrityError), write(db):
        db.execute("DELETE FROM snapshots")


SOURCE = Source(
    id="us_example", name="Example", publisher="Agency", jurisdiction="US", languages=("en",),
    homepage="https://example.org", hosts=("example.org",), rhythm=timedelta(hours=6), silence_after=timedelta(days=9),
    expected=5, requests_per_day=100, licence="Public domain", licence_url="https://example.org/licence",
    may_republish=Republish.TEXT, confidence=Confidence.CALLED,
)  # fmt: skip


def test_a_declared_source_comes_back_as_it_was_with_its_state(db: Store) -> None:
    runs.start_run(db, "us_example", "run-1", T0, "me")
    assert sources.source_states(db, "2026-10-08") == []
    sources.sync_sources(db, [SOURCE])
    runs.finish_run(db, "run-1", Outcome.NEW, "1 new.", {}, T5)
    assert sources.source_states(db, "2026-10-08") == [
        sources.SourceState("us_example", SOURCE, Outcome.NEW, "1 new.", "run-1", T5, T5, 0)
    ]
    assert sources.declared(db) == [SOURCE]
    assert json.dumps(sources.source_states(db, T20)[0].to_dict())


def test_a_failed_run_is_no_answer(db: Store) -> None:
    sources.sync_sources(db, [SOURCE])
    runs.start_run(db, "us_example", "run-1", T0, "me")
    runs.finish_run(db, "run-1", Outcome.BLOCKED, "403.", {}, T5)
    (state,) = sources.source_states(db, "2026-10-08")
    assert (state.outcome, state.last_answered, state.last_new) == (Outcome.BLOCKED, None, None)


def test_requests_are_counted_by_day(db: Store) -> None:
    sources.sync_sources(db, [SOURCE])
    assert [sources.count_request(db, "us_example", day) for day in ("2026-10-08", "2026-10-08", "2026-10-09")] == [
        1,
        2,
        1,
    ]
    assert sources.requests_on(db, "us_example", "2026-10-08") == 0
    assert sources.source_states(db, "2026-10-09")[0].requests_today == 1


def test_syncing_the_same_sources_writes_nothing(db: Store) -> None:
    sources.sync_sources(db, [SOURCE])
    db.execute("BEGIN IMMEDIATE")  # a second write would fail within this transaction
    sources.sync_sources(db, [SOURCE])
    db.execute("ROLLBACK")
    assert len(rows(db, "sources")) == 1
