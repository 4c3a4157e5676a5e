"""Following the changes without a transaction: what is written between two looks is for the next page."""

from db.connect import Store
from db.following import steps_after
from tests.db.making import publication, save


def test_a_page_ends_where_it_looked_and_the_next_one_begins_there(db: Store) -> None:
    save(db, publication("1"), publication("2"), publication("3"))
    first = steps_after(db, 0, 2)
    assert ([step.seq for step in first.steps], first.next, first.more) == ([1, 2], 2, True)
    last = steps_after(db, first.next, 2)
    assert ([step.seq for step in last.steps], last.next, last.more) == ([3], 3, False)
    assert steps_after(db, last.next, 2) == type(last)((), 3, False)


def test_what_waits_for_review_is_passed_over_but_not_asked_for_again(db: Store) -> None:
    save(db, publication("1", title="perhaps"))
    assert steps_after(db, 0, 2).steps == ()
    assert steps_after(db, 0, 2).next == 1
