"""The steps from no store to the present schema, recorded in the store itself; applied by ``connect.open_store``."""

from sqlite_utils import Database, Migrations

from db.schema import APPLICATION_ID, FIRST

migrations = Migrations("vigilex")


@migrations()
def m001_three_layers(db: Database) -> None:
    db.executescript(FIRST)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
