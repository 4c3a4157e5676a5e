"""Rules that every spider keeps, found through Scrapy's loader."""

import ast
import inspect
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from crawlers.bases.source import SourceSpider
from crawlers.reading import Ask
from crawlers.registry import UnknownSource, spider_for, spiders
from model.payload import Payload, PayloadError
from model.source import Confidence, Republish

ROOT = Path(__file__).resolve().parents[2]
SPIDERS = list(spiders().values())
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PURE = {
    "bs4", "collections", "crawlers", "dataclasses", "datetime", "enum", "extractors", "functools", "html", "itertools",
    "json", "lxml", "model", "re", "types", "typing", "urllib", "zoneinfo",
}  # fmt: skip

each = pytest.mark.parametrize("spider", SPIDERS, ids=lambda spider: spider.name)


def asks(spider: type[SourceSpider]) -> list[Ask]:
    return list(spider.asks(NOW, (NOW - timedelta(days=3)).date()))


def test_the_six_first_sources_are_there() -> None:
    first = {"us_federal_register", "gb_govuk", "gb_legislation", "eu_cellar", "es_boe", "ca_legisinfo"}
    assert first <= set(spiders())


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(UnknownSource, match="There is no source xx_nowhere"):
        spider_for("xx_nowhere")


@each
def test_name_file_and_source_agree(spider: type[SourceSpider]) -> None:
    assert spider.name == spider.source.id == Path(inspect.getfile(spider)).stem
    assert re.fullmatch(r"[a-z]{2,3}(_[a-z0-9]+)+", spider.source.id)


@each
def test_the_declaration_is_complete(spider: type[SourceSpider]) -> None:
    source = spider.source
    assert all((source.name, source.publisher, source.jurisdiction, source.languages, source.licence, source.hosts))
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in source.hosts)
    assert source.expected >= 0
    assert source.requests_per_day > 0
    assert timedelta(minutes=15) <= source.rhythm <= source.silence_after
    assert isinstance(source.may_republish, Republish)
    assert isinstance(source.confidence, Confidence)
    assert all(re.fullmatch(r"[a-z]{2,3}", language) for language in source.languages)


@each
def test_links_are_secure_and_the_timezone_exists(spider: type[SourceSpider]) -> None:
    assert spider.source.homepage.startswith("https://")
    assert spider.source.licence_url.startswith("https://")
    assert ZoneInfo(spider.source.timezone)


@each
def test_the_parser_has_a_version_and_shapes(spider: type[SourceSpider]) -> None:
    assert isinstance(spider.parser_version, int)
    assert spider.parser_version >= 1
    assert len({shape.name for shape in spider.shapes}) == len(spider.shapes) > 0
    assert not (spider.key_header and spider.key_param)
    assert spider.source.needs_key == bool(spider.key_header or spider.key_param)


@each
def test_first_requests_go_to_declared_hosts_securely_and_within_the_promise(spider: type[SourceSpider]) -> None:
    found = asks(spider)
    assert found
    assert len(found) <= spider.source.requests_per_day
    for ask in found:
        assert urlsplit(ask.url).scheme == "https"
        assert urlsplit(ask.url).hostname in spider.source.hosts


@each
def test_first_requests_depend_on_the_given_time_alone(spider: type[SourceSpider]) -> None:
    assert asks(spider) == asks(spider)
    assert list(spider.asks(NOW, date(2020, 1, 1)))


@each
def test_a_spider_declares_and_reads_and_does_nothing_else(spider: type[SourceSpider]) -> None:
    tree = ast.parse(Path(inspect.getfile(spider)).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= PURE
    assert not {name for name in imported if name.startswith("urllib.request")}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"open", "print", "eval", "exec", "__import__"}
    assert "custom_settings" not in vars(spider)


@each
@pytest.mark.parametrize("body", [b"", b"{}", b"<a/>", b"<html><body>Hello</body></html>", b"\x00\xff", b'{"a": '])
def test_a_payload_of_another_kind_is_refused_in_words(spider: type[SourceSpider], body: bytes) -> None:
    with pytest.raises(PayloadError, match=r"\w"):
        spider.read(Payload(body, "https://a.test/", name="odd"))


@each
def test_the_documentation_names_the_source(spider: type[SourceSpider]) -> None:
    pages = [ROOT / "crawlers" / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    assert any(spider.source.id in page.read_text(encoding="utf-8") for page in pages if page.exists())
