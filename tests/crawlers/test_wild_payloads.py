"""Whatever a source sends, its parser gives a reading or refuses in words: no other error gets out."""

import copy
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from model.payload import Payload, PayloadError
from tests.crawlers.reading_as_json import payload_of
from tests.crawlers.test_fixtures import FIXTURES

_LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawlers.spiders"]}))
_FILES = sorted(
    file for file in FIXTURES.glob("*/*") if file.suffix in {".json", ".xml"} and ".expected" not in file.name
)
_WRONG = (None, 7, "x", True, ["x"], {"x": 1})
_CHANGES = 40


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _read(source: str, payload: Payload) -> None:
    with suppress(PayloadError):
        _LOADER.load(source).read(payload)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container within with each of its keys."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield value, key
        yield from _places(inner)


@pytest.mark.parametrize("file", [file for file in _FILES if file.suffix == ".json"], ids=_name)
def test_a_value_of_another_kind_is_no_surprise(file: Path) -> None:
    payload, chance = payload_of(file), random.Random(file.name)
    try:
        whole = json.loads(payload.body.decode("utf-8-sig"))
    except json.JSONDecodeError:
        pytest.skip("the fixture is broken JSON on purpose")
    for _ in range(_CHANGES):
        changed = copy.deepcopy(whole)
        places = list(_places(changed))
        if places:
            container, key = chance.choice(places)
            container[key] = chance.choice(_WRONG)
        _read(file.parent.name, replace(payload, body=json.dumps(changed).encode()))


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_payload_that_is_cut_is_no_surprise(file: Path) -> None:
    payload = payload_of(file)
    for tenth in range(10):
        _read(file.parent.name, replace(payload, body=payload.body[: len(payload.body) * tenth // 10]))
