"""Sending: each mail once, whatever the server answers and whoever else sends."""

import pytest

from alerts.errors import AddressDead, AddressNotNow, SenderPause, TemporarySendError
from alerts.outbox import deliver, pause_after, without_addresses
from alerts.runs import make_due
from db.connect import Store
from db.outbox import NewMail, claim, freeze, is_made, person_of
from db.people import leave, pause, person, resume
from db.sender import resume_sender, sender_pause
from db.suppression import suppressed
from model.subscription import Cadence, PersonState
from tests.alerts.making import KEY, PRESS, Mailbox, address_hash, item, mails, postman, save, subscribe

TUESDAY = "2026-10-13T10:00:00Z"
MONDAY = "2026-10-19T05:00:00Z"
NEXT_MONDAY = "2026-10-26T06:00:00Z"
NAMES = ["ana", "ben", "eve"]


def frozen(db: Store, cadence: Cadence = Cadence.WEEKLY) -> list[int]:
    """Three people with one mail each in the outbox; their ids."""
    people = [subscribe(db, "labour", cadence, f"{name}@example.org").person for name in NAMES]
    save(db, TUESDAY, item("1", "labour"))
    make_due(db, PRESS, MONDAY)
    return people


def states(db: Store) -> list[str]:
    return [row[0] for row in db.execute("SELECT state FROM mails ORDER BY id").fetchall()]


def test_each_mail_goes_once_and_byte_for_byte_as_it_was_frozen(db: Store) -> None:
    frozen(db)
    bodies = [row[0] for row in db.execute("SELECT body FROM mail_bodies ORDER BY mail").fetchall()]
    box = Mailbox()
    assert deliver(db, postman(box, MONDAY)).sent == 3
    assert deliver(db, postman(box, MONDAY)).sent == 0
    assert box.taken == [(f"{name}@example.org", body) for name, body in zip(NAMES, bodies, strict=True)]


def test_an_unknown_address_ends_its_subscriptions_and_no_other(db: Store) -> None:
    people = frozen(db)
    box = Mailbox([AddressDead("550 5.1.1 <ana@example.org>: no such user")])
    done = deliver(db, postman(box, MONDAY))
    assert (done.sent, done.refused) == (2, 1)
    found = [person(db, number) for number in people]
    assert [one.state for one in found if one] == [PersonState.LEFT, PersonState.ACTIVE, PersonState.ACTIVE]
    assert suppressed(db, address_hash(KEY, "ANA@example.org")) == "dead"
    assert db.execute("SELECT error FROM mails WHERE state = 'refused'").fetchone()[0] == "550 5.1.1 <…>: no such user"


def test_a_server_that_refuses_us_pauses_the_sender_and_suppresses_nobody(db: Store) -> None:
    people = frozen(db)
    box = Mailbox([None, SenderPause("554 5.7.1 ben@example.org: you are blocked")])
    done = deliver(db, postman(box, MONDAY))
    assert (done.sent, done.paused) == (1, "554 5.7.1 …: you are blocked")
    pause_now = sender_pause(db)
    assert pause_now is not None
    assert pause_now.since == MONDAY
    assert deliver(db, postman(box, NEXT_MONDAY)).sent == 0, "nothing goes before the secretariat lets it"
    assert all(one and one.state is PersonState.ACTIVE for one in (person(db, number) for number in people))
    resume_sender(db)
    assert deliver(db, postman(box, NEXT_MONDAY)).sent == 2
    assert [address for address, _ in box.taken] == [f"{name}@example.org" for name in NAMES]


def test_a_temporary_error_is_tried_again_later_and_later(db: Store) -> None:
    frozen(db)
    box = Mailbox([TemporarySendError("451 4.3.0 try again")])
    assert deliver(db, postman(box, MONDAY)).postponed == 1
    assert deliver(db, postman(box, MONDAY)).sent == 0
    assert deliver(db, postman(box, "2026-10-19T05:01:00Z")).sent == 1
    assert [address for address, _ in box.taken] == ["ben@example.org", "eve@example.org", "ana@example.org"]
    assert [pause_after(attempts) for attempts in (0, 1, 5, 6, 500)] == [60, 120, 1920, 3600, 3600]


def test_a_server_that_is_not_itself_is_left_alone_for_a_while(db: Store) -> None:
    frozen(db)
    box = Mailbox([TemporarySendError("421 4.3.2 closing")] * 3)
    assert deliver(db, postman(box, MONDAY)).postponed == 3
    assert deliver(db, postman(box, "2026-10-19T06:00:00Z")).sent == 3


def test_addresses_that_are_refused_for_now_keep_no_other_from_getting_theirs(db: Store) -> None:
    frozen(db)
    subscribe(db, "labour", Cadence.WEEKLY, "zoe@example.org")
    box = Mailbox([AddressNotNow("451 4.7.1 greylisted")] * 3)
    save(db, "2026-10-19T06:00:00Z", item("2", "labour"))
    make_due(db, PRESS, NEXT_MONDAY)
    done = deliver(db, postman(box, NEXT_MONDAY))
    assert (done.postponed, len(box.taken)) == (3, 4)


