"""Digest runs and immediate alerts: who gets what, once."""

from typing import Any

import pytest

from alerts.digest import Digest
from alerts.matcher import match_changes
from alerts.runs import Press, make_due, make_immediate, make_run
from db.connect import Store
from db.digests import last_run
from db.outbox import failed
from db.people import leave, pause, resume
from db.subscriptions import end_subscription, pause_subscription
from db.updates import decide
from model.subscription import Cadence
from tests.alerts.making import KEY, PRESS, ZONE, compose, delivered, item, mails, save, subscribe

TUESDAY = "2026-10-13T10:00:00Z"
MONDAY = "2026-10-19T05:00:00Z"  # 07:00 in Zurich
NEXT_MONDAY = "2026-10-26T06:00:00Z"


def test_one_digest_a_person_with_each_update_once_and_all_its_reasons(db: Store) -> None:
    subscribe(db, "labour")
    subscribe(db, "gloves")
    subscribe(db, "gloves", address="ben@example.org")
    save(db, TUESDAY, item("1", "labour in gloves"), item("2", "labour"))
    make_due(db, PRESS, MONDAY)
    first, second = mails(db)
    assert (first["to"], sorted(first["items"])) == ("ana@example.org", ["1", "2"])
    assert ["labour: “labour”", "gloves: “gloves”"] in [sorted(r, reverse=True) for r in first["reasons"]]
    assert (second["to"], second["items"]) == ("ben@example.org", ["1"])


def test_starting_a_run_twice_makes_nothing_twice(db: Store) -> None:
    subscribe(db, "labour")
    save(db, TUESDAY, item("1", "labour"))
    for _ in range(2):
        make_due(db, PRESS, MONDAY)
        run = last_run(db, Cadence.WEEKLY)
        assert run is not None
        make_run(db, Cadence.WEEKLY, run.day, PRESS, MONDAY)
    assert len(mails(db)) == 1


def test_with_nothing_new_there_is_no_mail(db: Store) -> None:
    subscribe(db, "labour")
    make_due(db, PRESS, MONDAY)
    assert mails(db) == []


def test_after_four_silent_weeks_a_short_note_says_that_all_is_quiet(db: Store) -> None:
    subscribe(db, "labour", now="2026-09-28T05:00:00Z")
    for monday in ("2026-10-19T05:00:00Z", "2026-10-26T06:00:00Z", "2026-11-02T06:00:00Z"):
        make_due(db, PRESS, monday)
    assert [mail["items"] for mail in mails(db)] == [[]]
    assert last_run(db, Cadence.WEEKLY)
    make_due(db, PRESS, "2026-11-23T06:00:00Z")
    assert [mail["items"] for mail in mails(db)] == [[], []]


def test_one_persons_broken_mail_fails_and_is_named_and_the_others_go(db: Store) -> None:
    for name in ("ana", "ben", "eve"):
        subscribe(db, "labour", address=f"{name}@example.org")
    save(db, TUESDAY, item("1", "labour"))

    def broken_for_ben(digest: Digest, message_id: str, now: str) -> tuple[str, bytes]:
        if digest.person.address.startswith("ben"):
            raise ValueError("no such filter")
        return compose(digest, message_id, now)

    made = make_due(db, Press(KEY, "example.org", ZONE, broken_for_ben), MONDAY)[-1]
    assert [mail["to"] for mail in mails(db)] == ["ana@example.org", "eve@example.org"]
    assert [(one.person, one.error) for one in made.failed] == [(2, "ValueError: no such filter")]
    run = last_run(db, Cadence.WEEKLY)
    assert run is not None
    make_run(db, Cadence.WEEKLY, run.day, PRESS, MONDAY)
    assert mails(db)[-1]["to"] == "ben@example.org", "mended, the same run makes it"
    assert failed(db, run.key) == []


def test_a_fault_in_one_persons_matches_does_not_keep_the_others(db: Store) -> None:
    subscribe(db, "gloves", address="ben@example.org")
    subscribe(db, "labour")
    save(db, TUESDAY, item("broken", "labour gloves"), item("1", "labour"))
    match_changes(db, TUESDAY)
    db.execute("DELETE FROM matches WHERE subscription = 2 AND update_id IN"
               " (SELECT id FROM updates WHERE native_id = 'broken')")  # fmt: skip
    db.execute("DELETE FROM publications WHERE update_id IN (SELECT id FROM updates WHERE native_id = 'broken')")
    made = make_due(db, PRESS, MONDAY)[-1]
    assert [mail["to"] for mail in mails(db)] == ["ana@example.org"]
    assert "is not in the store" in made.failed[0].error


def test_what_failed_comes_with_the_next_digest(db: Store) -> None:
    subscribe(db, "labour")
    save(db, TUESDAY, item("1", "labour"))

    def broken(*_: Any) -> tuple[str, bytes]:
        raise ValueError("no such filter")

    make_due(db, Press(KEY, "example.org", ZONE, broken), MONDAY)
    save(db, MONDAY, item("2", "labour"))
    make_due(db, PRESS, NEXT_MONDAY)
    assert sorted(mails(db)[0]["items"]) == ["1", "2"]


