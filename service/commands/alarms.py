"""``vigilex alarms``: what is broken and what to do about it; with ``--mail`` the secretariat is told."""

import argparse
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.alarms import look
from alerts.outbox import Postman
from alerts.secretariat import Secretariat, make_and_send, recipient_of
from crawlers.holder import is_alive, own_holder
from db.alarms import open_alarms
from db.connect import Store
from service.arguments import add_data, add_json, add_now, clock, timestamp
from service.errors import Failure
from service.mailing import letterhead, mails, sender, signing_key
from service.output import note, print_json
from service.settings import Settings, load_settings
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mail", action="store_true", help="tell the secretariat by mail, at most once a day")
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    settings = load_settings(args.data, Path.cwd(), os.environ)
    with existing_store(args.data) as db:
        look(db, ZoneInfo(settings.timezone), shutil.disk_usage(args.data).free, timestamp(clock(args)))
        if args.mail:
            note(_tell(args, settings, db))
        found = open_alarms(db)
    for alarm in found:
        if args.json:
            print_json(asdict(alarm))
        else:
            print(f"{alarm.since[:10]}  {alarm.what}\n            {alarm.remedy}")
    if not found and not args.json:
        print("Nothing is broken.")
    return 0


def _tell(args: argparse.Namespace, settings: Settings, db: Store) -> str:
    """Make and send the mail of the day; what was done. Raises Failure where nobody can be told."""
    to = recipient_of(settings.organisation.contact)
    if to is None:
        raise Failure("organisation.contact is no mail address: set it to one that the secretariat reads")
    key, zone = signing_key(db), ZoneInfo(settings.timezone)
    secretariat = Secretariat(to, letterhead(settings), mails(settings, db, args.data), key, zone)
    postbox = sender(settings, args.data)
    try:
        return make_and_send(db, secretariat, Postman(postbox.send, own_holder(), lambda: clock(args), is_alive))
    finally:
        postbox.close()
