"""Subscribing and leaving: asked twice, and forgotten in time."""

from pathlib import Path

import pytest

from alerts.housekeeping import erase_person, keep_house
from alerts.keyed import address_hash
from db.connect import Store
from db.people import PersonState, exported, leave, person, person_with
from db.secrets import install_key
from db.subscriptions import ask, confirm, end_subscription, subscription, subscriptions_of
from db.suppression import SOFT_BOUNCES, may_be_asked, note_soft_bounce, suppressed
from model.subscription import Cadence, Subscription
from tests.alerts.making import KEY, T0, subscribe

ANA = "ana@example.org"
HASH = address_hash(KEY, ANA)


def asked(db: Store, query: str = "labour", now: str = T0) -> Subscription:
    return ask(db, ANA, HASH, "en", query, query, Cadence.WEEKLY, now)[1]


def state(db: Store) -> PersonState | None:
    found = person_with(db, HASH)
    return found.state if found else None


def test_nothing_begins_before_the_owner_of_the_address_confirms(db: Store) -> None:
    one = asked(db)
    assert state(db) is PersonState.PENDING
    assert subscriptions_of(db, one.person) == ()
    assert confirm(db, one.id, T0)
    assert state(db) is PersonState.ACTIVE
    assert [found.query for found in subscriptions_of(db, one.person)] == ["labour"]


def test_asking_for_a_known_address_looks_the_same_and_changes_nothing_before_it_is_confirmed(db: Store) -> None:
    first = asked(db)
    confirm(db, first.id, T0)
    second = asked(db, "gloves")
    assert (second.confirmed_at, second.person) == (None, first.person)
    assert [found.query for found in subscriptions_of(db, first.person)] == ["labour"]
    assert asked(db, "gloves").id == second.id, "asked twice it is one request"


def test_confirming_twice_is_confirming_once(db: Store) -> None:
    one = asked(db)
    assert confirm(db, one.id, T0) == confirm(db, one.id, "2026-10-09T10:00:00Z")


@pytest.mark.parametrize(("now", "alive"), [("2026-10-15T09:59:59Z", True), ("2026-10-15T10:00:00Z", False)])
def test_what_is_not_confirmed_within_seven_days_dies(db: Store, tmp_path: Path, now: str, alive: bool) -> None:
    one = asked(db)
    keep_house(db, tmp_path, now)
    assert (subscription(db, one.id) is not None) is alive
    assert (confirm(db, one.id, now) is not None) is alive
    assert (person(db, one.person) is not None) is alive


def test_a_late_confirmation_is_refused_also_before_the_house_was_kept(db: Store) -> None:
    assert confirm(db, asked(db).id, "2026-10-15T10:00:00Z") is None


def test_with_the_last_subscription_a_person_has_left(db: Store) -> None:
    one, other = asked(db), asked(db, "gloves")
    for subscribed in (one, other):
        confirm(db, subscribed.id, T0)
    end_subscription(db, one.id, T0)
    assert state(db) is PersonState.ACTIVE
    end_subscription(db, other.id, T0)
    assert state(db) is PersonState.LEFT
    assert confirm(db, one.id, T0) is None, "an old link does not bring it back"


def test_who_left_may_come_back_by_asking_and_confirming(db: Store) -> None:
    one = asked(db)
    confirm(db, one.id, T0)
    leave(db, one.person, T0)
    assert suppressed(db, HASH) == "left"
    assert may_be_asked(db, HASH)
    again = asked(db, "gloves")
    assert suppressed(db, HASH) == "left", "asking alone lifts nothing"
    confirm(db, again.id, T0)
    assert suppressed(db, HASH) is None
    assert [found.query for found in subscriptions_of(db, one.person)] == ["gloves"]


def test_suppression_outlives_the_person_and_an_import(db: Store, tmp_path: Path) -> None:
    one = asked(db)
    confirm(db, one.id, T0)
    leave(db, one.person, T0)
    erase_person(db, tmp_path, one.person)
    assert person(db, one.person) is None
    assert suppressed(db, address_hash(KEY, " ANA@Example.ORG ")) == "left"
    assert suppressed(db, address_hash(b"other" * 8, ANA)) is None, "the hash is keyed"


def test_a_soft_bounce_counts_once_a_mail_within_thirty_days(db: Store) -> None:
    days = ["2026-10-01", "2026-10-05", "2026-10-10", "2026-10-15", "2026-10-20"]
    counts = [note_soft_bounce(db, HASH, f"<{day}@x>", f"{day}T10:00:00Z") for day in days]
    assert counts == [1, 2, 3, 4, SOFT_BOUNCES]
    assert note_soft_bounce(db, HASH, "<2026-10-20@x>", "2026-10-21T10:00:00Z") == SOFT_BOUNCES
    assert note_soft_bounce(db, HASH, "<later@x>", "2026-11-01T10:00:00Z") == 5, "the first is too old"


def test_the_export_holds_all_that_is_known(db: Store) -> None:
    one = subscribe(db, "labour")
    found = exported(db, one.person)
    assert found is not None
    assert found["person"]["address"] == ANA
    assert [(entry["query"], entry["cadence"]) for entry in found["subscriptions"]] == [("labour", "weekly")]
    assert (found["matches"], found["mails"]) == ([], [])
    assert exported(db, 99) is None


def test_the_key_of_an_installation_is_made_once(db: Store) -> None:
    first = install_key(db, lambda count: b"a" * count)
    assert install_key(db, lambda count: b"b" * count) == first == b"a" * 32
