"""A fresh store without a file for each test."""

from collections.abc import Iterator

import pytest

from db.connect import Store
from db.store import open_scratch


@pytest.fixture
def db() -> Iterator[Store]:
    store = open_scratch()
    yield store
    store.close()
