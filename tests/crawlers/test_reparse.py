"""Updates from snapshots alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawlers.bases.source import SourceSpider
from crawlers.reading import Reading, Shape
from crawlers.reparse import reparse
from db.store import open_store
from extractors.document import Document
from tests.crawlers.harness import Plan, Trap, run, spider, tag
from tests.crawlers.misbehaving import Server
from tests.crawlers.test_replay import contents

TRAPS = (
    Trap("good.test"),
    Trap("steps.test", expected=0),
    Trap("cloudflare.test"),
    Trap("cutgzip.test"),
    Trap("missing.test"),
)
LATER = "2026-12-01T09:00:00Z"


@pytest.fixture
def folder(server: Server, tmp_path: Path) -> Path:
    server.state["version"] = 1
    run(Plan(tmp_path, TRAPS, server.origin))
    server.state["version"] = 2
    run(Plan(tmp_path, TRAPS, server.origin))
    return tmp_path


def spiders(**others: type[SourceSpider]) -> dict[str, type[SourceSpider]]:
    return {trap.id: spider(trap) for trap in TRAPS} | others


def louder(trap: Trap) -> type[SourceSpider]:
    """The same source with a parser that reads titles another way."""
    before = spider(trap)
    (shape,) = before.shapes

    def read(document: Document) -> Reading:
        reading = shape.read(document)
        return replace(
            reading, publications=tuple(replace(found, title=found.title.upper()) for found in reading.publications)
        )

    return type("Louder", (before,), {"shapes": (Shape("rows", shape.matches, read),)})


def titles(folder: Path) -> set[str]:
    db = open_store(folder)
    found = {
        row[0]
        for row in db.execute("SELECT title FROM publications WHERE title LIKE '%rule 2' OR title LIKE '%RULE 2'")
    }
    db.close()
    return found


def reparsed(folder: Path, known: dict[str, type[SourceSpider]]) -> Any:
    db = open_store(folder)
    try:
        return reparse(folder, db, tag, LATER, spiders=known)
    finally:
        db.close()


def test_nothing_changes_where_the_parser_did_not(folder: Path) -> None:
    before = contents(folder)
    done = reparsed(folder, spiders())
    assert (done.rebuilt.changed, done.rebuilt.recreated, done.rebuilt.unexplained, done.unreadable) == (0, 0, 0, ())
    assert done.rebuilt.updates > 3
    assert contents(folder) == before


def test_another_parser_changes_what_it_reads_otherwise(folder: Path) -> None:
    assert reparsed(folder, spiders(xx_good=louder(TRAPS[0]))).rebuilt.changed == 3
    assert titles(folder) == {"FORCED LABOUR RULE 2"}


def test_updates_that_were_lost_come_back_from_the_archive(folder: Path) -> None:
    db = open_store(folder)
    db.execute("DELETE FROM parts WHERE update_id IN (SELECT id FROM updates WHERE source = 'xx_good')")
    db.execute("DELETE FROM publications WHERE update_id IN (SELECT id FROM updates WHERE source = 'xx_good')")
    db.close()
    done = reparsed(folder, spiders())
    assert done.rebuilt.changed + done.rebuilt.recreated == 3
    assert titles(folder) == {"Forced labour rule 2"}


def test_what_the_archive_has_lost_is_named_and_stays(folder: Path) -> None:
    for path in (folder / "archive" / "xx_good").iterdir():
        path.unlink()
    done = reparsed(folder, spiders())
    assert len(done.unreadable) == 2
    assert "xx_good/" in done.unreadable[0]
    assert titles(folder) == {"Forced labour rule 2"}
