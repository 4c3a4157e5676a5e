"""The store as commands use it: its errors as the one sentence that a person reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.connect import DatabaseError, Store, StoreError, library_note, open_existing
from service.errors import Failure
from service.output import note


@contextmanager
def store_errors(data: Path) -> Iterator[None]:
    """Turns what goes wrong with the store in the folder ``data`` into a Failure."""
    try:
        yield
    except StoreError as error:
        raise Failure(str(error)) from None
    except DatabaseError as error:
        raise Failure(f"The store in {data} cannot be read or written ({error}): `vigilex check` says more") from None


@contextmanager
def existing_store(data: Path) -> Iterator[Store]:
    """The store in ``data``, never made here. Raises Failure."""
    if warning := library_note():
        note(warning)
    with store_errors(data):
        store = open_existing(data)
        try:
            yield store
        finally:
            store.close()
