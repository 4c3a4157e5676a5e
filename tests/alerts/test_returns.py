"""Acting on what came back: once for each mail of ours, never for a mail that was not ours."""

from datetime import timedelta

import pytest

from alerts.keyed import address_hash
from alerts.outbox import deliver
from alerts.returns import Returns, take_returns
from alerts.runs import make_run
from alerts.tokens import Purpose, token
from db.clock import moment
from db.connect import Store
from db.people import PersonState, person_with
from db.suppression import suppressed
from model.subscription import Cadence
from tests.alerts.making import KEY, PRESS, T0, Mailbox, item, postman, save, subscribe
from tests.alerts.test_bounces import report

ADDRESS = "ana@example.org"


def sent(db: Store, weeks: int = 1) -> list[str]:
    """The Message-IDs of one mail a week to one person."""
    subscribe(db, "", address=ADDRESS, now=T0)
    for week in range(weeks):
        monday = moment("2026-10-12T06:00:00Z") + timedelta(weeks=week)
        now = monday.isoformat().replace("+00:00", "Z")
        save(db, now, item(str(week), "forced labour", published=now[:10]))
        make_run(db, Cadence.WEEKLY, monday.date(), PRESS, now)
        deliver(db, postman(Mailbox(), now))
    return [
        found for (found,) in db.execute("SELECT message_id FROM mails WHERE state = 'sent' ORDER BY id").fetchall()
    ]


def state(db: Store) -> PersonState | None:
    found = person_with(db, address_hash(KEY, ADDRESS))
    return found.state if found else None


def test_a_dead_address_gets_nothing_more_and_stays_suppressed(db: Store) -> None:
    (message_id,) = sent(db)
    mails = [report("5.1.1", message_id=message_id)] * 2
    assert take_returns(db, mails, KEY, "2026-10-13T06:00:00Z") == Returns(ended=2)
    assert state(db) is PersonState.LEFT
    assert suppressed(db, address_hash(KEY, ADDRESS)) == "bounced"


def test_a_report_about_a_mail_that_we_did_not_send_changes_nothing(db: Store) -> None:
    sent(db)
    forged = [report("5.1.1", message_id="<made-up@vigilex.example.org>"), report("5.1.1")]
    assert take_returns(db, forged, KEY, "2026-10-13T06:00:00Z") == Returns(unknown=2)
    assert state(db) is PersonState.ACTIVE


def test_five_failures_in_thirty_days_end_an_address_and_one_report_counts_once(db: Store) -> None:
    ids = sent(db, weeks=5)
    assert len(ids) == 5
    now = "2026-11-10T06:00:00Z"
    four = [report("4.2.2", message_id=one) for one in ids[:4]]
    assert take_returns(db, four * 3, KEY, now) == Returns(soft=12)
    assert state(db) is PersonState.ACTIVE
    assert take_returns(db, [report("5.2.2", message_id=ids[4])], KEY, now) == Returns(ended=1)
    assert state(db) is PersonState.LEFT


def test_a_refusal_of_us_ends_nobody(db: Store) -> None:
    (message_id,) = sent(db)
    assert take_returns(db, [report("5.7.1", message_id=message_id)], KEY, "2026-10-13T06:00:00Z") == Returns(refused=1)
    assert state(db) is PersonState.ACTIVE


@pytest.mark.parametrize("good", [True, False])
def test_who_writes_to_leave_has_left_if_the_token_is_ours(db: Store, good: bool) -> None:
    sent(db)
    known = person_with(db, address_hash(KEY, ADDRESS))
    assert known is not None
    leave = token(KEY if good else b"x", Purpose.LEAVE, str(known.id), moment(T0))
    mail = f"From: {ADDRESS}\r\nSubject: {leave}\r\n\r\nPlease.\r\n".encode()
    assert take_returns(db, [mail], KEY, "2026-10-13T06:00:00Z") == (Returns(left=1) if good else Returns(other=1))
    assert state(db) is (PersonState.LEFT if good else PersonState.ACTIVE)
