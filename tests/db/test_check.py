"""The check finds each kind of damage and says it in a sentence."""

from pathlib import Path

import pytest

from db.check import check
from db.connect import FILE_NAME, Store, open_existing, write
from db.store import open_store
from tests.db.making import publication, save


def spoil(db: Store, *statements: str) -> list[str]:
    db.execute("PRAGMA foreign_keys = OFF")
    with write(db):
        for statement in statements:
            db.execute(statement)
    return check(db)


@pytest.fixture
def filled(db: Store) -> Store:
    save(db, publication("1", text="a"), publication("2", title="Tides", text="b"))
    save(db, publication("1", text="c"))
    return db


def test_a_sound_store_has_no_findings(filled: Store) -> None:
    assert check(filled, lambda *_: None) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM words WHERE rowid = (SELECT max(key) FROM updates)", "is missing in the search index"),
        ("UPDATE words SET body = 'x' WHERE rowid = (SELECT max(key) FROM updates)", "holds other words"),
        ("INSERT INTO words (rowid, title) VALUES (5, 'x')", "belongs to no update"),
        ("UPDATE updates SET key = key + 99 WHERE seq = 1", "in the order of the index"),
        ("UPDATE versions SET text = 'x' WHERE text = 'c'", "is not what its parts make"),
        ("UPDATE parts SET sha256 = 'x' WHERE seq = 2", "does not fit its SHA-256"),
        ("DELETE FROM parts WHERE seq = 1 AND reduced = 0", "versions of its part record"),
        ("DELETE FROM parts", "has no parts"),
        ("DELETE FROM publications", "never put together"),
        ("DELETE FROM tags", "without composition or tags"),
        ("DELETE FROM revisions WHERE number = 1", "1 revisions, the last of them is number 2"),
        ("DELETE FROM updates WHERE seq = 1", "which is no known update"),
        ("DELETE FROM snapshots", "points to a row of snapshots"),
        ("UPDATE updates SET listed_at = NULL", "visible but was never listed"),
        ("INSERT INTO words_idx VALUES (1, 'x', 2)", "search index does not fit"),
    ],
)
def test_each_damage_is_a_sentence(filled: Store, statement: str, finding: str) -> None:
    found = spoil(filled, statement)
    assert any(finding in sentence for sentence in found), found
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in found)


def test_a_record_that_the_archive_does_not_have_is_named(filled: Store) -> None:
    found = check(filled, lambda warc, offset: f"{warc} is cut at {offset}")
    assert len(found) == 2
    assert "https://example.org/list" in found[0]
    assert "run-1.warc.gz is cut at 0" in found[0]


def test_a_file_with_a_broken_page_is_told_not_raised(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for n in range(30):
        save(store, publication(str(n), text=f"word{n} " * 200))
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    size = len(content)
    for at in range(size // 4096 * 3 // 4 * 4096, size - 4096, 3 * 4096):  # behind the schema and its empty tables
        content[at : at + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    found = check(open_existing(tmp_path))
    assert found
    assert all("\n" not in sentence for sentence in found)
