"""A page as a browser and a reader see it; looking at it checks that it is valid and harmless."""

from itertools import pairwise

import html5lib
from bs4 import BeautifulSoup
from httpx2 import Response


def seen(answer: Response, status: int = 200) -> BeautifulSoup:
    """The page: valid HTML without doubled ids, one h1 and no skipped heading, nothing that runs or is loaded."""
    assert answer.status_code == status, answer.text[:300]
    html5lib.HTMLParser(strict=True).parse(answer.text)
    page = BeautifulSoup(answer.text, "lxml")
    ids = [one["id"] for one in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    levels = [int(one.name[1]) for one in page.find_all(["h1", "h2", "h3", "h4", "h5"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert not page.find_all(["script", "style", "iframe", "img"])
    for one in page.find_all(True):
        assert not [name for name in one.attrs if name.startswith("on") or name == "style"], one
    addresses = [str(one.get("href") or one.get("action") or "") for one in page.find_all(["a", "form"])]
    assert not [one for one in addresses if one.lower().startswith(("javascript:", "data:"))]
    return page


def words(page: BeautifulSoup, selector: str = "main") -> str:
    """The words of the first part that the selector finds, with single blanks."""
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text(" ").split())
