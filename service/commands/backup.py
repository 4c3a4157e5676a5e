"""``vigilex backup``: a checked copy of the store, and the way back from one."""

import argparse
from contextlib import suppress
from pathlib import Path

from crawlers.holder import is_alive, own_holder
from db.backup import KEPT, Backup, BackupError, back_up, remove_old
from db.connect import DatabaseError, StoreError
from db.restore import Restored, restore
from service.arguments import add_data, add_json, add_now, clock, timestamp
from service.errors import Failure
from service.output import note, print_json
from service.stores import store_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--restore",
        type=Path,
        metavar="FILE",
        help="put this backup in the place of the store, which is kept beside it; stop the service first",
    )
    add_data(parser)
    add_now(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    try:
        with store_errors(args.data):
            return _restore(args) if args.restore else _back_up(args)
    except BackupError as error:
        raise Failure(str(error)) from None


def _back_up(args: argparse.Namespace) -> int:
    now = timestamp(clock(args))
    try:
        made, updates = back_up(args.data, now, own_holder(), is_alive)
    except (BackupError, StoreError, DatabaseError):
        with suppress(OSError):  # the night failed, but the promise to those who were erased holds
            remove_old(args.data, now)
        raise
    removed = _remove_old(args.data, now)
    _print_made(made, updates, removed, args.json)
    return 0


def _remove_old(data: Path, now: str) -> list[Path]:
    try:
        return remove_old(data, now)
    except OSError as error:
        raise Failure(
            f"{error.filename} cannot be removed ({error.strerror}): remove it by hand, since a backup may hold people "
            f"who were erased, for {KEPT.days} days at most"
        ) from None


def _print_made(made: Backup, updates: int, removed: list[Path], as_json: bool) -> None:
    size = made.path.stat().st_size
    if as_json:
        print_json(
            {"path": str(made.path), "updates": updates, "bytes": size, "removed": [str(old) for old in removed]}
        )
        return
    print(f"{made.path}: {updates} updates, {size / 1e6:.1f} MB, checked.")
    for old in removed:
        print(f"{old} was older than {KEPT.days} days, or would have become so before the next night, and is removed.")


def _restore(args: argparse.Namespace) -> int:
    done = restore(args.data, args.restore, timestamp(clock(args)), is_alive)
    if args.json:
        former = str(done.former) if done.former else None
        print_json({"updates": done.updates, "former": former, "left": done.left, "erased": done.erased})
        return 0
    print(f"The store in {args.data} is that of {args.restore.name}: {done.updates} updates.")
    if done.former:
        print(f"The former one is in {done.former}, and is removed with the backups of its age.")
    print(_wishes(done))
    note(
        "Sending is paused, since mails of the time after the backup may go out again; `vigilex digest resume` lets "
        "it go on."
    )
    return 0


def _wishes(done: Restored) -> str:
    if done.left is None:
        return (
            "There was no sound store that knew who has left or was erased since the backup: repeat what you know of."
        )
    return f"{done.left} people who have left since the backup and {done.erased} who were erased are so here too."
