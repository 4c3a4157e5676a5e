"""Matching: what of the changes is news, for whom, and why."""

from dataclasses import replace

import pytest

from alerts.matcher import match_changes
from alerts.runs import make_due, make_immediate
from db.connect import Store
from db.subscriptions import change
from db.updates import decide, retag
from model.codes import DateType
from model.publication import Dated, Note, Part, Publication
from model.subscription import Cadence
from tests.alerts.making import PRESS, T0, item, mails, matched, save, subscribe, tagger

LATER = "2026-10-08T11:00:00Z"
MONDAY = "2026-10-12T06:00:00Z"
LONG = "labour one two three four five six seven eight nine ten"


def urgent(db: Store) -> list[int]:
    return [row[0] for row in db.execute("SELECT urgent FROM matches ORDER BY id").fetchall()]


def test_what_was_listed_before_the_subscription_is_no_news(db: Store) -> None:
    save(db, T0, item("old", "labour"))
    subscribe(db, "labour")
    save(db, LATER, item("new", "labour"))
    match_changes(db, LATER)
    assert matched(db) == [("labour", "new", 1)]


def test_a_match_says_what_of_the_search_was_answered(db: Store) -> None:
    subscribe(db, 'topic:import-ban jurisdiction:CA "Forced LABOUR" -cotton')
    save(db, LATER, item("1", "Forced labour in gloves", "topic:import-ban jurisdiction:CA"))
    match_changes(db, LATER)
    words = db.execute("SELECT words FROM matches").fetchone()[0]
    assert words == "import ban · Canada · “Forced labour”"


