"""``vigilex digest``: preview a digest, make and send what is due today or at once, let a paused sender go on."""

import argparse
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.digest import Digest
from alerts.gathering import Gatherer
from alerts.housekeeping import keep_house
from alerts.keyed import address_hash, message_id
from alerts.mails import Mail, Mails
from alerts.matcher import CURSOR, match_changes
from alerts.outbox import Delivered, Postman, deliver
from alerts.runs import Made, Press, make_due, make_immediate, make_run
from alerts.searches import never_matches
from crawlers.holder import is_alive, own_holder
from db.clock import moment
from db.connect import Store
from db.cursors import cursor
from db.matches import waiting
from db.outbox import waiting_count
from db.people import person_with
from db.query import GRAMMAR
from db.sender import resume_sender
from model.subscription import Cadence, Person, PersonState, Subscription
from service.arguments import add_data, add_json, add_now, clock, timestamp
from service.errors import Failure
from service.mailing import letterhead, mail_folder, mails, sender, signing_key
from service.output import note, print_json
from service.settings import Settings, load_settings
from service.stores import existing_store

_PERIODS = {Cadence.DAILY: timedelta(days=1), Cadence.WEEKLY: timedelta(days=7)}
_DUE = "due"
_SAMPLE = 10  # updates in the preview of a search that found nothing new


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    preview = actions.add_parser("preview", help="show a digest as it would be now; nothing is sent or taken")
    preview.add_argument("cadence", choices=[str(cadence) for cadence in _PERIODS], help="which digest")
    whose = preview.add_mutually_exclusive_group()
    whose.add_argument("--to", metavar="ADDRESS", help="the digest that waits for this person")
    whose.add_argument("--search", metavar="QUERY", default="", help="what this search found (default: everything)")
    preview.add_argument("--eml", type=Path, metavar="FILE", help="write the whole mail to this file as well")
    run_ = actions.add_parser(
        "run", help="make and send today's digests, or the alerts that are due at once; twice gives nothing twice"
    )
    run_.add_argument("cadence", choices=[*map(str, Cadence), _DUE], help="which mails (due: whatever is due by now)")
    add_json(run_)
    resume = actions.add_parser("resume", help="send again after the mail server had refused us")
    for action in (preview, run_, resume):
        add_data(action)
        add_now(action)


def run(args: argparse.Namespace) -> int:
    settings = load_settings(args.data, Path.cwd(), os.environ)
    with existing_store(args.data) as db:
        return {"preview": _preview, "run": _run, "resume": _resume}[args.action](args, settings, db)


def _preview(args: argparse.Namespace, settings: Settings, db: Store) -> int:
    digest = _digest(args, settings, db)
    name = message_id(signing_key(db), digest.person.id, "preview", letterhead(settings).host)
    mail = mails(settings, db, args.data).digest(digest, name, clock(args))
    print(f"Subject: {mail.subject}\n\n{_text_of(mail)}")
    if args.eml:
        try:
            args.eml.write_bytes(mail.body)
        except OSError as error:
            raise Failure(f"{args.eml} cannot be written: {error.strerror}") from None
        note(f"The whole mail is in {args.eml}.")
    return 0


def _digest(args: argparse.Namespace, settings: Settings, db: Store) -> Digest:
    cadence, now = Cadence(args.cadence), timestamp(clock(args))
    since = timestamp(clock(args) - _PERIODS[cadence])
    if args.to is not None:
        match_changes(db, now)
        reader = person_with(db, address_hash(signing_key(db), args.to))
        if reader is None or reader.state is not PersonState.ACTIVE:
            raise Failure("nobody with this address has a running subscription; see it with --search QUERY instead")
        gatherer = Gatherer(db, now, ZoneInfo(settings.timezone))
        return gatherer.gathered(reader, cadence, since, waiting(db, reader.id, cadence, cursor(db, CURSOR)))
    if reason := never_matches(args.search):
        note(reason)
    nobody = Person(0, letterhead(settings).sender, "en", PersonState.ACTIVE, now)
    search = Subscription(0, 0, args.search or "Everything", args.search, GRAMMAR, cadence, now)
    gatherer = Gatherer(db, now, ZoneInfo(settings.timezone))
    digest = gatherer.preview(nobody, search, since)
    if not digest.total:
        digest = gatherer.sample(nobody, search, since, _SAMPLE)
        note(
            f"Nothing was listed for this search since {since[:10]}: shown are the newest {digest.total} that it finds."
        )
    return digest


