"""Pages of a listing that repeat themselves or never end."""

from crawlers.pages import MOST_PAGES, Trail
from crawlers.reading import Ask, Reading
from model.publication import Publication


def page(*ids: str, more: bool = True) -> Reading:
    publications = tuple(Publication("xx", name, name, None) for name in ids)
    return Reading(publications, (Ask("https://a.test/next"),) if more else (), listed=len(ids))


def test_pages_that_differ_are_fine() -> None:
    trail = Trail()
    assert [trail.step(page(name, more=name != "c"), name) for name in "abc"] == [None, None, None]


def test_a_page_with_the_same_bytes_as_an_earlier_one_is_noticed() -> None:
    trail = Trail()
    trail.step(page(), "same")
    assert trail.step(page(), "same") == "its page 2 repeats what earlier pages held"


def test_a_page_with_only_known_publications_is_noticed() -> None:
    trail = Trail()
    trail.step(page("a", "b"), "1")
    assert trail.step(page("b"), "2") is not None
    assert trail.step(page("b", "c"), "3") is None


def test_pages_without_end_are_noticed() -> None:
    trail = Trail()
    found = [trail.step(page(str(number)), str(number)) for number in range(MOST_PAGES)]
    assert found[-1] == f"its pages do not end after {MOST_PAGES}"
    assert not any(found[:-1])