def test_matching_again_finds_nothing_more(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", "labour"))
    assert match_changes(db, LATER).matches == 1
    assert match_changes(db, LATER).changes == 0
    db.execute("DELETE FROM cursors")
    assert match_changes(db, LATER).matches == 0, "also where the cursor was lost"


def test_back_fill_alerts_nobody_but_its_revision_today_does(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", LONG, published="2024-03-01"))
    match_changes(db, LATER)
    assert matched(db) == []
    save(db, MONDAY, item("1", LONG + " eleven twelve thirteen", published="2024-03-01"), sha256="cd" * 32)
    match_changes(db, MONDAY)
    assert matched(db) == [("labour", "1", 2)]


def test_a_revision_that_its_source_made_long_ago_alerts_nobody(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", LONG, published="2024-03-01"))
    old = (Note("2024-06-01T00:00:00Z", "Corrected the second part."),)
    save(db, MONDAY, item("1", LONG + " a b c d", published="2024-03-01", notes=old), sha256="cd" * 32)
    match_changes(db, MONDAY)
    assert matched(db) == []


def test_irrelevant_updates_alert_nobody_even_where_the_search_includes_all(db: Store) -> None:
    subscribe(db, "cotton include:all")
    save(db, LATER, item("1", "cotton"))
    match_changes(db, LATER)
    assert matched(db) == []


def test_an_item_approved_late_alerts_once_and_may_go_at_once(db: Store) -> None:
    subscribe(db, "cotton", Cadence.IMMEDIATE)
    save(db, LATER, item("1", "cotton"))
    match_changes(db, LATER)
    update_id = db.execute("SELECT id FROM updates").fetchone()[0]
    decide(db, update_id, True, "an editor", MONDAY)
    decide(db, update_id, True, "an editor", MONDAY)
    match_changes(db, MONDAY)
    assert matched(db) == [("cotton", "1", 1)]
    assert urgent(db) == [1]


def test_what_retagging_makes_visible_goes_to_digests_and_never_to_immediate_alerts(db: Store) -> None:
    subscribe(db, "cotton", Cadence.IMMEDIATE)
    save(db, LATER, item("1", "cotton"))
    match_changes(db, LATER)
    retag(db, lambda found: replace(tagger(found), relevant=True, review=False, score=0.9), MONDAY)
    make_immediate_after_matching(db, MONDAY)
    assert matched(db) == [("cotton", "1", 1)]
    assert mails(db) == []
    make_due(db, PRESS, MONDAY)
    assert [(mail["cadence"], mail["items"]) for mail in mails(db)] == [("daily", ["1"])]


def test_retagging_an_update_that_a_subscription_was_told_of_is_no_news(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", "labour"))
    match_changes(db, LATER)
    retag(db, lambda found: replace(tagger(found), sectors=("cotton",)), MONDAY)
    match_changes(db, MONDAY)
    assert matched(db) == [("labour", "1", 1)]


def test_what_a_search_lost_by_a_revision_and_regains_by_retagging_is_not_told_twice(db: Store) -> None:
    subscribe(db, "topic:import-ban")
    save(db, LATER, item("1", LONG, "topic:import-ban"))
    match_changes(db, LATER)
    save(db, MONDAY, item("1", LONG + " 2027"), sha256="cd" * 32)
    match_changes(db, MONDAY)
    retag(db, lambda found: replace(tagger(found), topics=("import-ban",)), MONDAY)
    match_changes(db, MONDAY)
    assert matched(db) == [("topic:import-ban", "1", 1)]


def test_retagging_old_updates_is_no_news_to_a_younger_subscription(db: Store) -> None:
    save(db, T0, item("1", "labour"))
    subscribe(db, "labour", now=LATER)
    retag(db, lambda found: replace(tagger(found), sectors=("cotton",)), MONDAY)
    match_changes(db, MONDAY)
    assert matched(db) == []


def test_text_that_arrives_later_alerts_only_those_who_are_answered_by_it(db: Store) -> None:
    subscribe(db, "title:labour", address="a@example.org")
    subscribe(db, "labour")
    subscribe(db, "gloves", Cadence.IMMEDIATE)
    save(db, LATER, item("1", title="On labour", part=Part.HIT))
    match_changes(db, LATER)
    save(db, MONDAY, item("1", "labour in gloves", title="On labour", part=Part.TEXT), sha256="cd" * 32)
    match_changes(db, MONDAY)
    assert matched(db) == [("gloves", "1", 1), ("labour", "1", 1)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"said": "stage:proposed"}, {"said": "stage:adopted"}, "stage: proposed, now adopted"),
        ({"title": "Draft on labour"}, {"title": "Rule on labour"}, "title: was “Draft on labour”"),
        ({}, {"text": LONG + " and not less than this"}, "text: 5 words added"),
        ({}, {"text": LONG + " 2027"}, "text: 1 word added"),
        (
            {"dates": (Dated(DateType.DEADLINE, "2026-12-01", "by 1 December"),)},
            {"dates": (Dated(DateType.DEADLINE, "2027-01-15", "by 15 January"),)},
            "deadline: 2026-12-01, now 2027-01-15",
        ),
    ],
)
def test_a_revision_worth_telling_is_told_to_who_knew_with_what_changed(
    db: Store, before: dict[str, object], after: dict[str, object], said: str
) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", **({"text": LONG} | before)))
    make_due(db, PRESS, MONDAY)
    save(db, "2026-10-13T10:00:00Z", item("1", **({"text": LONG} | before | after)), sha256="cd" * 32)
    make_due(db, PRESS, "2026-10-19T06:00:00Z")
    assert [mail["items"] for mail in mails(db)] == [["1"], ["1"]]
    assert [mail["changes"] for mail in mails(db)] == [[None], [said]]


@pytest.mark.parametrize(
    "text", [LONG.replace("two", "two,"), LONG.upper().replace("LABOUR", "labour"), LONG.replace("three", "thre")]
)
def test_a_trifle_is_not_told(db: Store, text: str) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", LONG))
    match_changes(db, LATER)
    save(db, MONDAY, item("1", text), sha256="cd" * 32)
    match_changes(db, MONDAY)
    assert matched(db) == [("labour", "1", 1)]


def test_a_revision_before_the_first_digest_is_simply_new(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", LONG))
    match_changes(db, LATER)
    save(db, LATER, item("1", LONG + " a b c d e"), sha256="cd" * 32)
    make_due(db, PRESS, MONDAY)
    assert [(mail["items"], mail["changes"]) for mail in mails(db)] == [(["1"], [None])]


def test_several_revisions_between_two_digests_are_told_together(db: Store) -> None:
    subscribe(db, "labour")
    save(db, LATER, item("1", LONG))
    make_due(db, PRESS, MONDAY)
    save(db, "2026-10-13T10:00:00Z", item("1", LONG + " a b c d e"), sha256="cd" * 32)
    match_changes(db, "2026-10-13T10:00:00Z")
    save(db, "2026-10-14T10:00:00Z", item("1", LONG + " a b c d e", title="Other"), sha256="ef" * 32)
    make_due(db, PRESS, "2026-10-19T06:00:00Z")
    assert mails(db)[1]["changes"] == ["text: 5 words added; title: was “Number 1”"]


def celex(native_id: str, source: str, text: str) -> Publication:
    return item(native_id, text, source=source, identifiers={"celex": ("32024R3015",)})


def test_a_later_member_of_a_group_alerts_nobody_who_was_told(db: Store) -> None:
    subscribe(db, "labour", Cadence.IMMEDIATE)
    save(db, LATER, celex("a", "eu_one", "labour"))
    make_immediate_after_matching(db, LATER)
    save(db, MONDAY, celex("b", "fr_two", "labour"))
    make_due(db, PRESS, MONDAY)
    assert matched(db) == [("labour", "a", 1)]
    assert [mail["items"] for mail in mails(db)] == [["a"]]


def test_a_search_that_only_a_later_member_answers_gets_the_head_with_its_digest(db: Store) -> None:
    subscribe(db, "source:fr_two", Cadence.IMMEDIATE)
    save(db, LATER, celex("a", "eu_one", "labour"))
    match_changes(db, LATER)
    save(db, LATER, celex("b", "fr_two", "labour"))
    make_immediate_after_matching(db, LATER)
    assert mails(db) == []
    make_due(db, PRESS, MONDAY)
    assert [(mail["items"], mail["also_at"]) for mail in mails(db)] == [(["a"], [["fr_two"]])]


def make_immediate_after_matching(db: Store, now: str) -> None:
    match_changes(db, now)
    make_immediate(db, PRESS, now)


def test_another_search_in_a_subscription_begins_anew(db: Store) -> None:
    subscription = subscribe(db, "gloves")
    save(db, LATER, item("1", "labour"))
    change(db, subscription.id, name="mine", query="labour", cadence=Cadence.WEEKLY)
    save(db, LATER, item("2", "labour"))
    match_changes(db, LATER)
    assert matched(db) == [("labour", "2", 1)]


def test_a_search_saved_under_an_older_grammar_is_still_answered(db: Store) -> None:
    subscribe(db, "labour")
    db.execute("UPDATE subscriptions SET grammar = 0, needs = 'no such word'")
    save(db, LATER, item("1", "labour"))
    match_changes(db, LATER)
    assert matched(db) == [("labour", "1", 1)]
