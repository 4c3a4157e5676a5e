"""The steps from no store to the present schema, recorded in the store itself; applied by ``store.open_store``."""

from sqlite_utils import Database, Migrations

from db.schema import APPLICATION_ID, FIFTH, FIRST, FOURTH, SECOND, THIRD

migrations = Migrations("vigilex")


@migrations()
def m001_three_layers(db: Database) -> None:
    db.executescript(FIRST)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@migrations()
def m002_alerts(db: Database) -> None:
    db.executescript(SECOND)
    db.execute("PRAGMA user_version = 2")


@migrations()
def m003_feeds(db: Database) -> None:
    db.executescript(THIRD)
    db.execute("PRAGMA user_version = 3")


@migrations()
def m004_dates(db: Database) -> None:
    db.executescript(FOURTH)
    db.execute("PRAGMA user_version = 4")


@migrations()
def m005_service(db: Database) -> None:
    db.executescript(FIFTH)
    db.execute("PRAGMA user_version = 5")
