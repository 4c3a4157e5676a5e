"""The random key of this installation. In the store, so that a copy of it restores links and suppressions as well."""

from collections.abc import Callable

from db.connect import Store, write

_BYTES = 32


def install_key(db: Store, random_bytes: Callable[[int], bytes]) -> bytes:
    """The key that signs links, names mails and hashes addresses; made once, from ``random_bytes``."""
    return _known(db) or _made(db, random_bytes(_BYTES))


def _known(db: Store) -> bytes | None:
    row = db.execute("SELECT value FROM secrets WHERE name = 'install'").fetchone()
    return bytes(row[0]) if row else None


def _made(db: Store, fresh: bytes) -> bytes:
    with write(db):  # another process may have been first: its key stands
        db.execute("INSERT OR IGNORE INTO secrets (name, value) VALUES ('install', ?)", [fresh])
        return _known(db) or fresh
