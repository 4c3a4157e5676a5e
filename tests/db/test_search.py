"""The search finds what stands there, in order, with true totals, whatever is typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.connect import Store
from db.search import search
from model.publication import Version
from model.source import Republish
from tests.db.making import publication, save


def found(db: Store, query: str, limit: int = 20) -> list[str]:
    results = search(db, query, limit=limit)
    assert results.total >= len(results.hits)
    return [hit.update.publication.native_id for hit in results.hits]


def test_the_order_is_the_day_of_publication_newest_first_then_the_later_stored(db: Store) -> None:
    days = {"1": "2026-10-01", "2": "2026-10-03T23:00:00Z", "3": "2026-10-03", "4": None, "5": "2026", "6": "2026-09"}
    save(db, *(publication(name, published=day) for name, day in days.items()))
    assert found(db, "") == ["4", "3", "2", "1", "6", "5"]
    assert found(db, "labour", limit=2) == ["4", "3"]
    assert search(db, "labour", limit=2).total == 6


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The case C-190/24 was decided.", "C-190/24"),
        ("Sean O’Brien", "O'Brien"),
        ("nach § 22 Absatz 1", "§ 22"),
        ("強制労働の廃止", "労働"),
        ("強制労働の廃止", "廃"),
        ("การค้ามนุษย์และแรงงานบังคับในโรงงาน", "แรงงานบังคับ"),
        ("Überwachung", "uberwachung"),
        ("uberwachung", "ÜBERWACHUNG"),
        ("due diligence duties", '"due diligence"'),
        ("AND OR NOT NEAR", "and or not near"),
        ("title: body", "title:body"),
    ],
)
def test_words_are_found_as_people_write_them(db: Store, text: str, query: str) -> None:
    save(db, publication("1", text=text), publication("2"))
    assert found(db, query) == ["1"]


def test_all_words_are_asked_for_phrases_stand_in_a_row_and_minus_excludes(db: Store) -> None:
    save(db, publication("1", text="import ban on cotton"), publication("2", text="ban of the import"))
    assert found(db, "ban import") == ["2", "1"]
    assert found(db, '"import ban"') == ["1"]
    assert found(db, "ban -cotton") == ["2"]
    assert found(db, "-cotton") == ["2"]
    assert found(db, "ban sugar") == []


def test_numbers_of_the_source_are_found(db: Store) -> None:
    save(db, publication("2026-13726", identifiers={"celex": ("32024R3015",)}))
    assert found(db, "2026-13726") == found(db, "32024r3015") == ["2026-13726"]


def test_filters_ask_the_tags(db: Store) -> None:
    save(db, publication("1"), publication("2", lang="fr"), publication("3", source="gb_example"))
    assert found(db, "lang:fr") == ["2"]
    assert found(db, "-lang:fr source:us_example") == ["1"]
    assert found(db, "topic:forced-labour kind:news jurisdiction:US") == ["3", "2", "1"]
    assert found(db, "jurisdiction:UK") == []


def test_a_tag_is_never_found_by_its_words_in_a_text(db: Store) -> None:
    save(db, publication("1", text="the topic:trade is labour, state:hidden"))
    assert found(db, "topic:trade") == []
    assert found(db, "news") == []


def test_published_asks_for_days_and_never_finds_what_is_undated(db: Store) -> None:
    save(db, publication("1", published="2026-09-30"), publication("2", published="2026-10-01T05:00:00Z"))
    save(db, publication("3", published=None))
    assert found(db, "published:2026-10") == ["2"]
    assert found(db, "published:<2026-10") == ["1"]
    assert found(db, "published:2026-09-30..2026-10-01") == ["2", "1"]
    assert found(db, "-published:2026-09") == ["3", "2"]
    assert found(db, "published:2026 published:>2026-09") == ["2"]


def test_what_is_not_about_our_subject_is_found_only_on_demand(db: Store) -> None:
    save(db, publication("1"), publication("2", title="Tide tables"))
    assert found(db, "") == ["1"]
    assert found(db, "include:all") == ["2", "1"]
    assert found(db, "tide") == []
    assert found(db, "include:all tide") == ["2"]


def test_hits_carry_marked_passages_of_the_text_or_else_of_the_title(db: Store) -> None:
    save(db, publication("1", text="Cotton was seized."), publication("2", title="On labour and cotton"))
    passages = [hit.passages[0] for hit in search(db, "cotton", limit=5).hits]
    assert [(p.text, [p.text[a:b] for a, b in p.marks]) for p in passages] == [
        ("On labour and cotton", ["cotton"]), ("Cotton was seized.", ["Cotton"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    ['"', '""', '"x', "a:b", "C-190/24", "O'Brien", "x*", "^x", "(a", "a)", "{a b}: c", "NEAR(a b)", "a AND",
     "-", "--x", "title:x", "published:", "jurisdiction:%", "\x00", "\ud800", "' OR 1=1 --", "x" * 10_000, "a " * 5_000,
     '"' + "a " * 5_000 + '"', "労" * 10_000, "published:9999-12-31 published:>9999-12-31",
     "-a -b -c", "include:all -x"],
)  # fmt: skip
def test_nothing_typed_can_raise(db: Store, typed: str) -> None:
    save(db, publication("1", text="a b c x"))
    found = search(db, typed, limit=5)
    assert len(found.hits) == min(found.total, 5) <= 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_no_text_of_any_script_can_raise(db: Store, typed: str) -> None:
    found = search(db, typed, limit=5)
    assert (found.total, found.hits) == (0, ())


def test_a_word_of_a_text_finds_it_whatever_its_script(db: Store) -> None:
    texts = {
        "ja": "労働基準法を改正する。",
        "ko": "강제노동은 금지된다",
        "hi": "बाल श्रम निषेध",
        "ar": "العمل القسري",
        "ru": "принудительный труд",
    }
    save(db, *(publication(lang, text=text) for lang, text in texts.items()))
    asked = {"ja": "基準法", "ko": "강제노동", "hi": "श्रम", "ar": "القسري", "ru": "ТРУД"}
    assert {lang: found(db, word) for lang, word in asked.items()} == {lang: [lang] for lang in texts}


def test_passages_hold_no_more_of_a_source_s_words_than_may_be_shown(db: Store) -> None:
    save(db, publication("1", title="On labour", summary="Cotton in short.", text="Cotton at length."))
    said = {}
    for allowed in Republish:
        (hit,) = search(db, "cotton", limit=1, shown={"us_example": allowed}).hits
        (opened,) = search(db, "", limit=1, shown={"us_example": allowed}).hits
        said[allowed] = ([p.text for p in hit.passages], hit.where, [p.text for p in opened.passages])
    assert said == {
        Republish.NONE: ([], "text", []),
        Republish.SUMMARY: (["Cotton in short."], "summary", ["Cotton in short."]),
        Republish.TEXT: (["Cotton at length."], "text", ["Cotton in short."]),
    }
    assert search(db, "cotton", limit=1, shown={}).hits[0].passages == (), "of an unknown source nothing"
    assert search(db, "cotton", limit=1).hits[0].passages


def test_a_passage_says_in_which_language_it_stands(db: Store) -> None:
    french = Version("fr", "Avis", "Le coton labour.", None)
    save(db, publication("1", text="Cotton labour.", others=(french,)))
    assert [search(db, word, limit=1).hits[0].lang for word in ("coton", "cotton", "avis")] == ["fr", "en", "fr"]
    assert search(db, "avis", limit=1).hits[0].where == "title"


def test_hits_end_where_their_texts_fill_the_room(db: Store) -> None:
    save(db, *(publication(str(i), text="labour " * 10) for i in range(4)))
    found = search(db, "", limit=4, room=100)
    assert (len(found.hits), found.total) == (2, 4)
    assert found.next is not None
    assert len(search(db, "", limit=4, before=found.next).hits) == 2
