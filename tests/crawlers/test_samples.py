"""Every recorded payload of the sources, where the recordings lie beside the project, is read whole."""

import csv
import re
from functools import cache
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawlers.reading import Reading
from model.payload import Payload

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
_LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawlers.spiders"]}))
_SOURCES = ("us_federal_register", "gb_govuk", "gb_legislation", "eu_cellar", "es_boe", "ca_legisinfo")
_FILES = sorted(file for source in _SOURCES for file in (SAMPLES / source).glob("*") if file.is_file())
# How many publications a recording holds; one that gives only addresses holds none.
_COUNTS = {
    "ca_legisinfo/bill_43-2_s-216.xml": 2,
    "ca_legisinfo/bill_44-1_c-262.xml": 1,
    "ca_legisinfo/bill_44-1_c-33.xml": 3,
    "ca_legisinfo/bill_44-1_s-211.xml": 11,
    "ca_legisinfo/bill_45-1_c-251.xml": 1,
    "ca_legisinfo/billtext_44-1_s-211.xml": 1,
    "ca_legisinfo/billtext_45-1_c-251.xml": 1,
    "gb_govuk/content-call-for-evidence-open.json": 1,
    "gb_govuk/content-consultation-open.json": 1,
    "gb_govuk/content-consultation.json": 1,
    "gb_govuk/content-detailed-guide-withdrawn.json": 1,
    "gb_govuk/content-document-collection.json": 1,
    "gb_govuk/content-html-publication.json": 1,
    "gb_govuk/content-news-press-release.json": 1,
    "gb_govuk/content-publication-guidance.json": 1,
    "gb_govuk/content-publication-statutory-guidance.json": 1,
    "gb_govuk/search-tax.json": 0,
    "us_federal_register/document_2026-13726_correction.json": 1,
    "us_federal_register/document_2026-19895_reopening.json": 1,
    "us_federal_register/documents_fields_page_0.json": 5,
    "us_federal_register/documents_search_ai_2026-07.json": 2,
    "us_federal_register/fulltext_notice_pharma-supply-chain_2016-04-15.xml": 1,
    "us_federal_register/fulltext_notice_slavery-exhibit_2016-04-15.xml": 1,
    "us_federal_register/fulltext_prorule_apples_2016-04-15.xml": 1,
    "es_boe/legislacion-consolidada-analisis-BOE-A-2015-10565.json": 1,
    "es_boe/legislacion-consolidada-bloque-a30.xml": 1,
    "es_boe/legislacion-consolidada-metadatos-BOE-A-2018-16673.json": 1,
    "es_boe/legislacion-consolidada-search.json": 3,
    "es_boe/sumario-20200314-two-issues.json": 5,
    "es_boe/sumario-20261008.json": 208,
    "es_boe/sumario-no-issue-404.xml": 0,
    "eu_cellar/notice_2013_449_tree_new.xml": 9,
    "eu_cellar/notice_52018PC0340_branch_new.xml": 1,
    "eu_cellar/notice_celex_32018R0196_object_expression.xml": 1,
    "eu_cellar/notice_celex_32018R0196_object_work.xml": 1,
    "eu_cellar/notice_celex_tree_62012FJ0157.xml": 1,
    "eu_cellar/notice_tree_dossier_2009_162.xml": 4,
    "eu_cellar/sparql_metadata_32015R2120.json": 1,
    "eu_cellar/sparql_metadata_32019R2088.json": 1,
    "eu_cellar/sparql_metadata_32024R0903.json": 1,
    "eu_cellar/text_32015R2120_consolidated_en.xhtml": 1,
    "eu_cellar/text_32019R2088_en.xhtml": 1,
    "gb_legislation/act-nia-2022-2.xml": 1,
    "gb_legislation/atom-list-ukpga-2018.xml": 20,
    "gb_legislation/changes-feed-dpa-2018.xml": 3,
}
_MARKUP = re.compile(r"</?[a-zA-Z][\w:-]*(\s[^<>]*)?/?>|&(amp|lt|gt|nbsp|quot|#\d+);|\{\{|function\s*\(")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no recorded payloads lie beside the project")


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


@cache
def _addresses() -> dict[str, str]:
    """File to the address it came from, as far as the lists of recordings give an absolute one."""
    rows = [
        row
        for listing in SAMPLES.glob("*.tsv")
        for row in csv.DictReader(listing.open(encoding="utf-8"), delimiter="\t")
    ]
    return {row["file"]: row["original_url"] for row in rows if row["original_url"].startswith("http")}


@cache
def _reading(file: Path) -> Reading:
    if file.parent.name not in _LOADER.list():
        pytest.skip(f"there is no spider {file.parent.name}")
    payload = Payload(file.read_bytes(), url=_addresses().get(_name(file)), name=file.name)
    return _LOADER.load(file.parent.name).read(payload)


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_recording_holds_as_many_publications_as_it_shows(file: Path) -> None:
    assert len(_reading(file).publications) == _COUNTS[_name(file)]


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_a_recording_leaves_no_problem(file: Path) -> None:
    assert _reading(file).problems == ()


@pytest.mark.parametrize("file", _FILES, ids=_name)
def test_words_of_a_recording_are_free_of_markup(file: Path) -> None:
    for publication in _reading(file).publications:
        assert publication.title
        for version in publication.versions:
            assert not _MARKUP.search(f"{version.title}\n{version.text}")


def test_a_reopened_comment_period_ends_when_its_words_say() -> None:
    (publication,) = _reading(SAMPLES / "us_federal_register" / "document_2026-19895_reopening.json").publications
    assert [(dated.type, dated.date) for dated in publication.dates] == [("deadline", "2026-10-29")]
