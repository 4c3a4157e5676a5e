"""What a digest holds, and in which order."""

from dataclasses import replace
from datetime import timedelta

from alerts.coverage import coverage
from alerts.matcher import match_changes
from alerts.runs import make_due
from db.connect import Store
from db.sources import SourceState
from model.codes import DateType, Outcome
from model.publication import Dated
from model.source import Confidence, Republish, Source
from tests.alerts.making import PRESS, item, mails, save, subscribe

TUESDAY = "2026-10-13T10:00:00Z"
MONDAY = "2026-10-19T05:00:00Z"
NOW = "2026-10-19T05:00:00Z"


def deadline(day: str) -> tuple[Dated, ...]:
    return (Dated(DateType.DEADLINE, day, "the period ends"),)


def test_items_stand_by_jurisdiction_and_the_most_important_first(db: Store) -> None:
    subscribe(db, "labour")
    save(
        db, TUESDAY,
        item("news", "labour", "kind:news jurisdiction:CA"),
        item("old", "labour", "kind:legislation stage:in-force jurisdiction:US", published="2026-10-10"),
        item("new", "labour", "kind:legislation stage:in-force jurisdiction:US", published="2026-10-12"),
        item("draft", "labour", "kind:legislation stage:proposed jurisdiction:US"),
        item("soon", "labour", "kind:consultation jurisdiction:US", dates=deadline("2026-11-01")),
        item("both", "labour", "kind:guidance jurisdiction:US jurisdiction:CA"),
    )  # fmt: skip
    make_due(db, PRESS, MONDAY)
    mail = mails(db)[0]
    assert mail["items"] == ["soon", "new", "old", "draft", "both", "news"]
    assert mail["sections"] == ["US", "CA"]


def test_deadlines_of_the_next_60_days_are_told_whether_or_not_their_update_is_new(db: Store) -> None:
    save(
        db, TUESDAY,
        item("before", "labour gloves", dates=deadline("2026-10-19")),
        item("past", "labour", dates=deadline("2026-10-18")),
        item("month", "labour", dates=deadline("2026-12")),
        item("last", "labour", dates=deadline("2026-12-18")),
        item("far", "labour", dates=deadline("2026-12-19")),
        item("another search's", "labour tyres", dates=deadline("2026-11-01")),
    )  # fmt: skip
    subscribe(db, "labour -tyres", now=TUESDAY)
    subscribe(db, "gloves", now=TUESDAY)
    save(db, TUESDAY, item("new", "labour"), sha256="cd" * 32)
    make_due(db, PRESS, MONDAY)
    assert mails(db)[0]["items"] == ["new"]
    assert mails(db)[0]["deadlines"] == ["2026-10-19", "2026-12", "2026-12-18"]


def test_a_group_is_one_item_with_what_stands_behind_it(db: Store) -> None:
    subscribe(db, "labour")
    for source in ("eu_one", "fr_two"):
        save(db, TUESDAY, item(source, "labour", source=source, identifiers={"celex": ("32024R3015",)}))
    make_due(db, PRESS, MONDAY)
    assert [(mail["items"], mail["also_at"]) for mail in mails(db)] == [(["eu_one"], [["fr_two"]])]


def test_two_matches_that_became_one_group_afterwards_are_one_item(db: Store) -> None:
    subscribe(db, "labour")
    save(db, TUESDAY, item("a", "labour", source="eu_one"), item("b", "labour", source="fr_two"))
    match_changes(db, TUESDAY)
    celex = {"celex": ("32024R3015",)}
    save(db, TUESDAY, item("a", "labour", source="eu_one", identifiers=celex), sha256="cd" * 32)
    save(db, TUESDAY, item("b", "labour", source="fr_two", identifiers=celex), sha256="ef" * 32)
    make_due(db, PRESS, MONDAY)
    assert [(mail["items"], mail["also_at"]) for mail in mails(db)] == [(["a"], [["fr_two"]])]


SOURCE = Source(
    id="us_one", name="Federal Example", publisher="x", jurisdiction="US", languages=("en",), homepage="https://x.example",
    hosts=("x.example",), rhythm=timedelta(days=1), silence_after=timedelta(days=7), expected=1, requests_per_day=10,
    licence="x", licence_url="https://x.example", may_republish=Republish.TEXT, confidence=Confidence.SEEN,
)  # fmt: skip
GOOD = SourceState("us_one", SOURCE, Outcome.UNCHANGED, "304", "run", "2026-10-19T04:00:00Z", "2026-10-18T04:00:00Z", 1)


def test_the_coverage_counts_all_sources_and_names_those_that_failed_and_those_that_are_silent() -> None:
    states = [
        GOOD,
        replace(GOOD, outcome=None),
        replace(GOOD, outcome=Outcome.SKIPPED),
        replace(GOOD, outcome=Outcome.BLOCKED, reason="robots.txt forbids it."),
        replace(GOOD, outcome=Outcome.PARTIAL, reason="2 of 9 pages failed"),
        replace(GOOD, outcome=None, last_run=None, last_answered=None, last_new=None),
        replace(GOOD, last_new="2026-10-12T04:59:59Z"),
        replace(GOOD, last_new="2026-10-12T05:00:00Z"),
    ]
    found = coverage(states, NOW)
    assert found.checked == 8
    assert [said for _, said in found.failed] == [
        "robots.txt forbids it; last answer 2026-10-19",
        "only in part: 2 of 9 pages failed",
        "not visited yet",
    ]
    assert found.quiet == (("Federal Example", "nothing new since 2026-10-12; up to 7 days are normal"),)
