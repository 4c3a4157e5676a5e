"""Every document of every feed keeps the rules of its format, whatever the titles hold."""

from pathlib import Path

import pytest

from db.connect import Store
from db.sources import sync_sources
from db.store import open_store
from feeds.plain import address, language, looks_like_markup, plain, unmistakable
from model.source import Republish
from tests.db.making import publication
from tests.feeds.making import BASE, HOSTILE, build, feeds_only, files, fill, hostile, numbered, source
from tests.feeds.rules import broken_rules, read


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a store with hostile titles, a long history and an update without anything."""
    tmp_path = tmp_path_factory.mktemp("built")
    db = open_store(tmp_path / "data")
    fill(db, *hostile(), *numbered(110), publication("bare", title="", url=None, published=None, lang=None))
    build(db, tmp_path / "out")
    db.close()
    return files(tmp_path / "out")


def test_every_document_of_every_feed_keeps_the_rules(built: dict[str, bytes]) -> None:
    paths = feeds_only(built)
    assert len(paths) > 150
    assert [sentence for path in paths for sentence in broken_rules(path, built[path], BASE)] == []


def test_all_formats_of_a_feed_have_the_same_entries_in_the_same_order(built: dict[str, bytes]) -> None:
    for path in (path for path in built if path.endswith(".atom")):
        wanted = read(path, built[path]).ids
        for form in (".rss", ".json"):
            other = path.removesuffix(".atom") + form
            assert read(other, built[other]).ids == wanted, other


def test_a_hostile_title_reaches_the_reader_as_it_is_written(built: dict[str, bytes]) -> None:
    titles = {*read("/x.atom", built["/feeds/sector/cotton.atom"]).titles}
    lost = {"nul", "broken"}
    assert {title for name, title in HOSTILE.items() if name not in lost} <= titles
    assert {"ab", "bro?ken"} <= {title.strip() for title in titles}
    assert titles == {*read("/x.json", built["/feeds/sector/cotton.json"]).titles}


def test_a_feed_of_99_of_the_longest_entries_stays_below_five_megabytes(db: Store, tmp_path: Path) -> None:
    worst = "&lt;" * 1_250
    fill(db, *(publication(str(n), title=worst, text=worst * 2) for n in range(99)))
    build(db, tmp_path / "out")
    for path, document in files(tmp_path / "out").items():
        assert len(document) < 5_000_000, path


def test_a_document_outside_the_rules_is_noticed(built: dict[str, bytes]) -> None:
    atom = built["/feeds/all.atom"]
    for old, new in (
        (b"/feeds/all.atom", b"/feeds/other.atom"), (b'xml:lang="en"', b'xml:lang="xx"'), (b"urn:uuid:", b"uuid:"),
        (b"&lt;p&gt;", b"&lt;script&gt;"), (b"&lt;p&gt;", b'&lt;p onclick="x"&gt;'),
        (b"+00:00</updated>", b"</updated>"),
        (b"&lt;a href=\"https:", b"&lt;a href=\"javascript:"), (b"http://purl.org/dc/terms/", b"urn:other"),
    ):  # fmt: skip
        assert broken_rules("/feeds/all.atom", atom.replace(old, new), BASE), new
    path = "/feeds/sector/cotton.rss"
    for old, new in ((b'Link="false"', b'Link="true"'), (b" +0000</pubDate>", b"</pubDate>"), (b"&#x26;", b"&amp;")):
        assert broken_rules(path, built[path].replace(old, new), BASE), new


def test_a_source_that_shows_nothing_of_its_words_shows_none(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", title="On labour", text="Forty companies", summary="A short word"))
    for republish, text, summary in ((Republish.TEXT, 1, 0), (Republish.SUMMARY, 0, 1), (Republish.NONE, 0, 0)):
        sync_sources(db, [source(republish=republish)])
        build(db, tmp_path / "out")
        for path, document in files(tmp_path / "out").items():
            if "/all." in path:
                assert (b"Forty companies</p>" in document or b"Forty companies&lt;/p" in document) == bool(text), path
                assert (b"A short word" in document) == bool(summary), path


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://example.org/a b?q=ü&x=[1]#top", "https://example.org/a%20b?q=%C3%BC&x=%5B1%5D#top"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"), ("http://h:8080/%zz%41", "http://h:8080/%25zz%41"),
        ("javascript:alert(1)", None), ("//evil.example", None), ("data:text/html,x", None), ("https://", None),
        ("https://[bad", None), ("https://user@h/", None), ("https://h:x/", None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links_and_are_written_as_addresses(url: str, written: str | None) -> None:
    assert address(url) == written


def test_plain_text_loses_only_what_no_reader_may_have() -> None:
    assert plain("a\0\x1b\ud800b\ufffe\ufdd0\x85 \n強 👩‍👧") == "ab \n強 👩‍👧"
    for text in ("AT&T & a < b", "R&D", "3 < 4 & 5"):
        assert unmistakable(text) == text
        assert not looks_like_markup(text)
    assert (
        unmistakable("<b> &lt; &lt &#60; &notice &apos;") == "&lt;b> &amp;lt; &amp;lt &amp;#60; &amp;notice &amp;apos;"
    )
    assert all(map(looks_like_markup, ("<b", "</p>", "&lt;", "&lt", "&notice", "&alpha x", "&1")))
    assert (language("fr"), language("xx"), language("nonsense"), language(None)) == ("fr", None, None, None)
