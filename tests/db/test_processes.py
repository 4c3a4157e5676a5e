"""Several processes on one store: all wait, none fails, nothing is lost."""

import subprocess
import sys
import time
from pathlib import Path

from db.check import check
from db.connect import open_existing
from db.schema import SCHEMA_VERSION
from tests.db.making import rows

ROOT = Path(__file__).parents[2]
WRITER = """
import sys, time
from pathlib import Path
from db.store import open_store
from db.leases import acquire, release
from db.search import search
from tests.db.making import publication, save

db, name, until, written = open_store(Path(sys.argv[1])), sys.argv[2], time.monotonic() + float(sys.argv[3]), 0
while time.monotonic() < until:
    save(db, publication(f"{name}-{written}", text="labour in ports"), publication("shared", text=f"{name} {written}"))
    written += 1
    acquire(db, "host:example.org", name, "2026-10-08T10:00:00Z", 1, lambda holder: False)
    assert search(db, "labour", limit=3).total >= written
db.close()
print(written)
"""
MIGRATOR = """
import sys, time
from pathlib import Path
from db.store import open_store
time.sleep(max(0, float(sys.argv[2]) - time.time()))
open_store(Path(sys.argv[1])).close()
"""


def run(script: str, count: int, *arguments: str) -> list[str]:
    """The outputs of ``count`` processes that run at the same time; each must end well."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, *(argument.format(n=n) for argument in arguments)], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for n in range(count)
    ]  # fmt: skip
    ended = [(*process.communicate(timeout=60), process.returncode) for process in started]
    assert [(code, errors) for _, errors, code in ended] == [(0, "")] * count
    return [output for output, _, _ in ended]


def test_four_processes_write_and_read_one_store_and_no_row_is_lost(tmp_path: Path) -> None:
    written = [int(output) for output in run(WRITER, 4, str(tmp_path), "w{n}", "2")]
    db = open_existing(tmp_path)
    assert min(written) > 0
    assert len(rows(db, "snapshots")) == sum(written)
    assert len(rows(db, "updates")) == sum(written) + 1
    assert len(rows(db, "words")) == sum(written) + 1
    assert check(db) == []
    db.close()


def test_four_processes_make_one_store_at_once(tmp_path: Path) -> None:
    for n in range(3):
        run(MIGRATOR, 4, str(tmp_path / str(n)), str(time.time() + 0.6))
        db = open_existing(tmp_path / str(n))
        assert len(rows(db, "_sqlite_migrations")) == SCHEMA_VERSION
        db.close()


def test_a_killed_writer_leaves_no_lock_and_only_whole_transactions(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), "w", "30"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not list(tmp_path.glob("*-wal")):
        time.sleep(0.05)
    time.sleep(0.3)
    process.kill()
    process.wait()
    run(WRITER, 1, str(tmp_path), "after", "0.2")
    db = open_existing(tmp_path)
    assert check(db) == []
    db.close()


def test_reading_and_searching_load_neither_the_writing_library_nor_heavy_ones() -> None:
    script = (
        "import sys, db.search, db.feeds, db.check, db.runs, db.sources;"
        "print(sorted({'sqlite_utils', 'spacy', 'scrapy', 'babel', 'pycountry', 'numpy', 'click'} & set(sys.modules)))"
    )
    assert run(script, 1) == ["[]\n"]
