"""The demonstration shows each thing that the product can: read from the store that ``make demo`` makes."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from crawlers.audit import archive_problems
from db.check import check
from db.connect import Store, open_existing
from db.groups import head_of
from db.search import search
from db.sources import source_states
from db.updates import get, history
from model.codes import DateType, Kind, Outcome, Sector, Stage, Topic
from model.update import Update
from tests.demo_store import NOW, ROOT, copied

TODAY = NOW[:10]


@pytest.fixture(scope="module")
def db(demo_store: Path) -> Iterator[Store]:
    db = open_existing(demo_store)
    yield db
    db.close()


@pytest.fixture(scope="module")
def shown(db: Store) -> list[Update]:
    """All that a reader sees, one a publication, newest first."""
    return [hit.update for hit in search(db, "", limit=1000).hits]


def every(shown: list[Update], facet: str) -> set[str]:
    return {code for update in shown for code in getattr(update.tags, facet)}


def test_there_is_enough_to_look_at_and_this_week_is_full(shown: list[Update]) -> None:
    assert len(shown) >= 60
    days = [update.publication.published or "" for update in shown]
    assert sum("2026-11-16" <= day <= f"{TODAY}T24" for day in days) >= 15
    assert len({day[:7] for day in days}) >= 12


def test_five_jurisdictions_and_parts_of_them_speak_three_languages(shown: list[Update]) -> None:
    assert every(shown, "jurisdictions") >= {"US", "GB", "EU", "ES", "CA"}
    assert every(shown, "jurisdictions") >= {"GB-SCT", "GB-WLS", "GB-NIR", "ES-CT", "ES-PV", "ES-AN"}
    assert every(shown, "concerns") >= {"CN", "MM", "UZ", "TM", "MY"}
    languages = {version.lang for update in shown for version in update.publication.versions}
    assert languages >= {"en", "fr", "es", "de"}


def test_every_topic_and_kind_occurs_and_most_sectors_and_stages(shown: list[Update]) -> None:
    assert every(shown, "topics") == set(Topic)
    assert {update.tags.kind for update in shown} == set(Kind)
    assert len(every(shown, "sectors")) >= len(Sector) / 2
    assert len({update.tags.stage for update in shown}) >= len(Stage) - 2
    assert len(every(shown, "instruments")) >= 10


def test_sources_changed_what_they_had_published(db: Store, shown: list[Update]) -> None:
    histories = [history(db, update.publication.id) for update in shown]
    changed = [revisions for revisions in histories if any(revision.diff for revision in revisions)]
    assert len(changed) >= 5
    assert any(update.tags.stage is Stage.WITHDRAWN for update in shown)


def test_publications_of_two_sources_are_shown_once(db: Store) -> None:
    grouped = [hit for hit in search(db, "", limit=1000).hits if hit.also_at]
    assert len(grouped) >= 2
    for hit in grouped:
        others = {other.publication.source for other in hit.also_at}
        assert hit.update.publication.source not in others
        assert all(head_of(db, other.publication.id) == hit.update.publication.id for other in hit.also_at)


def test_deadlines_lie_ahead(shown: list[Update]) -> None:
    ahead = [
        dated
        for update in shown
        for dated in update.tags.dates
        if dated.type is DateType.DEADLINE and dated.date[:10] > TODAY
    ]
    assert len(ahead) >= 6


def test_some_things_wait_for_an_editor_and_some_are_not_shown(db: Store) -> None:
    found = [hit.update for hit in search(db, "include:all", limit=1000).hits]
    assert sum(update.tags.review for update in found) >= 2
    assert sum(not update.tags.review and not update.tags.relevant for update in found) >= 3


def test_one_source_is_in_doubt_and_the_others_are_well(db: Store) -> None:
    outcomes = Counter(state.outcome for state in source_states(db, NOW))
    assert outcomes == {Outcome.NEW: 5, Outcome.SUSPICIOUS: 1}


def test_store_index_and_archive_agree(demo_store: Path, db: Store) -> None:
    assert check(db) == []
    assert list(archive_problems(demo_store / "archive", db)) == []


def test_the_readers_have_their_mails(demo_store: Path) -> None:
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in demo_store.glob("mail/*.eml")]
    received = Counter(str(mail["To"]) for mail in mails)
    assert received["ana@example.org"] == 2
    assert all(address.endswith("@example.org") for address in received)
    assert all(mail["List-Unsubscribe"] for mail in mails)


def test_the_same_visit_again_brings_nothing_new(demo_store: Path, tmp_path: Path) -> None:
    folder = copied(demo_store, tmp_path)
    before = published(folder)
    subprocess.run(
        [sys.executable, "-m", "service", "crawl", "--data", str(folder), "--now", NOW,
         "--replay", str(ROOT / "demo" / "recordings" / "3-this-week")],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert published(folder) == before


def published(folder: Path) -> list[tuple[str, int]]:
    """Each update that readers see with the number of its revisions."""
    db = open_existing(folder)
    found = [hit.update.publication.id for hit in search(db, "include:all", limit=1000).hits]
    counted = [(one, len(history(db, one))) for one in found if get(db, one)]
    db.close()
    return counted


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    made = subprocess.run(
        [sys.executable, "-m", "scripts.demo", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 1
    assert made.stderr.count("\n") == 1
    assert "no demonstration" in made.stderr
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_demonstration_that_is_running_is_left_alone(demo_store: Path, tmp_path: Path) -> None:
    folder = copied(demo_store, tmp_path)
    running = open_existing(folder)
    again = subprocess.run(
        [sys.executable, "-m", "scripts.demo", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    running.close()
    assert again.returncode == 1
    assert "is in use" in again.stderr
    assert again.stderr.count("\n") == 1
    assert published(folder) == published(demo_store)


def test_the_recordings_are_small_and_name_only_files_that_are_there() -> None:
    recordings = ROOT / "demo" / "recordings"
    files = [file for file in recordings.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_500_000
    for table in recordings.glob("*/recording.tsv"):
        named = {line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()[1:]}
        there = {file.relative_to(table.parent).as_posix() for file in table.parent.rglob("*") if file.is_file()}
        assert named == there - {"recording.tsv"}


def test_the_service_begins_at_the_clock_of_the_last_digest() -> None:
    assert f"--data var/demo --now {NOW}" in (ROOT / "Makefile").read_text(encoding="utf-8")
