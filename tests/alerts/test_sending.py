"""From matches to a mail server: nobody missed, nobody twice, whatever the server does on the way."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from alerts.mails import Mails
from alerts.outbox import deliver
from alerts.render import Renderer
from alerts.runs import Press, make_run
from alerts.smtp import Relay, SmtpSender
from db.clock import moment
from db.connect import Store
from db.outbox import waiting_count
from db.people import PersonState, people
from db.sender import resume_sender
from model.subscription import Cadence
from tests.alerts.mailing import HEAD, SOURCES
from tests.alerts.making import KEY, T0, ZONE, item, postman, save, subscribe
from tests.alerts.servers import DROP, Box, scripted_server, taking_server

MONDAY = "2026-10-12T06:00:00Z"
PRESS = Press(KEY, HEAD.host, ZONE, Mails(Renderer(HEAD, SOURCES), KEY).compose)


def made(db: Store, readers: int) -> list[str]:
    """A weekly run for so many readers, frozen; their addresses."""
    addresses = [f"reader{number}@example.net" for number in range(readers)]
    for address in addresses:
        subscribe(db, "topic:import-ban", address=address, now=T0)
    save(db, "2026-10-09T08:00:00Z", item("1", "forced labour", "topic:import-ban jurisdiction:CA"))
    run = make_run(db, Cadence.WEEKLY, moment(MONDAY).date(), PRESS, MONDAY)
    assert (run.mails, run.failed) == (readers, ())
    return addresses


def relay(port: int, patience: float = 2.0) -> SmtpSender:
    return SmtpSender(Relay("127.0.0.1", port, HEAD.sender, tls="none", patience=patience, last_patience=patience))


def recipients(box: Box) -> list[str]:
    return sorted(to for rcpt, _ in box.mails for to in rcpt)


def later(hours: float) -> str:
    return (moment(MONDAY) + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def test_200_people_each_get_their_mail_once(db: Store) -> None:
    addresses = made(db, 200)
    with taking_server() as (box, port):
        sender = relay(port)
        assert deliver(db, postman(sender.send, MONDAY)).sent == 200
        assert deliver(db, postman(sender.send, later(1))).sent == 0
        sender.close()
    assert recipients(box) == sorted(addresses)
    for (to,), body in box.mails:
        mail = message_from_bytes(body, policy=default)
        assert mail["To"] == to
        assert mail["Subject"] == "New in Canada: news · import ban"
    assert len({message_from_bytes(body)["Message-ID"] for _, body in box.mails}) == 200


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data", "end"])
@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "451 4.3.0 wait", "452 4.2.2 full", DROP])
def test_what_failed_for_a_while_is_sent_later_to_everybody(db: Store, step: str, answer: str) -> None:
    addresses = made(db, 3)
    with scripted_server(**{step: answer}) as (_, port):
        sender = relay(port)
        report = deliver(db, postman(sender.send, MONDAY))
        sender.close()
    assert (report.sent, report.postponed, report.paused) == (0, 3, None)
    with taking_server() as (box, port):
        sender = relay(port)
        assert deliver(db, postman(sender.send, later(2))).sent == 3
        sender.close()
    assert recipients(box) == addresses
    assert len(people(db, PersonState.ACTIVE)) == 3


@pytest.mark.parametrize(
    ("step", "answer"), [("rcpt", "554 5.7.1 go away"), ("mail", "550 no"), ("end", "552 5.3.4 big")]
)
def test_a_relay_that_refuses_all_pauses_the_sender_and_costs_nobody_anything(
    db: Store, step: str, answer: str
) -> None:
    addresses = made(db, 5)
    with scripted_server(**{step: answer}) as (server, port):
        sender = relay(port)
        report = deliver(db, postman(sender.send, MONDAY))
        assert report.paused
        assert "@" not in report.paused
        deliver(db, postman(sender.send, later(1)))
        sender.close()
    assert server.steps.count("mail") == 1, "one refusal is enough to stop"
    assert waiting_count(db) == 5
    assert resume_sender(db)
    with taking_server() as (box, port):
        sender = relay(port)
        deliver(db, postman(sender.send, later(2)))
        sender.close()
    assert recipients(box) == addresses


def test_only_the_person_whose_address_is_gone_is_ended(db: Store) -> None:
    made(db, 3)
    with scripted_server(rcpt="550 5.1.1 no such user") as (_, port):
        sender = relay(port)
        assert deliver(db, postman(sender.send, MONDAY)).refused == 3
        sender.close()
    assert people(db, PersonState.ACTIVE) == []


def test_a_mail_whose_last_answer_was_lost_goes_again_with_the_same_bytes(db: Store) -> None:
    made(db, 1)
    with scripted_server(end=DROP) as (server, port):
        sender = relay(port)
        for hour in range(3):
            deliver(db, postman(sender.send, later(hour * 1.5)))
        sender.close()
    assert len(server.taken) == 3
    assert len(set(server.taken)) == 1


def test_an_error_in_one_persons_mail_stops_no_other(db: Store) -> None:
    for number in range(3):
        subscribe(db, "topic:import-ban", address=f"reader{number}@example.net", now=T0)
    save(db, "2026-10-09T08:00:00Z", item("1", "forced labour", "topic:import-ban jurisdiction:CA"))

    def compose(digest, message_id: str, now: str) -> tuple[str, bytes]:  # type: ignore[no-untyped-def]
        if digest.person.address == "reader1@example.net":
            raise KeyError("a template that does not know its words")
        return PRESS.compose(digest, message_id, now)

    run = make_run(db, Cadence.WEEKLY, moment(MONDAY).date(), Press(KEY, HEAD.host, ZONE, compose), MONDAY)
    assert run.mails == 2
    assert ["KeyError" in one.error for one in run.failed] == [True]
