"""Forgetting in time: unconfirmed requests, people who left, the words of old mails."""

from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses
from pathlib import Path

from alerts.smtp import eml_time
from db.clock import later, moment
from db.connect import Store
from db.erasing import overwriting, scrub
from db.outbox import BODY_DAYS, erase_bodies
from db.people import due_for_erasure, forget, person
from db.subscriptions import drop_unconfirmed
from model.subscription import Person

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Counts. ``scrubbed`` is false where traces of erased people are still to be taken from the file."""

    unconfirmed: int
    people: int
    bodies: int
    files: int
    scrubbed: bool


def keep_house(db: Store, mail_folder: Path, now: str) -> Forgotten:
    """Forget all whose time has come. ``mail_folder`` is where mails are written as ``.eml`` without a server.

    Run it daily; running it twice does nothing more.
    """
    with overwriting(db):
        unconfirmed = drop_unconfirmed(db, now)
        bodies = erase_bodies(db, now)
    gone = due_for_erasure(db, now)
    files = _remove_old_files(mail_folder, now) + _remove_files_to(mail_folder, gone)
    for one in gone:
        forget(db, one.id)
    return Forgotten(unconfirmed, len(gone), bodies, files, scrub(db))


def erase_person(db: Store, mail_folder: Path, number: int) -> bool:
    """Forget somebody who asks for it, now. The next ``keep_house`` takes the last traces from the file."""
    found = person(db, number)
    if found is None:
        return False
    _remove_files_to(mail_folder, [found])
    return forget(db, number)


def _remove_old_files(folder: Path, now: str) -> int:
    # By the names: the times of files are the machine's, which --now may have left far behind.
    oldest = moment(later(now, -BODY_DAYS * _DAY))
    written = ((path, eml_time(path.name)) for path in _mails(folder))
    return _remove(path for path, at in written if at and at <= oldest)


def _remove_files_to(folder: Path, gone: Iterable[Person]) -> int:
    addresses = {one.address.casefold() for one in gone}
    return _remove(path for path in _mails(folder) if addresses and addresses & _recipients(path))


def _recipients(path: Path) -> set[str]:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    return {address.casefold() for _, address in getaddresses([str(to) for to in mail.get_all("To", [])])}


def _mails(folder: Path) -> list[Path]:
    """The mails in a folder, and what a killed process left of one."""
    return [path for path in sorted(folder.glob("*")) if path.suffix in (".eml", ".part")]


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in list(paths):
        path.unlink(missing_ok=True)
        count += 1
    return count
