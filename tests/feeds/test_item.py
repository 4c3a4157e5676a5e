"""What an entry says of an update, the same in every format."""

from dataclasses import replace

from db.compositions import StoredRevision
from db.feeds import Listed
from feeds.catalogue import catalogue, of_jurisdiction, of_search
from feeds.headline import headline, jurisdiction_name
from feeds.item import Item, item
from model.codes import DateType, Facet, Kind, Stage, Topic
from model.publication import Dated, Publication
from model.source import Republish
from model.tags import Evidence, Tags
from model.update import Update
from tests.feeds.making import source

TAGS = Tags(
    relevant=True, review=False, score=0.97, lang="en", jurisdictions=("US",), concerns=("CN",),
    topics=(str(Topic.IMPORT_BAN),), sectors=("cotton",), kind=Kind.ENFORCEMENT, stage=Stage.NONE,
    dates=(Dated(DateType.DEADLINE, "2026-12-01", "comments close on 1 December"),), instruments=("us-uflpa",),
    evidence=(
        Evidence(Facet.TOPIC, "import-ban", "topics/import-ban:en:withhold", "withhold release", 5, 21, "body"),
        Evidence(Facet.TOPIC, "import-ban", "topics/import-ban:en:withhold", "withhold release", 50, 66, "body"),
        Evidence(Facet.KIND, "enforcement", "source:type", "Notice", 0, 0, "source"),
    ),
)  # fmt: skip
UPDATE = Update(
    Publication(
        source="us_example", native_id="2026-00001", title="Notice on the Entity List", lang="en",
        url="https://example.org/2026-00001", text="Forty companies were added.", published="2026-11-02",
    ),
    TAGS, first_seen="2026-11-02T10:00:00Z", listed_at="2026-11-02T10:00:00Z", updated_at="2026-11-05T10:00:00Z",
)  # fmt: skip


def made(update: Update = UPDATE, republish: Republish = Republish.TEXT, room: int = 6_000, **values: object) -> Item:
    listed = Listed(update, 7, (), ())
    sources = {"us_example": source(republish=republish)}
    return item(replace(listed, **values), base_url="https://v.example", sources=sources, room=room)  # type: ignore[arg-type]


def with_text(text: str, **values: str) -> Update:
    return replace(UPDATE, publication=replace(UPDATE.publication, text=text, **values))  # type: ignore[arg-type]


def test_an_entry_carries_identity_and_both_clocks() -> None:
    found = made()
    assert found.id == UPDATE.publication.id
    assert found.published.isoformat() == "2026-11-02T10:00:00+00:00"
    assert found.updated.isoformat() == "2026-11-05T10:00:00.000007+00:00"
    assert "Published by the source: 2026-11-02." in found.content
    assert "First seen here: 2026-11-02T10:00:00Z." in found.content
    assert "The source gives no date." in made(with_text("x", published="")).content


def test_a_change_noted_by_a_slow_clock_does_not_precede_the_listing() -> None:
    assert made(replace(UPDATE, updated_at="2026-11-01T10:00:00Z")).updated > made().published


def test_all_tags_are_categories() -> None:
    assert set(made().categories) == {
        ("jurisdiction", "US"), ("concern", "CN"), ("topic", "import-ban"), ("sector", "cotton"),
        ("kind", "enforcement"), ("instrument", "us-uflpa"),
    }  # fmt: skip


def test_an_entry_says_why_it_has_its_tags_each_rule_once() -> None:
    assert "Why: topic import ban (“withhold release”, body); kind enforcement (“Notice”, source)." in made().content
    assert [found.code for found in made().reasons] == ["import-ban", "enforcement"]
    assert [found.code for found in made(republish=Republish.NONE).reasons] == ["enforcement"]


def test_an_entry_names_the_dates_that_matter() -> None:
    assert "Deadline: 2026-12-01 (“comments close on 1 December”)." in made().content
    assert "comments close" not in made(republish=Republish.NONE).content
    assert "Deadline: 2026-12-01." in made(republish=Republish.NONE).content


def test_a_long_text_is_cut_with_its_true_length_said() -> None:
    found = made(with_text("word " * 20_000))
    assert len(found.content) < 8_000
    assert "of 100,000 characters" in found.content


def test_history_is_told_newest_first_with_the_number_of_what_is_left_out() -> None:
    history = tuple(
        StoredRevision(n, f"2026-11-{n:02}", "2026-11-30", f"note {n}", ("title", "text"), {}, 1) for n in range(1, 10)
    )
    found = made(history=history).content
    assert found.index("2026-11-09: Changed by the source: title, text. note 9") < found.index("note 8")
    assert "note 4" not in found
    assert "[The latest 5 of 8 changes" in found
    assert "note 9" not in made(history=history, republish=Republish.NONE).content


def test_a_text_that_is_read_from_right_to_left_says_so() -> None:
    arabic = replace(UPDATE, publication=replace(UPDATE.publication, lang="ar", title="العمل القسري"))
    assert (
        '<p lang="ar" dir="rtl"><a href="https://example.org/2026-00001">العمل القسري</a></p>' in made(arabic).content
    )
    assert made(arabic).lang == "ar"


def test_an_update_without_a_title_is_called_by_its_headline() -> None:
    bare = replace(UPDATE, publication=replace(UPDATE.publication, title=""))
    assert made(bare).title == headline(TAGS)


def test_the_headline_is_readable_without_the_official_language() -> None:
    assert headline(TAGS) == "United States · enforcement · import ban · cotton · concerns China"


def test_jurisdictions_have_names() -> None:
    assert [jurisdiction_name(code) for code in ("EU", "INT", "US-CA", "GB", "ZZ-9")] == [
        "European Union", "International", "California (United States)", "United Kingdom", "ZZ-9",
    ]  # fmt: skip


def test_every_feed_has_a_name_of_its_own() -> None:
    feeds = catalogue(["US", "EU"], [source(), source("eu_example")])
    names = [feed.name for feed in feeds]
    assert len(set(names)) == len(names)
    assert names[:3] == ["all", "j/EU", "j/US"]
    assert {"t/import-ban", "sector/cotton", "source/us_example"} <= set(names)
    assert of_jurisdiction("EU").page == "/j/EU"
    assert of_search(" a  b ").name == of_search("a b").name
