"""Reading in one state: what others write meanwhile is not seen before the block ends, and nobody waits."""

from pathlib import Path

import pytest

from db.changes import last_change
from db.connect import Store, open_existing, read
from tests.db.making import publication, save


def test_a_block_of_reading_sees_one_state_while_others_write(db: Store, tmp_path: Path) -> None:
    save(db, publication("1"))
    reader = open_existing(tmp_path)
    with read(reader):
        before = last_change(reader)
        save(db, publication("2"))
        assert last_change(reader) == before
    assert last_change(reader) == before + 1
    reader.close()


def test_a_block_of_reading_that_fails_leaves_the_store_usable(db: Store) -> None:
    with pytest.raises(ZeroDivisionError), read(db):
        raise ZeroDivisionError
    save(db, publication("1"))
    with read(db):
        assert last_change(db) == 1
