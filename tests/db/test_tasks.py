"""Tasks: claimed by one service, for each moment once, and never left with a dead one."""

from pathlib import Path

from db.store import open_store
from db.tasks import TaskOutcome, claim, end_task, mark_lost, take_as_done, task_states

ONE, OTHER = "1:here", "2:there"
NOW, LATER = "2026-11-23T06:00:00Z", "2026-11-23T07:00:00Z"


def test_of_two_services_one_gets_the_task(tmp_path: Path) -> None:
    one, other = open_store(tmp_path), open_store(tmp_path)
    assert [claim(one, "backup", NOW, None, ONE, NOW), claim(other, "backup", NOW, None, OTHER, NOW)] == [True, False]
    end_task(one, "backup", ONE, TaskOutcome.DONE, None, NOW)
    known = task_states(one)["backup"]
    assert [claim(other, "backup", LATER, known, OTHER, LATER), claim(one, "backup", LATER, known, ONE, LATER)] == [
        True,
        False,
    ]
    for db in (one, other):
        db.close()


def test_what_runs_cannot_be_claimed(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    claim(db, "backup", NOW, None, ONE, NOW)
    assert not claim(db, "backup", NOW, task_states(db)["backup"], ONE, NOW)


def test_failures_are_counted_until_it_is_done(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    seen = []
    for outcome in (TaskOutcome.FAILED, TaskOutcome.STUCK, TaskOutcome.LOST, TaskOutcome.STOPPED, TaskOutcome.DONE):
        claim(db, "backup", NOW, task_states(db).get("backup"), ONE, NOW)
        end_task(db, "backup", ONE, outcome, "why", LATER)
        seen.append((task_states(db)["backup"].failures, task_states(db)["backup"].done_at))
    assert seen == [(1, None), (2, None), (2, None), (2, None), (0, LATER)]


def test_what_a_dead_service_did_is_free_again_and_its_end_counts_no_more(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    claim(db, "backup", NOW, None, ONE, NOW)
    claim(db, "mails", NOW, None, OTHER, NOW)
    assert mark_lost(db, LATER, lambda task: task.holder == OTHER) == ["backup"]
    assert claim(db, "backup", NOW, task_states(db)["backup"], OTHER, LATER)
    end_task(db, "backup", ONE, TaskOutcome.FAILED, None, LATER)
    assert task_states(db)["backup"].outcome is None


def test_what_was_never_started_counts_from_now_and_what_was_stays(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    take_as_done(db, ["backup"], ONE, NOW)
    take_as_done(db, ["backup"], ONE, LATER)
    state = task_states(db)["backup"]
    assert (state.due_at, state.outcome, state.done_at) == (NOW, TaskOutcome.DONE, None)
    assert claim(db, "backup", LATER, state, ONE, LATER)
