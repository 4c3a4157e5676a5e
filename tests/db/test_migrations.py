"""What a migration makes of a store that was filled before it is what the program would write now."""

import re
from dataclasses import replace
from pathlib import Path

from db.connect import Store, write
from db.schema import FIFTH, FOURTH
from db.search import search
from db.store import open_store
from model.codes import DateType
from model.publication import Dated, Publication
from model.tags import Tags
from tests.db.making import publication, rows, save, tagger


def linked(found: Publication) -> Tags:
    return replace(tagger(found), instruments=("ca-s211", "eu-csddd") if found.native_id == "1" else ())


def to_the_third_version(db: Store) -> None:
    """Take back what the later migrations made, as if they had never run."""
    with write(db):
        for table in re.findall(r"CREATE TABLE (\w+)", FIFTH + FOURTH):
            db.execute(f"DROP TABLE {table}")
        for index in re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", FIFTH + FOURTH):
            db.execute(f"DROP INDEX IF EXISTS {index}")
        for key, tags in db.execute("SELECT rowid, tags FROM words").fetchall():
            db.execute("UPDATE words SET tags = ? WHERE rowid = ?", [re.sub(r" instrument:\S+", "", tags), key])
        db.execute("DELETE FROM _sqlite_migrations WHERE name >= 'm004'")
        db.execute("PRAGMA user_version = 3")


def test_dates_and_instruments_of_older_updates_are_found_as_those_of_new_ones(tmp_path: Path) -> None:
    db = open_store(tmp_path)
    dated = (Dated(DateType.DEADLINE, "2026-12-01", "by 1 December"),)
    save(db, publication("1", dates=dated), publication("2"), publication("3", title="Nothing"), tagger=linked)
    words, dates = rows(db, "words"), rows(db, "dates")
    to_the_third_version(db)
    assert search(db, "instrument:eu-csddd", limit=5).total == 0
    db.close()
    again = open_store(tmp_path)
    assert (rows(again, "words"), rows(again, "dates")) == (words, dates)
    assert len(dates) == 1
    assert search(again, "instrument:eu-csddd instrument:ca-s211", limit=5).total == 1
    assert search(again, "-instrument:eu-csddd", limit=5).total == 1
    again.close()
