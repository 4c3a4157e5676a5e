"""The mail to the secretariat: at most one a day, nothing told twice, sent once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from alerts.errors import AddressDead, SenderPause, TemporarySendError
from alerts.mails import Mails
from alerts.render import Renderer
from alerts.secretariat import Secretariat, day_to_tell, mail_waits, make_and_send, recipient_of
from db.alarms import Alarm, ToldAlarm, refresh_alarms
from db.connect import Store
from db.leases import acquire
from db.sender import resume_sender, sender_pause
from db.store import open_store
from tests.alerts.mailing import HEAD
from tests.alerts.making import KEY, ZONE, Mailbox, postman

TO = Secretariat("secretariat@example.org", HEAD, Mails(Renderer(HEAD, {}), KEY), KEY, ZONE)
DISK = Alarm("disk", "The disk is full.", "Make room.")
BOE = Alarm("source es_boe", "BOE <b>does not</b> answer.", "Wait.")
MONDAY, TUESDAY = "2026-11-23T06:00:00Z", "2026-11-24T06:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def told(box: Mailbox) -> str:
    """The words of the last mail."""
    mail = message_from_bytes(box.taken[-1][1], policy=default)
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return f"{mail['Subject']}\n{body.get_content()}"


def send(db: Store, box: Mailbox, now: str, *broken: Alarm) -> int:
    """Look and tell at ``now``: how many mails the server has then."""
    refresh_alarms(db, broken, now)
    if mail_waits(db, ZONE, now):
        make_and_send(db, TO, postman(box, now))
    return len(box.taken)


def test_what_broke_is_told_once_and_what_is_mended_too(db: Store) -> None:
    box = Mailbox()
    assert send(db, box, MONDAY) == 0
    assert send(db, box, MONDAY, DISK) == 1
    assert "1 thing needs attention" in told(box)
    assert "Make room." in told(box)
    assert send(db, box, TUESDAY, DISK) == 1
    assert send(db, box, "2026-11-25T06:00:00Z", DISK, BOE) == 2
    assert told(box).index("New") < told(box).index("does not") < told(box).index("Not mended yet")
    assert send(db, box, "2026-11-26T06:00:00Z") == 3
    assert "all is well again" in told(box)
    assert "Make room" not in told(box)
    assert send(db, box, "2026-11-27T06:00:00Z") == 3
    assert {address for address, _ in box.taken} == {"secretariat@example.org"}


def test_words_of_a_source_show_as_typed(db: Store) -> None:
    box = Mailbox()
    send(db, box, MONDAY, BOE)
    html = message_from_bytes(box.taken[0][1], policy=default).get_body(("html",))  # type: ignore[attr-defined]
    assert "BOE &lt;b&gt;does not&lt;/b&gt; answer." in html.get_content()


def test_a_second_fault_of_the_day_waits_until_tomorrow(db: Store) -> None:
    box = Mailbox()
    send(db, box, MONDAY, DISK)
    assert send(db, box, "2026-11-23T20:00:00Z", DISK, BOE) == 1
    assert send(db, box, "2026-11-24T04:59:00Z", DISK, BOE) == 1
    assert send(db, box, "2026-11-24T05:00:00Z", DISK, BOE) == 2


def test_what_was_over_before_any_mail_is_not_told(db: Store) -> None:
    box = Mailbox()
    refresh_alarms(db, [DISK], "2026-11-23T02:00:00Z")
    assert send(db, box, MONDAY) == 0


def told_alarm(*, closed: bool = False, is_new: bool = False) -> ToldAlarm:
    return ToldAlarm(1, "What", "Remedy", MONDAY, MONDAY if closed else None, is_new)


@pytest.mark.parametrize(
    ("now", "alarm", "last", "expected"),
    [
        ("2026-11-23T05:59:00+01:00", told_alarm(is_new=True), None, None),
        ("2026-11-23T06:00:00+01:00", told_alarm(is_new=True), None, date(2026, 11, 23)),
        ("2026-11-23T23:59:00+01:00", told_alarm(is_new=True), date(2026, 11, 23), None),
        ("2026-11-24T06:00:00+01:00", told_alarm(closed=True), date(2026, 11, 23), date(2026, 11, 24)),
        ("2026-11-29T06:00:00+01:00", told_alarm(), date(2026, 11, 23), None),
        ("2026-11-30T06:00:00+01:00", told_alarm(), date(2026, 11, 23), date(2026, 11, 30)),
        ("2026-11-23T12:00:00+01:00", told_alarm(is_new=True), date(2026, 11, 24), None),  # the clock went back
        ("2026-11-23T12:00:00+01:00", told_alarm(is_new=True), date(2027, 11, 24), date(2026, 11, 23)),
    ],
)
def test_the_day_of_a_mail(now: str, alarm: ToldAlarm, last: date | None, expected: date | None) -> None:
    assert day_to_tell(datetime.fromisoformat(now).astimezone(UTC), ZONE, [alarm], last) == expected


def test_nothing_to_tell_is_no_mail() -> None:
    assert day_to_tell(datetime(2026, 11, 30, 12, tzinfo=UTC), ZONE, [], None) is None


def test_a_mail_that_is_put_off_is_tried_again_byte_for_byte(db: Store) -> None:
    seen: list[bytes] = []

    def later(_address: str, body: bytes) -> None:
        seen.append(body)
        raise TemporarySendError("421 later")

    refresh_alarms(db, [DISK], MONDAY)
    assert "tried again" in make_and_send(db, TO, postman(later, MONDAY))
    assert not mail_waits(db, ZONE, "2026-11-23T06:00:59Z")
    box = Mailbox()
    assert send(db, box, "2026-11-23T06:01:00Z", DISK) == 1
    assert seen == [box.taken[0][1]]


def test_a_paused_sender_sends_nothing_and_the_mail_goes_once_it_is_mended(db: Store) -> None:
    box = Mailbox([SenderPause("554 5.7.1 not <secretariat@example.org>")])
    assert send(db, box, MONDAY, DISK) == 0
    pause = sender_pause(db)
    assert pause is not None
    assert "secretariat@" not in pause.reason
    assert not mail_waits(db, ZONE, TUESDAY)
    resume_sender(db)
    assert send(db, box, TUESDAY, DISK) == 1


def test_a_dead_address_ends_the_mail(db: Store) -> None:
    box = Mailbox([AddressDead("550 5.1.1 nobody")])
    assert send(db, box, MONDAY, DISK) == 0
    assert send(db, box, "2026-11-23T12:00:00Z", DISK) == 0
    assert not mail_waits(db, ZONE, TUESDAY)


def test_two_that_tell_at_once_send_one_mail(db: Store) -> None:
    box = Mailbox()
    refresh_alarms(db, [DISK], MONDAY)
    acquire(db, "alarm mail", "2:there", MONDAY, 60, lambda _: True)
    make_and_send(db, TO, postman(box, MONDAY, is_alive=lambda holder: holder == "2:there"))
    assert box.taken == []
    for _ in range(2):
        make_and_send(db, TO, postman(box, MONDAY))
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("contact", "expected"),
    [("Office <a@example.org>", "a@example.org"), ("https://example.org/contact", None), ("", None)],
)
def test_only_a_mail_address_can_be_told(contact: str, expected: str | None) -> None:
    assert recipient_of(contact) == expected