def test_a_fault_of_ours_with_one_mail_does_not_keep_the_others(db: Store) -> None:
    frozen(db)
    assert deliver(db, postman(Mailbox([UnicodeError("no such letter")]), MONDAY)).sent == 2


@pytest.mark.parametrize("cadence", [Cadence.IMMEDIATE, Cadence.DAILY, Cadence.WEEKLY])
def test_after_48_hours_of_temporary_errors_the_items_return_to_the_next_digest(db: Store, cadence: Cadence) -> None:
    subscribe(db, "labour", cadence)
    save(db, MONDAY, item("1", "labour"))
    make_due(db, PRESS, NEXT_MONDAY)
    away = TemporarySendError("421 4.3.2 closing")
    for now in (NEXT_MONDAY, "2026-10-27T06:00:00Z", "2026-10-28T05:59:00Z"):
        assert deliver(db, postman(Mailbox([away]), now)).postponed == 1
    assert deliver(db, postman(Mailbox([away]), "2026-10-28T06:59:00Z")).returned == 1
    assert states(db) == ["returned"]
    make_due(db, PRESS, "2026-11-02T06:00:00Z")
    box = Mailbox()
    assert deliver(db, postman(box, "2026-11-02T06:00:00Z")).sent == 1
    assert [mail["items"] for mail in mails(db)] == [["1"]]


def test_a_try_set_by_a_clock_that_was_put_back_is_not_waited_for(db: Store) -> None:
    frozen(db)
    assert deliver(db, postman(Mailbox([TemporarySendError("451 try again")]), MONDAY)).postponed == 1
    box = Mailbox()
    assert deliver(db, postman(box, "2026-10-19T03:00:00Z")).sent == 1


def test_two_senders_at_once_send_each_mail_once(db: Store) -> None:
    frozen(db)
    box, other = Mailbox(), Mailbox()

    def slow(address: str, body: bytes) -> None:
        """While this one sends, another wakes and sends what it can."""
        deliver(db, postman(other, MONDAY, holder="2:there", is_alive=lambda _: True))
        box(address, body)

    deliver(db, postman(slow, MONDAY, is_alive=lambda _: True))
    assert sorted(address for address, _ in box.taken + other.taken) == [f"{name}@example.org" for name in NAMES]


def test_what_a_dead_sender_held_goes_again_with_the_same_bytes(db: Store) -> None:
    frozen(db)
    first = claim(db, "9:dead", MONDAY, 3600, lambda _: True)
    assert first is not None
    assert deliver(db, postman(Mailbox(), MONDAY, is_alive=lambda _: True)).sent == 2, "it might still be sending"
    box = Mailbox()
    deliver(db, postman(box, MONDAY))
    assert box.taken == [(first.address, first.body)]


def test_told_to_stop_it_ends_between_two_mails(db: Store) -> None:
    frozen(db)
    box = Mailbox()
    deliver(db, postman(box, MONDAY, stopped=lambda: len(box.taken) == 1))
    assert states(db) == ["sent", "frozen", "frozen"]
    deliver(db, postman(box, MONDAY))
    assert len(box.taken) == 3


def test_who_leaves_or_pauses_between_freezing_and_sending_gets_nothing(db: Store) -> None:
    ana, ben, _ = frozen(db)
    leave(db, ana, MONDAY)
    pause(db, ben)
    box = Mailbox()
    deliver(db, postman(box, MONDAY))
    assert [address for address, _ in box.taken] == ["eve@example.org"]
    resume(db, ben)
    make_due(db, PRESS, NEXT_MONDAY)
    deliver(db, postman(box, NEXT_MONDAY))
    assert [address for address, _ in box.taken] == ["eve@example.org", "ben@example.org"]


def test_a_confirmation_goes_to_somebody_who_is_not_active_yet(db: Store) -> None:
    ana = subscribe(db, "labour").person
    db.execute("UPDATE people SET state = 'pending'")
    assert freeze(db, NewMail(ana, "confirm 1", "service", "<a@b>", "Confirm", b"x"), (), MONDAY)
    assert not freeze(db, NewMail(ana, "confirm 1", "service", "<c@d>", "Confirm", b"y"), (), MONDAY)
    assert deliver(db, postman(Mailbox(), MONDAY)).sent == 1


def test_a_mail_whose_matches_another_took_is_not_put(db: Store) -> None:
    ana = frozen(db)[0]
    taken = db.execute("SELECT id FROM matches WHERE mail IS NOT NULL").fetchone()[0]
    assert not freeze(db, NewMail(ana, "weekly again", "weekly", "<a@b>", "x", b"x"), [taken], MONDAY)
    assert not is_made(db, ana, "weekly again")


def test_only_mails_of_ours_lead_to_a_person(db: Store) -> None:
    ana = frozen(db)[0]
    message_id = db.execute("SELECT message_id FROM mails ORDER BY id").fetchone()[0]
    assert person_of(db, message_id) == ana
    assert person_of(db, "<made-up@example.org>") is None


def test_a_servers_words_are_kept_without_addresses() -> None:
    assert without_addresses("550 5.1.1 <a.b+c@x.example>: unknown") == "550 5.1.1 <…>: unknown"
