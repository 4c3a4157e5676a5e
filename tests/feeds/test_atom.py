"""Atom documents: well-formed whatever a title holds, the same bytes for the same updates, nothing dangerous inside."""

from dataclasses import replace

import feedparser
import pytest
from lxml import etree

from feeds.atom import EXCERPT, atom
from feeds.catalogue import ALL, catalogue, of_jurisdiction
from feeds.headline import headline, jurisdiction_name
from model.codes import Kind, Stage, Topic
from model.publication import Publication
from model.source import Republish
from model.tags import Tags
from model.update import Update

ATOM = "{http://www.w3.org/2005/Atom}"
TAGS = Tags(
    relevant=True, review=False, score=0.97, lang="en", jurisdictions=("US",), concerns=("CN",), topics=(str(Topic.IMPORT_BAN),),
    sectors=("cotton",), kind=Kind.ENFORCEMENT, stage=Stage.NONE, dates=(), instruments=(), evidence=(),
)  # fmt: skip
UPDATE = Update(
    Publication(
        source="us_federal_register", native_id="2026-00001", title="Notice on the Entity List", lang="en",
        url="https://www.federalregister.gov/d/2026-00001", text="Forty companies were added.", published="2026-11-02",
    ),
    TAGS, first_seen="2026-11-02T10:00:00Z", listed_at="2026-11-02T10:00:00Z", updated_at="2026-11-05T10:00:00Z",
)  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>", "]]>", "&amp; &lt;b&gt;", "‮evil‬", "労働 แรงงานบังคับ العمل القسري 🚢", "x" * 5000,
    '" onload="x', "javascript:alert(1)", "<![CDATA[", "a\tb",
]  # fmt: skip


def build(*updates: Update, republish: Republish = Republish.TEXT, base_url: str = "https://v.example") -> bytes:
    return atom(
        ALL, updates, total=len(updates), base_url=base_url, author="Net", may_republish={"us_federal_register": republish}
    )


def titled(title: str, number: int = 1) -> Update:
    return replace(UPDATE, publication=replace(UPDATE.publication, native_id=str(number), title=title, text=title))


def test_the_same_updates_give_the_same_bytes() -> None:
    assert build(UPDATE, titled("b", 2)) == build(UPDATE, titled("b", 2))


def test_the_feed_names_itself_its_language_and_when_it_last_changed() -> None:
    root = etree.fromstring(build(UPDATE))
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "https://v.example/feeds/all.atom"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert root.findtext(f"{ATOM}updated") == "2026-11-05T10:00:00+00:00"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Net"


def test_an_entry_carries_identity_both_clocks_and_its_tags() -> None:
    entry = etree.fromstring(build(UPDATE)).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == UPDATE.publication.id
    assert entry.findtext(f"{ATOM}published") == "2026-11-02T10:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-05T10:00:00+00:00"
    assert {(c.get("scheme"), c.get("term")) for c in entry.findall(f"{ATOM}category")} == {
        ("https://v.example/taxonomy#jurisdiction", "US"),
        ("https://v.example/taxonomy#topic", "import-ban"),
        ("https://v.example/taxonomy#sector", "cotton"),
        ("https://v.example/taxonomy#kind", "enforcement"),
    }
    content = entry.findtext(f"{ATOM}content")
    assert "Published by the source: 2026-11-02" in content
    assert "First seen here: 2026-11-02T10:00:00Z" in content


def test_entries_keep_the_order_they_were_given() -> None:
    entries = feedparser.parse(build(titled("one", 1), titled("two", 2), titled("three", 3))).entries
    assert [entry.title for entry in entries] == ["one", "two", "three"]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_neither_breaks_the_feed_nor_becomes_markup(title: str) -> None:
    document = build(titled(title))
    entry = etree.fromstring(document).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == title
    content = etree.HTML(entry.findtext(f"{ATOM}content"))
    assert not content.xpath("//script | //style | //iframe | //@*[starts-with(name(), 'on')]")
    assert not [link for link in content.xpath("//@href") if not link.startswith("https://")]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", None])
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    document = build(replace(UPDATE, publication=replace(UPDATE.publication, url=url)))
    assert b"javascript:" not in document and b"evil" not in document
    assert {link.href for link in feedparser.parse(document).entries[0].links} == {
        f"https://v.example/u/{UPDATE.publication.id.removeprefix('urn:uuid:')}"
    }


def test_a_source_that_forbids_it_shows_no_word_of_the_text() -> None:
    assert b"Forty companies" in build(UPDATE)
    assert b"Forty companies" not in build(UPDATE, republish=Republish.NONE)


def test_a_long_text_is_cut_with_its_true_length_said() -> None:
    long = replace(UPDATE, publication=replace(UPDATE.publication, text="word " * 20_000))
    document = build(long)
    assert len(document) < 3 * EXCERPT + 3_000
    assert b"of 100,000 characters" in document


def test_a_cut_list_says_how_many_there_are() -> None:
    document = atom(ALL, [UPDATE], total=41, base_url="https://v.example", author="N", may_republish={})
    assert b"The newest 1 of 41" in document


def test_a_feed_without_updates_is_still_a_feed() -> None:
    assert feedparser.parse(build()).bozo == 0
    assert build() == build()


def test_the_headline_is_readable_without_the_official_language() -> None:
    assert headline(TAGS) == "United States · enforcement · import ban · cotton · concerns China"


def test_jurisdictions_have_names() -> None:
    assert [jurisdiction_name(code) for code in ("EU", "INT", "US-CA", "GB", "ZZ-9")] == [
        "European Union", "International", "California (United States)", "United Kingdom", "ZZ-9",
    ]  # fmt: skip


def test_there_is_a_feed_of_all_and_one_for_each_jurisdiction() -> None:
    assert [feed.name for feed in catalogue(["US", "EU"])] == ["all", "j/EU", "j/US"]
    assert of_jurisdiction("EU").page == "/j/EU"
