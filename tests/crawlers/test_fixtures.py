"""Every source reads its fixtures as expected; there is no test code per source.

A fixture is ``fixtures/<source id>/<name>.<ext>``; what it must give stands beside it in
``<name>.<ext>.expected.json``. Where that is missing it is written, and the test stays red for this once: read it
before you keep it.
"""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawlers.bases.source import SourceSpider
from extractors.document import Document
from model.payload import PayloadError
from tests.crawlers.reading_as_json import payload_of, read_as_json

FIXTURES = Path(__file__).parent / "fixtures"
_LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawlers.spiders"]}))
_FILES = sorted(
    file for file in FIXTURES.glob("*/*") if file.is_file() and not file.name.endswith((".expected.json", ".url"))
)


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_fixture_is_read_as_expected(file: Path) -> None:
    found = json.loads(json.dumps(read_as_json(_LOADER.load(file.parent.name), payload_of(file))))
    expectation = file.with_name(f"{file.name}.expected.json")
    if not expectation.exists():
        expectation.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{_name(expectation)} was not there and is written now: read it")
    assert found == json.loads(expectation.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", sorted(_LOADER.list()))
def test_a_source_has_fixtures(source: str) -> None:
    assert any(file.parent.name == source for file in _FILES)


@pytest.mark.parametrize("source", sorted(_LOADER.list()))
def test_each_shape_of_a_source_has_a_fixture(source: str) -> None:
    spider = _LOADER.load(source)
    read = {_shape(spider, file) for file in _FILES if file.parent.name == source}
    assert {shape.name for shape in spider.shapes} <= read


def _shape(spider: type[SourceSpider], file: Path) -> str | None:
    """The name of the shape that reads the file, None where it is refused."""
    document = Document(payload_of(file))
    with suppress(PayloadError):
        return next((shape.name for shape in spider.shapes if shape.matches(document)), None)
    return None


def test_an_expectation_belongs_to_a_fixture() -> None:
    expected = {file.name.removesuffix(".expected.json") for file in FIXTURES.glob("*/*.expected.json")}
    assert expected <= {file.name for file in _FILES}