def test_what_is_committed_while_a_run_is_made_comes_with_the_next_one(db: Store) -> None:
    subscribe(db, "labour", address="ana@example.org")
    subscribe(db, "labour", address="ben@example.org")
    save(db, TUESDAY, item("1", "labour"), item("late", "cotton"))

    def busy(digest: Digest, message_id: str, now: str) -> tuple[str, bytes]:
        """Between two people an update arrives, an editor approves another, and somebody else matches them."""
        save(db, MONDAY, item(f"during {digest.person.id}", "labour"), sha256=f"{digest.person.id:02d}" * 32)
        late = db.execute("SELECT id FROM updates WHERE native_id = 'late'").fetchone()[0]
        decide(db, late, True, "an editor", MONDAY)
        match_changes(db, MONDAY)
        return compose(digest, message_id, now)

    subscribe(db, "cotton", address="ben@example.org")
    make_due(db, Press(KEY, "example.org", ZONE, busy), MONDAY)
    assert [mail["items"] for mail in mails(db)] == [["1"], ["1"]], "the run takes what there was when it began"
    make_due(db, PRESS, NEXT_MONDAY)
    for name in ("ana", "ben"):
        got = sorted(what for who, what in delivered(db) if who.startswith(name))
        assert got == ["1", "during 1", "during 2", *(["late"] if name == "ben" else [])]


def test_paused_people_and_subscriptions_get_nothing_and_later_what_was_kept(db: Store) -> None:
    ana = subscribe(db, "labour")
    subscribe(db, "gloves")
    save(db, TUESDAY, item("1", "labour"), item("2", "labour gloves"))
    pause(db, ana.person)
    make_due(db, PRESS, MONDAY)
    assert mails(db) == []
    resume(db, ana.person)
    pause_subscription(db, ana.id, True)
    make_due(db, PRESS, NEXT_MONDAY)
    pause_subscription(db, ana.id, False)
    make_due(db, PRESS, "2026-11-02T06:00:00Z")
    assert [sorted(mail["items"]) for mail in mails(db)] == [["2"], ["1", "2"]]


def test_who_left_gets_nothing(db: Store) -> None:
    ana, ben = subscribe(db, "labour"), subscribe(db, "labour", address="ben@example.org")
    save(db, TUESDAY, item("1", "labour"))
    leave(db, ana.person, TUESDAY)
    end_subscription(db, ben.id, TUESDAY)
    make_due(db, PRESS, MONDAY)
    assert mails(db) == []


def test_what_an_editor_took_from_sight_is_not_sent_but_kept(db: Store) -> None:
    subscribe(db, "labour")
    save(db, TUESDAY, item("1", "labour"))
    match_changes(db, TUESDAY)
    update_id = db.execute("SELECT id FROM updates").fetchone()[0]
    decide(db, update_id, False, "an editor", TUESDAY)
    make_due(db, PRESS, MONDAY)
    assert mails(db) == []
    decide(db, update_id, True, "an editor", MONDAY)
    make_due(db, PRESS, NEXT_MONDAY)
    assert delivered(db) == [("ana@example.org", "1")]


def test_daily_and_weekly_subscriptions_of_one_person_get_a_mail_each(db: Store) -> None:
    subscribe(db, "labour", Cadence.DAILY)
    subscribe(db, "gloves", Cadence.WEEKLY)
    save(db, TUESDAY, item("1", "labour gloves"))
    make_due(db, PRESS, "2026-10-14T05:00:00Z")
    make_due(db, PRESS, MONDAY)
    assert [(mail["cadence"], mail["items"]) for mail in mails(db)] == [("daily", ["1"]), ("weekly", ["1"])]


def test_the_first_alert_goes_at_once_and_those_of_the_next_five_minutes_go_as_one(db: Store) -> None:
    subscribe(db, "labour", Cadence.IMMEDIATE)
    for second, number in ((0, "1"), (30, "2"), (60, "3")):
        now = f"2026-10-13T10:0{second // 60}:{second % 60:02d}Z"
        save(db, now, item(number, "labour"), sha256=f"{second:02d}" * 32)
        match_changes(db, now)
        make_immediate(db, PRESS, now)
    make_immediate(db, PRESS, "2026-10-13T10:04:59Z")
    assert [mail["items"] for mail in mails(db)] == [["1"]]
    make_immediate(db, PRESS, "2026-10-13T10:05:00Z")
    assert [sorted(mail["items"]) for mail in mails(db)] == [["1"], ["2", "3"]]


def test_the_message_id_is_the_same_at_every_making_and_another_for_every_person_and_run(db: Store) -> None:
    for name in ("ana", "ben"):
        subscribe(db, "labour", address=f"{name}@example.org")
    save(db, TUESDAY, item("1", "labour"))
    make_due(db, PRESS, MONDAY)
    first = [row[0] for row in db.execute("SELECT message_id FROM mails ORDER BY id").fetchall()]
    db.execute("UPDATE matches SET mail = NULL")
    db.execute("DELETE FROM mails")
    db.execute("UPDATE digest_runs SET finished_at = NULL")
    make_due(db, PRESS, MONDAY)
    save(db, MONDAY, item("2", "labour"), sha256="cd" * 32)
    make_due(db, PRESS, NEXT_MONDAY)
    now = [row[0] for row in db.execute("SELECT message_id FROM mails ORDER BY id").fetchall()]
    assert now[:2] == first
    assert len(set(now)) == 4
    assert all(one.endswith("@example.org>") and "ana" not in one for one in now)


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY])
def test_a_run_takes_what_two_missed_ones_would_have_taken(db: Store, cadence: Cadence) -> None:
    subscribe(db, "labour", cadence)
    for i, day in enumerate(("2026-10-13", "2026-10-22", "2026-10-29")):
        save(db, f"{day}T10:00:00Z", item(str(i), "labour", published=day), sha256=f"{i:02d}" * 32)
    make_due(db, PRESS, "2026-11-02T10:00:00Z")
    assert [sorted(mail["items"]) for mail in mails(db)] == [["0", "1", "2"]]
