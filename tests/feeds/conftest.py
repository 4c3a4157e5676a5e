"""A fresh store for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.connect import Store
from db.store import open_store


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "data")
    yield store
    store.close()
