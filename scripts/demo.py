"""Makes the demonstration: ``python -m scripts.demo [DIR]`` (default: var/demo), as ``make demo`` does.

The recordings of ``demo/`` go through the real pipeline: three visits, days apart, with readers who subscribed after
the first one. What is there then was crawled, tagged, matched, mailed and published by the commands of ``vigilex``.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple, NoReturn

from alerts.keyed import address_hash
from crawlers.holder import is_alive
from db.backup import BackupError
from db.connect import StoreError, open_existing
from db.restore import refuse_in_use
from db.subscriptions import ask, confirm
from model.subscription import Cadence
from service.cli import main as vigilex
from service.mailing import mail_folder, signing_key
from service.settings import PREFIX

ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = ROOT / "demo" / "recordings"
NOW = "2026-11-23T06:30:00Z"
"""The clock at which the demonstration begins: Monday half past seven in Zurich, half an hour after the digest."""

# What all commands import is imported once, which is a third of the time.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["service.cli", "service.commands.crawl"])

# Only a folder that bears this mark is ever removed.
_MARK = "made-by-the-demonstration"
_SETTINGS = """\
timezone = "Europe/Zurich"

[organisation]
name = "Example Network (demonstration: invented documents)"
postal_address = "1 Example Street, 1200 Geneva, Switzerland"
contact = "secretariat@example.org"
"""


class Reader(NamedTuple):
    address: str
    name: str
    query: str
    cadence: Cadence


_SUBSCRIBED = "2026-10-05T09:00:00Z"
READERS = (
    Reader("ana@example.org", "Everything", "", Cadence.WEEKLY),
    Reader("ben@example.org", "Import bans", "topic:import-ban", Cadence.IMMEDIATE),
    Reader("chloe@example.org", "Canada", "jurisdiction:CA", Cadence.WEEKLY),
    Reader("dev@example.org", "Recruitment of migrant workers", "topic:fair-recruitment", Cadence.DAILY),
)


class DemoError(Exception):
    """Raised where the demonstration cannot be made; one sentence."""


def make_demo(folder: Path) -> None:
    """The demonstration anew in ``folder``. Raises DemoError, also where the folder holds something else."""
    _clear(folder)
    (folder / "vigilex.toml").write_text(_SETTINGS, encoding="utf-8")
    _visit(folder, "1-autumn", "2026-10-05T06:00:00Z")
    _subscribe(folder)
    _visit(folder, "2-november", "2026-11-13T07:00:00Z")
    _vigilex(folder, "digest", "run", "weekly", "--now", "2026-11-16T06:00:00Z")
    # The last visit finds an empty list where bills were: that is the source that the pages show as doubtful.
    _visit(folder, "3-this-week", "2026-11-23T05:00:00Z", alarming=True)
    for cadence in ("daily", "weekly"):
        _vigilex(folder, "digest", "run", cadence, "--now", "2026-11-23T06:00:00Z")
    _vigilex(folder, "feeds", "build")


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise DemoError(f"{folder} holds something that is no demonstration: name another folder, or empty it")
        _refuse_running(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _refuse_running(folder: Path) -> None:
    """A service whose store is removed would go on without it."""
    try:
        refuse_in_use(folder, is_alive)
    except (BackupError, StoreError):
        raise DemoError(f"{folder} is in use: open the address of the demonstration, or end it with Ctrl-C") from None


def _visit(folder: Path, recording: str, now: str, *, alarming: bool = False) -> None:
    """``alarming``: whether a source is expected to end badly, which the exit code 1 says."""
    print(f"  visiting the sources as on {now[:10]}", flush=True)
    expected = 1 if alarming else 0
    _vigilex(folder, "crawl", "--replay", str(RECORDINGS / recording), "--now", now, expected=expected)


def _subscribe(folder: Path) -> None:
    db = open_existing(folder)
    try:
        key = signing_key(db)
        for reader in READERS:
            hashed = address_hash(key, reader.address)
            _, asked = ask(db, reader.address, hashed, "en", reader.name, reader.query, reader.cadence, _SUBSCRIBED)
            confirm(db, asked.id, _SUBSCRIBED)
    finally:
        db.close()


def _vigilex(folder: Path, *words: str, expected: int = 0) -> None:
    """Run one command on ``folder``, in a process of its own: nobody can crawl twice in one."""
    with tempfile.NamedTemporaryFile() as said:
        ran = _PROCESSES.Process(target=_run, args=([*words, "--data", str(folder)], said.name))
        ran.start()
        ran.join()
        if ran.exitcode != expected:
            told = Path(said.name).read_text(encoding="utf-8")
            raise DemoError(f"vigilex {' '.join(words)} failed:\n{told}".rstrip())


def _run(words: list[str], said: str) -> NoReturn:
    with open(said, "w", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        sys.exit(vigilex(words))


def main(words: list[str]) -> int:
    folder = Path(words[0] if words else ROOT / "var" / "demo").resolve()
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # the settings of this machine are not those of the demonstration
    print(f"Making the demonstration in {folder}:", flush=True)
    try:
        make_demo(folder)
    except (DemoError, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: stopped; make it again to have all of it", file=sys.stderr)
        return 130
    mails = len(list(mail_folder(folder).glob("*.eml")))
    print(f"Ready. Its documents are invented; its clock begins at {NOW[:16].replace('T', ' ')} UTC.")
    print(f"  {mails} mails as readers got them: {mail_folder(folder)}/*.eml")
    print(f"  the feeds as files: {folder / 'site' / 'feeds'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
