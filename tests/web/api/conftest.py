"""A site over a small store, and a client that asks its API."""

from pathlib import Path

import pytest

from tests.web.api.making import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
