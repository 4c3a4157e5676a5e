"""What is amiss with an installation: its settings, its machine, its store. Each check gives its findings."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.alarms import BACKUP_PATIENCE, LEAST_DISK
from alerts.letterhead import not_ready
from db.backup import Backup, backups
from db.check import quick_problem
from db.clock import moment
from db.connect import FILE_NAME, LIBRARY_VERSION, DatabaseError, Store, StoreError, library_note, open_existing
from db.latest import latest_time
from db.leases import held
from db.sender import sender_pause
from db.sources import declared
from model.source import Source
from service.findings import Finding, ok, problem, warning
from service.mailing import letterhead
from service.settings import FILE, Settings

# What a clock may be behind the store: another machine or a process that ends later wrote the last line.
_TOLERANCE = timedelta(minutes=2)


def about_settings(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether readers and sources can reach the organisation behind the site."""
    local = now.astimezone(ZoneInfo(settings.timezone))
    yield ok("settings", f"They are read. It is {local:%Y-%m-%d %H:%M} in {settings.timezone}, by which digests go.")
    if reason := not_ready(letterhead(settings)):
        if settings.smtp.host:
            yield problem("mail", reason, "Correct it in vigilex.toml.")
        else:
            yield warning("mail", reason, "Set it before you name a mail server.")
    organisation = settings.organisation
    missing = [f"organisation.{name}" for name in ("name", "privacy_url") if not getattr(organisation, name).strip()]
    if missing:
        yield warning("organisation", f"Not set: {', '.join(missing)}.", "Readers look for it: set it.")
    if "@" not in parseaddr(organisation.contact)[1]:
        yield warning(
            "organisation", "organisation.contact is no mail address, so alarms can be mailed to nobody.",
            "Set it to the mailbox of the secretariat.",
        )  # fmt: skip


def about_keys(sources: Sequence[Source], settings: Settings) -> Iterator[Finding]:
    """Which sources are off for want of a key, and which keys are of no source."""
    wanting = [source for source in sources if source.needs_key]
    for source in wanting:
        if not settings.keys.get(source.id):
            ask = f"Ask {source.publisher} for one and set keys.{source.id}."
            yield warning("keys", f"{source.id} is off for want of a key.", ask)
    for name in sorted(set(settings.keys) - {source.id for source in sources}):
        yield warning("keys", f"keys.{name} is of no known source.", "Correct the name, or take it out.")
    if not wanting:
        yield ok("keys", "No source needs a key.")


def about_python() -> Finding:
    """The versions below us."""
    python = ".".join(map(str, sys.version_info[:3]))
    if reason := library_note():
        return warning("python", f"Python {python}. {reason}", "")
    return ok("python", f"Python {python}, SQLite {LIBRARY_VERSION}.")


def about_folder(data: Path, settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written and read by us alone, and how much room its disk has."""
    if not data.is_dir():
        yield warning("folder", f"There is no folder {data} yet.", "`vigilex up` makes it; or name yours with --data.")
        return
    try:
        tempfile.TemporaryFile(dir=data).close()
    except OSError as error:
        yield problem(
            "folder", f"{data} cannot be written ({error.strerror}).", "Give it to the user who runs Vigilex."
        )
        return
    yield _disk(data, shutil.disk_usage(data).free)
    named = [name for name in (FILE_NAME, FILE, settings.smtp.dkim_key) if name]
    shown = [path for path in map(data.joinpath, named) if _others_read(path)]
    for path in shown:
        yield warning("folder", f"Others on this machine can read {path}.", f"Run `chmod o-rwx {path.parent}`.")


def _disk(data: Path, free: int) -> Finding:
    said = f"{free / 1e9:.1f} GB are free on the disk of {data}."
    if free < LEAST_DISK:
        return problem("disk", said, "Make room: with a full disk nothing new is stored.")
    return ok("disk", said)


def _others_read(path: Path) -> bool:
    """Whether other users can come to a file: it and the folder around it let them."""
    return path.is_file() and bool(path.stat().st_mode & 0o004) and bool(path.parent.stat().st_mode & 0o001)


def about_store(data: Path, settings: Settings, now: datetime, is_alive: Callable[[str], bool]) -> Iterator[Finding]:
    """Whether the store is there and sound, and what it says about clock, sender, sources and processes."""
    if not (data / FILE_NAME).is_file():
        yield warning("store", f"There is no store in {data} yet.", "`vigilex up` makes it; or name yours with --data.")
        return
    try:
        with closing(open_existing(data)) as db:
            if damage := quick_problem(db):
                raise DatabaseError(damage)
            yield ok("store", f"The store in {data} is sound and of the present version.")
            yield about_clock(latest_time(db), now)
            yield from about_keys(declared(db), settings)
            yield from _sender(db)
            yield from _leases(held(db), is_alive)
    except StoreError as error:
        yield problem("store", str(error), "")
    except DatabaseError as error:
        yield problem("store", f"The store in {data} is damaged: {error}.", "Stop the service; restore a backup.")


def about_clock(latest: str | None, now: datetime) -> Finding:
    """Whether the clock is behind ``latest``, the last time that the store noted."""
    if latest and moment(latest) - now > _TOLERANCE:
        return problem(
            "clock", f"The clock says {now:%Y-%m-%d %H:%M} UTC, but the store was last changed at {latest}.",
            "Set the clock (timedatectl); if it is right now, wait until that time before anything is crawled.",
        )  # fmt: skip
    return ok("clock", f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC, which is not before the store's last change.")


def _sender(db: Store) -> Iterator[Finding]:
    if pause := sender_pause(db):
        yield problem(
            "sender", f"Sending is paused since {pause.since}: {pause.reason}.",
            "Mend it, then run `vigilex digest resume`.",
        )  # fmt: skip


def _leases(leases: dict[str, str], is_alive: Callable[[str], bool]) -> Iterator[Finding]:
    dead = [name for name, holder in leases.items() if not is_alive(holder)]
    if dead:
        yield warning(
            "processes", f"Processes died over {', '.join(dead)}.",
            "Nothing is blocked: the next one takes over. The log of the service says what ended them.",
        )  # fmt: skip


def about_backups(data: Path, now: datetime) -> Finding:
    """How old the newest backup is."""
    return newest_backup(backups(data), now)


def newest_backup(made: Sequence[Backup], now: datetime) -> Finding:
    """Whether the newest of the backups ``made``, oldest first, is of the last nights."""
    if not made:
        return warning("backup", "There is no backup yet.", "`vigilex up` makes one each night, `vigilex backup` now.")
    age = now - made[-1].made_at
    said = f"The newest backup is {made[-1].path.name}."
    if age > BACKUP_PATIENCE:
        return problem("backup", said, "Run `vigilex backup`; it says why it cannot be made, if so.")
    if age < -BACKUP_PATIENCE:
        return warning("backup", f"{said} That time is still to come.", "Set the clock; then remove what is misnamed.")
    return ok("backup", said)
