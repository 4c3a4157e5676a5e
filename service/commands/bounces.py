"""``vigilex bounces PATH``: what came back to the sender's mailbox."""

import argparse
import os
from pathlib import Path

from alerts.bounces import MailboxProblem, read_mailbox
from alerts.returns import take_returns
from service.arguments import add_data, add_now, clock, timestamp
from service.errors import Failure
from service.mailing import signing_key
from service.settings import load_settings
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", type=Path, metavar="PATH", help="an mbox file, a Maildir, an .eml file or a folder of them"
    )
    add_data(parser)
    add_now(parser)


def run(args: argparse.Namespace) -> int:
    load_settings(args.data, Path.cwd(), os.environ)
    with existing_store(args.data) as db:
        try:
            found = take_returns(db, read_mailbox(args.path), signing_key(db), timestamp(clock(args)))
        except MailboxProblem as error:
            raise Failure(str(error)) from None
    print(f"{found.ended} addresses ended, {found.soft} failed for now, {found.left} people left.")
    print(f"{found.refused} reports refuse us as a sender, {found.unknown} are about mails that we did not send, "
          f"{found.other} mails say nothing to a program.")  # fmt: skip
    return 1 if found.refused else 0