def _text_of(mail: Mail) -> str:
    text = message_from_bytes(mail.body, policy=default).get_body(("plain",))
    return str(text.get_content()) if text else ""


def _run(args: argparse.Namespace, settings: Settings, db: Store) -> int:
    postbox = sender(settings, args.data)
    note(f"{postbox.says}.")
    zone, now = ZoneInfo(settings.timezone), clock(args)
    press = _press(mails(settings, db, args.data), signing_key(db), letterhead(settings).host, zone)
    made = make_due(db, press, timestamp(now)) if args.cadence == _DUE else _make(db, args.cadence, press, now)
    with _told_to_stop() as stopped:
        try:
            sent = deliver(db, Postman(postbox.send, own_holder(), lambda: clock(args), is_alive, stopped))
        finally:
            postbox.close()
    _report(args, made, sent, waiting_count(db))
    if not keep_house(db, mail_folder(args.data), timestamp(now)).scrubbed:
        note("Another program reads the store: traces of erased people stay in its file until the next run.")
    return 1 if any(one.failed for one in made) or sent.paused or sent.postponed or sent.returned else 0


def _make(db: Store, name: str, press: Press, now: datetime) -> list[Made]:
    """The alerts that are due at once, which no digest brings, and the digests of the day where those are asked for."""
    cadence = Cadence(name)
    match_changes(db, timestamp(now))
    alerts = make_immediate(db, press, timestamp(now))
    if cadence is Cadence.IMMEDIATE:
        return [alerts]
    run_ = make_run(db, cadence, now.astimezone(press.zone).date(), press, timestamp(now))
    return [alerts, run_] if alerts.mails or alerts.failed else [run_]


def _press(writes: Mails, key: bytes, host: str, zone: ZoneInfo) -> Press:
    def compose(digest: Digest, name: str, now: str) -> tuple[str, bytes]:
        mail = writes.digest(digest, name, moment(now).astimezone(UTC))
        return mail.subject, mail.body

    return Press(key, host, zone, compose)


def _report(args: argparse.Namespace, made: list[Made], sent: Delivered, waiting_mails: int) -> None:
    if args.json and args.cadence == _DUE:
        print_json({"made": [asdict(run_) for run_ in made], "sent": asdict(sent), "waiting": waiting_mails})
        return
    if args.json:
        alerts = {"alerts": asdict(made[0])} if len(made) > 1 else {}
        print_json({"made": asdict(made[-1]), **alerts, "sent": asdict(sent), "waiting": waiting_mails})
        return
    for run_ in made:
        print(f"{run_.key}: {run_.mails} mails and {run_.notes} short notes made, {len(run_.failed)} failed.")
        for one in run_.failed:
            print(f"  The mail of person {one.person} could not be made: {one.error}. It comes with the next run.")
    print(
        f"{sent.sent} mails sent, {sent.refused} to dead addresses, {sent.postponed + sent.returned} to be tried again;"
        f" {waiting_mails} wait to be sent."
    )
    if sent.paused:
        note(f"Sending is paused, since {sent.paused}. Mend it, then run `vigilex digest resume`.")


def _resume(_args: argparse.Namespace, _settings: Settings, db: Store) -> int:
    print("Sending goes on." if resume_sender(db) else "Sending was not paused.")
    return 0


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """SIGTERM ends the sending between two mails: the one on its way arrives once and is noted."""
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        yield lambda: bool(told)
    finally:
        signal.signal(signal.SIGTERM, before)
