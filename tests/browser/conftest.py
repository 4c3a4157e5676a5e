"""A running site over the demo store, and readers at different machines; without Chromium these tests are skipped."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.serving import NO_CHROMIUM, Served, chromium, find_chromium, serving
from tests.demo_store import NOW, copied

_READERS: Mapping[str, Mapping[str, Any]] = {
    "at a desk": {"viewport": {"width": 1280, "height": 900}},
    "without scripts": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
    "on a phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip(NO_CHROMIUM)
    with chromium(program) as opened:
        yield opened


@pytest.fixture(scope="session")
def served(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(copied(demo_store, tmp_path_factory.mktemp("served")), datetime.fromisoformat(NOW)) as site:
        yield site


@pytest.fixture(params=list(_READERS))
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """One reader after the other."""
    context = browser.new_context(**_READERS[request.param])
    context.set_default_timeout(10_000)
    yield context
    context.close()
