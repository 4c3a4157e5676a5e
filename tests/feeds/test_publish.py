"""The feeds as files: only what was touched is made anew, and a full page of history stays as it is."""

import json
import random
from pathlib import Path

import pytest
from lxml import etree

from db.connect import Store
from db.sources import sync_sources
from db.store import open_store
from db.updates import decide
from feeds import publish as publishing
from feeds.catalogue import ALL, Format, catalogue
from feeds.press import Press
from feeds.publish import publish
from model.codes import Facet, Outcome
from model.source import Republish
from tests.db.making import publication, rows, save
from tests.feeds.making import BASE, build, changed, files, fill, numbered, source, stated, tagger, visit
from tests.feeds.rules import ATOM, read

FH = "{http://purl.org/syndication/history/1.0}"


def links(document: bytes) -> dict[str, str]:
    root = etree.fromstring(document)
    found = root.iter(f"{ATOM}link")
    return {link.get("rel"): link.get("href") for link in found if link.getparent().tag in (f"{ATOM}feed", "channel")}


def test_there_is_a_feed_of_all_and_of_each_jurisdiction_topic_sector_and_source(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", statements=stated(Facet.JURISDICTION, "DE", "EU")))
    report = build(db, tmp_path / "out")
    made = files(tmp_path / "out")
    for name in ("all", "j/DE", "j/EU", "j/US", "t/import-ban", "sector/cotton", "source/us_example"):
        assert {f"/feeds/{name}.{form}" for form in Format} <= made.keys()
    assert report.feeds == len(catalogue(["DE", "EU"], [source()])) == report.written
    assert report.files == len(made) == 3 * report.feeds + 1
    assert read("x.atom", made["/feeds/j/DE.atom"]).ids == [publication("1").id]
    assert read("x.atom", made["/feeds/t/import-ban.atom"]).ids == []


def test_two_builds_of_the_same_data_are_the_same_bytes(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(120))
    build(db, tmp_path / "one")
    build(db, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    again = build(db, tmp_path / "one")
    assert (again.written, again.files) == (0, 0)


def test_only_feeds_with_a_touched_entry_are_made_anew(
    db: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db, *numbered(3), *numbered(3, 11, statements=stated(Facet.TOPIC, "import-ban")))
    build(db, tmp_path)
    before = files(tmp_path)
    made: list[str] = []
    document = publishing.Press.document
    monkeypatch.setattr(
        publishing.Press, "document", lambda self, feed, *rest: made.append(feed.name) or document(self, feed, *rest)
    )
    fill(db, publication("2", title="Other words on labour"), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    report = build(db, tmp_path)
    assert set(made) == {"all", "j/US", "t/forced-labour", "source/us_example"}
    assert report.written == 4
    assert {path.rpartition(".")[0].removeprefix("/feeds/") for path in changed(before, files(tmp_path))} == set(made)


def test_feeds_that_an_update_has_left_are_touched_too(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", statements=stated(Facet.TOPIC, "import-ban")))
    build(db, tmp_path)
    fill(db, publication("1", statements=stated(Facet.TOPIC, "trade")), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    made = files(tmp_path)
    assert read("x.atom", made["/feeds/t/import-ban.atom"]).ids == []
    assert read("x.atom", made["/feeds/t/trade.atom"]).ids == [publication("1").id]


def test_a_hidden_update_leaves_all_feeds_and_may_come_back(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(2))
    build(db, tmp_path)
    before = files(tmp_path)
    decide(db, publication("1").id, False, "ann", "2026-10-09T10:00:00Z")
    build(db, tmp_path)
    assert read("x.json", files(tmp_path)["/feeds/all.json"]).ids == [publication("2").id]
    decide(db, publication("1").id, True, "ann", "2026-10-10T10:00:00Z")
    build(db, tmp_path)
    assert read("x.json", files(tmp_path)["/feeds/all.json"]).ids == read("x.json", before["/feeds/all.json"]).ids


def test_a_group_is_one_entry_that_says_where_else_it_is(db: Store, tmp_path: Path) -> None:
    celex = {"celex": ("32024R3015",)}
    fill(db, publication("1", identifiers=celex))
    build(db, tmp_path)
    second = publication("9", source="gb_example", identifiers=celex, url="https://gb.example/9")
    save(db, second, now="2026-10-09T10:00:00Z", tagger=tagger, source="gb_example")
    build(db, tmp_path)
    made = files(tmp_path)["/feeds/all.json"]
    assert read("x.json", made).ids == [publication("1").id]
    assert "https://gb.example/9" in json.loads(made)["items"][0]["content_html"]


def test_a_correction_shows_in_the_text_and_moves_updated_but_not_published(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", text="old words"))
    build(db, tmp_path)
    first = json.loads(files(tmp_path)["/feeds/all.json"])["items"][0]
    fill(db, publication("1", text="new words"), now="2026-10-20T10:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    second = json.loads(files(tmp_path)["/feeds/all.json"])["items"][0]
    assert first["date_published"] == second["date_published"] == "2026-10-08T10:00:00Z"
    assert (first["date_modified"][:10], second["date_modified"][:10]) == ("2026-10-08", "2026-10-20")
    assert "Changed by the source: text." in second["content_html"]
    assert "Changed" not in first["content_html"]


def test_the_order_is_the_order_of_listing_newest_first(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", published="2026-10-07"), publication("2", published="2020-01-01"))
    fill(db, publication("3", published="2019-01-01"), now="2026-10-09T10:00:00Z", url="https://example.org/3")
    build(db, tmp_path)
    wanted = [publication(number).id for number in ("3", "2", "1")]
    assert read("x.atom", files(tmp_path)["/feeds/all.atom"]).ids == wanted


def test_the_links_of_each_format_lead_back_to_the_first_update_without_doubles(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(125))
    build(db, tmp_path)
    made = files(tmp_path)
    everything = {publication(str(number)).id for number in range(1, 126)}
    for form in ("atom", "rss"):
        path, seen, pages = f"/feeds/all.{form}", [], []
        while path:
            seen += read(path, made[path]).ids
            pages.append(path)
            path = links(made[path]).get("prev-archive", "").removeprefix(BASE)
        assert (set(seen), len(seen)) == (everything, 125)
        assert pages == [f"/feeds/all.{form}", f"/feeds/all/1.{form}"]
    path, seen = "/feeds/all.json", []
    while path:
        values = json.loads(made[path])
        seen += [item["id"] for item in values["items"]]
        path = values.get("next_url", "").removeprefix(BASE)
    assert (set(seen), len(seen)) == (everything, 125)


def test_pages_of_the_history_say_what_they_are_and_lead_forward_to_the_end(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(125))
    build(db, tmp_path)
    made = files(tmp_path)
    for form in ("atom", "rss"):
        first, second, open_ = (made[f"/feeds/all/{number}.{form}"] for number in (1, 2, 3))
        assert links(first)["current"] == f"{BASE}/feeds/all.{form}"
        assert links(first)["next-archive"] == f"{BASE}/feeds/all/2.{form}"
        assert links(second)["next-archive"] == f"{BASE}/feeds/all/3.{form}"
        assert "next-archive" not in links(open_)
        archived = [etree.fromstring(page).find(f".//{FH}archive") is not None for page in (first, second, open_)]
        assert archived == [True, True, False]
        assert len(read(f"x.{form}", first).ids) == 50
    identities = {etree.fromstring(made[f"/feeds/all{page}.atom"]).findtext(f"{ATOM}id") for page in ("", "/1", "/3")}
    assert len(identities) == 1


def test_a_full_page_never_changes_when_others_come(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(100))
    build(db, tmp_path)
    before = {path: document for path, document in files(tmp_path).items() if "/1." in path or "/2." in path}
    assert before
    for start in (101, 149, 151):
        fill(db, *numbered(2, start), now="2026-10-09T10:00:00Z", sha256=f"{start}" * 16)
        visit(db, Outcome.FAILED, f"2026-10-{start - 90}")
        build(db, tmp_path)
        now = files(tmp_path)
        assert {path: now[path] for path in before} == before


def test_a_correction_changes_the_one_page_that_has_the_entry(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(160))
    build(db, tmp_path)
    before = files(tmp_path)
    fill(db, publication("3", title="Corrected notice on labour"), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    feeds = ("all", "j/US", "t/forced-labour", "source/us_example")
    assert changed(before, files(tmp_path)) == {f"/feeds/{feed}/1.{form}" for feed in feeds for form in Format}


def test_an_update_that_leaves_a_full_page_moves_nothing_else(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(160))
    build(db, tmp_path)
    before = files(tmp_path)
    decide(db, publication("3").id, False, "ann", "2026-10-09T10:00:00Z")
    build(db, tmp_path)
    assert {path.partition("/feeds/")[2].rpartition("/")[2][0] for path in changed(before, files(tmp_path))} == {"1"}
    assert len(read("x.atom", files(tmp_path)["/feeds/all/1.atom"]).ids) == 49


def test_a_late_entry_is_in_the_document_that_people_subscribe_to(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(120, statements=stated(Facet.TOPIC, "trade")), publication("late"))
    build(db, tmp_path)
    late = publication("late", statements=stated(Facet.TOPIC, "trade"))
    fill(db, late, now="2026-11-09T10:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    assert late.id in read("x.atom", files(tmp_path)["/feeds/t/trade.atom"]).ids


def test_a_feed_says_what_is_watched_and_since_when_something_is_missing(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1"))
    visit(db, Outcome.NEW, "2026-10-08")
    visit(db, Outcome.BLOCKED, "2026-10-09")
    build(db, tmp_path)
    before = files(tmp_path)
    about = json.loads(before["/feeds/all.json"])["description"]
    assert "Example Gazette since 2026-10-08" in about
    assert "No annexes." in about
    assert "Example Gazette: incomplete since 2026-10-09." in about
    visit(db, Outcome.FAILED, "2026-10-10")
    build(db, tmp_path)
    assert files(tmp_path) == before
    visit(db, Outcome.UNCHANGED, "2026-10-11")
    build(db, tmp_path)
    assert "incomplete" not in json.loads(files(tmp_path)["/feeds/all.json"])["description"]


def test_another_visit_without_news_changes_no_byte(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1"))
    visit(db, Outcome.NEW, "2026-10-08")
    build(db, tmp_path)
    before = files(tmp_path)
    fill(db, publication("1"), now="2026-10-09T10:00:00Z", fetched_at="2026-10-09T10:00:00Z")
    visit(db, Outcome.UNCHANGED, "2026-10-09")
    assert build(db, tmp_path).files == 0
    assert files(tmp_path) == before


def test_what_is_missing_or_made_with_other_settings_is_made_anew(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(60))
    build(db, tmp_path)
    before = files(tmp_path)
    (tmp_path / "feeds" / "all" / "1.rss").unlink()
    assert build(db, tmp_path).files == 1
    build(db, tmp_path, base_url="https://other.example")
    assert not changed(before, files(tmp_path)) ^ before.keys()
    build(db, tmp_path)
    assert files(tmp_path) == before
    sync_sources(db, [source(republish=Republish.NONE)])
    (tmp_path / "feeds" / ".built").write_text("no JSON")
    build(db, tmp_path)
    assert files(tmp_path).keys() == before.keys()


def test_another_store_in_the_same_folder_leaves_nothing_of_the_first(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(3))
    build(db, tmp_path / "out")
    other = open_store(tmp_path / "other")
    fill(other, *numbered(3, 7), now="2026-10-11T10:00:00Z")
    build(other, tmp_path / "out")
    other.close()
    assert publication("1").id not in read("x.atom", files(tmp_path / "out")["/feeds/all.atom"]).ids


def test_a_feed_that_existed_once_stays(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1", statements=stated(Facet.JURISDICTION, "FR")))
    build(db, tmp_path)
    fill(db, publication("1", statements=stated(Facet.JURISDICTION, "BE")), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    publish(db, tmp_path / "new", base_url=BASE, author="Example Network")
    assert read("x.atom", files(tmp_path / "new")["/feeds/j/FR.atom"]).ids == []


def test_only_json_feeds_end_in_json(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(60))
    build(db, tmp_path)
    for path in (tmp_path / "feeds").rglob("*.json"):
        assert json.loads(path.read_bytes())["version"] == "https://jsonfeed.org/version/1.1"


def test_the_list_of_all_feeds_has_each_once_with_its_address(db: Store, tmp_path: Path) -> None:
    fill(db, publication("1"))
    report = build(db, tmp_path)
    outlines = etree.fromstring(files(tmp_path)["/feeds/feeds.opml"]).findall(".//outline[@xmlUrl]")
    addresses = [outline.get("xmlUrl") for outline in outlines]
    assert len(set(addresses)) == len(addresses) == report.feeds
    assert f"{BASE}{ALL.path(Format.ATOM)}" in addresses
    assert all(outline.get("type") == "rss" and outline.get("text") and outline.get("htmlUrl") for outline in outlines)


def test_places_survive_changes_in_any_order(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(5))
    build(db, tmp_path)
    places = {(feed, update): place for feed, place, update, *_ in rows(db, "feed_entries")}
    fill(db, *numbered(3, 4), publication("2", title="hidden"), now="2026-10-07T09:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    after = {(feed, update): place for feed, place, update, *_ in rows(db, "feed_entries")}
    assert {key: after[key] for key in places} == places
    assert sorted(place for (feed, _), place in after.items() if feed == "all") == list(range(1, 7))


def test_builds_after_each_change_end_where_one_build_at_the_end_does(db: Store, tmp_path: Path) -> None:
    chance = random.Random(7)
    topics = ("trade", "remedy", "sanctions")
    for step in range(18):
        number = str(chance.randrange(70))
        title = chance.choice(("hidden", "Notice on labour", f"Words {step}"))
        celex = {"celex": (str(chance.randrange(20)),)} if chance.random() < 0.4 else {}
        one = publication(
            number,
            title=title,
            identifiers=celex,
            source=chance.choice(("us_example", "gb_example")),
            statements=stated(Facet.TOPIC, *chance.sample(topics, chance.randrange(3))),
        )
        others = numbered(4, 100 + 4 * step)
        fill(db, *others, now=f"2026-10-{step + 1:02}T10:00:00Z", sha256=f"{step:064}")
        save(db, one, now=f"2026-10-{step + 1:02}T11:00:00Z", tagger=tagger, sha256=f"a{step:063}", source=one.source)
        build(db, tmp_path / "each")
    build(db, tmp_path / "end")
    assert files(tmp_path / "each") == files(tmp_path / "end")


def test_a_build_that_was_broken_off_is_finished_by_the_next(
    db: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db, *numbered(60))
    build(db, tmp_path)
    fill(db, publication("55", title="Other words on labour"), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    with monkeypatch.context() as broken:
        left = iter(range(4))
        write = publishing.write_file
        broken.setattr(publishing, "write_file", lambda *what: next(left) < 3 and write(*what))
        with pytest.raises(StopIteration):
            build(db, tmp_path)
    build(db, tmp_path)
    build(db, tmp_path / "whole")
    assert files(tmp_path) == files(tmp_path / "whole")


def test_entries_that_nothing_concerned_are_not_written_again(
    db: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db, *numbered(30))
    build(db, tmp_path)
    rendered: list[str] = []
    render = Press._render
    monkeypatch.setattr(Press, "_render", lambda self, entry: rendered.append(entry.update_id) or render(self, entry))
    fill(db, publication("7", title="Other words on labour"), now="2026-10-09T10:00:00Z", sha256="b" * 64)
    build(db, tmp_path)
    assert rendered == [publication("7").id]


def test_nothing_is_kept_of_an_entry_that_left_all_feeds(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(2))
    build(db, tmp_path)
    decide(db, publication("1").id, False, "ann", "2026-10-09T10:00:00Z")
    build(db, tmp_path)
    assert [row[0] for row in rows(db, "feed_fragments")] == [publication("2").id]


def test_what_a_source_newly_forbids_is_gone_from_every_page(db: Store, tmp_path: Path) -> None:
    fill(db, *numbered(60, text="Words of the source."))
    build(db, tmp_path)
    sync_sources(db, [source(republish=Republish.NONE)])
    build(db, tmp_path)
    assert not [path for path, document in files(tmp_path).items() if b"Words of the source" in document]
