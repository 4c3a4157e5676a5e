"""The numbers of the pages to browse: they are the search's own, of groups once, and of what readers see."""

from datetime import date

import pytest

from alerts.matcher import match_changes
from db.browse import counts, months, parts_of, sources_of
from db.connect import Store
from db.deadlines import Ahead, dates_ahead
from db.search import search
from db.sources import sync_sources
from db.week import listed_between, revised_between
from model.codes import DateType, Facet
from model.publication import Dated, Publication
from tests.db.making import publication, save
from tests.feeds.making import source, stated, tagger

TODAY = date(2026, 11, 22)
OCTOBER = "2026-10-08T10:00:05Z"


def place(code: str) -> dict[str, object]:
    return {"statements": stated(Facet.JURISDICTION, code)}


def dated(*dates: tuple[DateType, str]) -> dict[str, object]:
    return {"dates": tuple(Dated(type_, day, "as the text says") for type_, day in dates)}


def keep(db: Store, *found: Publication, now: str = OCTOBER, **values: object) -> None:
    sync_sources(db, [source()])
    save(db, *found, now=now, tagger=tagger, **values)


def group(db: Store) -> tuple[Publication, Publication]:
    """One publication through two sources; the second says a further jurisdiction."""
    head = publication("1", identifiers={"celex": ("32026R0001",)}, **place("EU"))
    member = publication("2", source="de_example", identifiers={"celex": ("32026R0001",)}, **place("DE"))
    keep(db, head)
    keep(db, member, now="2026-10-09T10:00:00Z", source="de_example")
    return head, member


def test_each_number_is_the_total_of_the_search_for_it(db: Store) -> None:
    group(db)
    keep(db, publication("3", **place("US-CA")), publication("4", title="hidden", **place("JP")))
    found = counts(db)
    assert found.total == 2
    assert found.jurisdictions == {"EU": 1, "DE": 1, "US-CA": 1}
    for name, numbers in (("jurisdiction", found.jurisdictions), ("topic", found.topics), ("kind", found.kinds)):
        for code, number in numbers.items():
            assert number == search(db, f"{name}:{code}", limit=1).total, code
    assert found.kinds["bill"] == 0
    assert parts_of(db, "US") == {"US-CA": 1}


def test_months_add_up_to_the_search_of_the_same_time(db: Store) -> None:
    group(db)
    days = ("2025-11-30", "2025-12-01", "2026-10-31", "2026-10", "2026", None)
    keep(db, *(publication(f"m{i}", published=day, **place("DE")) for i, day in enumerate(days)))
    found = months(db, "jurisdiction:DE", "2025-12", "2026-11")
    assert found.counts == {("2025-12", "news"): 1, ("2026-10", "news"): 3}
    assert found.undated == 2, "a bare year and no date at all have no month"
    in_range = search(db, "jurisdiction:DE published:2025-12..2026-11", limit=0).total
    assert sum(found.counts.values()) + 1 == in_range, "the bare year stands in the search at its beginning"


def test_the_sources_of_a_topic_are_those_that_ever_brought_one(db: Store) -> None:
    group(db)
    keep(db, publication("5", source="fr_example", title="hidden"), source="fr_example")
    assert sources_of(db, "topic:forced-labour") == ["de_example", "us_example"]


@pytest.mark.parametrize(
    ("day", "soon", "ever"),
    [
        ("2026-11-21", False, False),
        ("2026-11-22", True, True),
        ("2026-10", False, False),
        ("2026-11", True, True),
        ("2027-01-21", True, True),
        ("2027-01-22", False, True),
        ("2027", False, True),
        ("2026", False, True),
    ],
)
def test_a_date_lies_ahead_while_it_may_still_come(db: Store, day: str, soon: bool, ever: bool) -> None:
    keep(db, publication("1", **dated((DateType.DEADLINE, day))))
    assert bool(dates_ahead(db, "", TODAY, date(2027, 1, 21))) is soon
    assert bool(dates_ahead(db, "", TODAY)) is ever


def test_dates_ahead_are_of_entries_that_answer_each_once_and_the_next_first(db: Store) -> None:
    head, member = group(db)
    both = dated((DateType.DEADLINE, "2027-03-01"), (DateType.PUBLISHED, "2027-01-01"))
    keep(db, publication("1", identifiers={"celex": ("32026R0001",)}, **place("EU"), **both))
    keep(db, publication("2", source="de_example", identifiers={"celex": ("32026R0001",)}, **place("DE"), **both))
    keep(db, publication("3", title="hidden", **dated((DateType.DEADLINE, "2027-02-01"))))
    other = publication("4", **place("JP"), **dated((DateType.EFFECTIVE, "2027-02-01")))
    keep(db, other)
    entry = Ahead("2027-03-01", DateType.DEADLINE, head.id)
    assert dates_ahead(db, "jurisdiction:DE", TODAY) == [entry], "the head tells what its member answers"
    assert dates_ahead(db, "", TODAY) == [Ahead("2027-02-01", DateType.EFFECTIVE, other.id), entry]
    assert dates_ahead(db, "§", TODAY) == []
    assert member.id not in {one.update_id for one in dates_ahead(db, "", TODAY)}


def test_a_week_has_what_was_listed_in_it_without_back_fill_and_further_sources(db: Store) -> None:
    head, _ = group(db)
    keep(db, publication("old", published="2026-01-01"), publication("3", title="hidden"))
    assert listed_between(db, "2026-10-08T00:00:00Z", "2026-10-15T00:00:00Z") == [head.id]
    assert listed_between(db, "2026-10-08T12:00:00Z", "2026-10-15T00:00:00Z") == []


def test_a_week_has_what_its_source_changed_and_the_matcher_found_worth_telling(db: Store) -> None:
    text = "Whereas forced labour shall be prevented by all means. " * 20
    keep(db, publication("1", text=text, published="2026-10-07"))
    match_changes(db, OCTOBER)
    changed = publication("1", text="Everything is different now, and nothing as it was. " * 30, published="2026-10-07")
    keep(db, changed, now="2026-10-20T10:00:00Z", fetched_at="2026-10-20T10:00:00Z")
    match_changes(db, "2026-10-20T10:00:00Z")
    assert revised_between(db, "2026-10-15T00:00:00Z", "2026-10-22T00:00:00Z") == [changed.id]
    assert revised_between(db, "2026-10-21T00:00:00Z", "2026-10-28T00:00:00Z") == []
