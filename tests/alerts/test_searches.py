"""A search that never can match is said before it is saved."""

import pytest

from alerts.searches import never_matches


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("§", "no word"),
        ("topic:gloves", "“gloves” is nothing that topic: knows"),
        ("kind:bill kind:news", "exactly one kind"),
        ("source:eu_one source:fr_two", "exactly one source"),
        ("topic:trade -topic:trade", "topic:trade and against it"),
        ("labour -Labour", "“labour” and against it"),
        ('"forced labour" -labour', "“forced labour” and against it"),
        ("published:2026 published:2025", "No day"),
        ("published:2026-10 -published:2026", "No day"),
    ],
)
def test_a_search_that_contradicts_itself_is_named(query: str, part: str) -> None:
    assert part in (never_matches(query) or "")


@pytest.mark.parametrize(
    "query",
    ["", "labour", "-labour", 'labour -"forced labour"', "topic:trade -topic:sanctions", "lang:de lang:fr",
     "jurisdiction:CA jurisdiction:INT", "published:2026 -published:2026-10", "強制労働 -強制執行", "C-190/24"],
)  # fmt: skip
def test_a_search_that_may_match_is_not(query: str) -> None:
    assert never_matches(query) is None
