"""The misbehaving server, once for each module that needs it."""

from collections.abc import Iterator

import pytest

from tests.crawlers.misbehaving import Server, misbehaving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with misbehaving() as running:
        yield running
