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

from crawlers.reading import Reading
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


def _is_json(file: Path) -> bool:
    """Some fixtures are broken on purpose; those have nothing to change."""
    with suppress(json.JSONDecodeError):
        return file.suffix == ".json" and json.loads(file.read_text("utf-8-sig")) is not None
    return False


def _answer(source: str, payload: Payload) -> Reading | PayloadError:
    """What the parser makes of a payload: a reading, or the words in which it refuses."""
    try:
        reading: Reading = _LOADER.load(source).read(payload)
    except PayloadError as refusal:
        return refusal
    return reading


def _is_sound(answer: Reading | PayloadError) -> bool:
    """A refusal says why; what is read has an identity and text that can be kept."""
    if isinstance(answer, PayloadError):
        return bool(str(answer))
    return all(p.native_id and (p.title + p.text + p.native_id).encode() for p in answer.publications)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container within with each of its keys."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield value, key
        yield from _places(inner)


@pytest.mark.parametrize("file", [file for file in _FILES if _is_json(file)], ids=_name)
def test_a_value_of_another_kind_is_no_surprise(file: Path) -> None:
    payload, chance = payload_of(file), random.Random(file.name)
    whole = json.loads(payload.body.decode("utf-8-sig"))
    for _ in range(_CHANGES):
        changed = copy.deepcopy(whole)
        places = list(_places(changed))
        if places:
            container, key = chance.choice(places)
            container[key] = chance.choice(_WRONG)
        assert _is_sound(_answer(file.parent.name, replace(payload, body=json.dumps(changed).encode())))


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_payload_that_is_cut_is_no_surprise(file: Path) -> None:
    payload = payload_of(file)
    for tenth in range(10):
        cut = replace(payload, body=payload.body[: len(payload.body) * tenth // 10])
        assert _is_sound(_answer(file.parent.name, cut))
