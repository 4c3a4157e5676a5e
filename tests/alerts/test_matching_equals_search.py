"""The matcher's fast way finds exactly what the search engine finds."""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.matcher import match_changes
from db.connect import Store
from db.editions import shown_for
from db.search import search
from db.store import open_scratch
from db.subscriptions import searches_for
from model.publication import Publication, Version
from tests.alerts.making import T0, item, save, subscribe

LATER = "2026-10-08T11:00:00Z"
WORDS = ["labour", "gloves", "Xinjiang", "C-190/24", "überprüft", "強制労働", "強制", "forced", "tyre", "O'Brien", "§"]
FILTERS = ["topic:import-ban", "topic:sanctions", "jurisdiction:CA", "jurisdiction:EU", "kind:bill", "stage:adopted",
           "sector:cotton", "source:eu_one", "source:fr_two", "lang:de", "published:2026-10", "published:<2026-10-05",
           "concerns:CN"]  # fmt: skip
SAID = ["topic:import-ban", "topic:sanctions", "jurisdiction:CA", "jurisdiction:EU", "kind:bill", "stage:adopted",
        "sector:cotton", "concern:CN"]  # fmt: skip

pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(FILTERS),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda found: '"' + " ".join(found) + '"'),
)
queries = st.lists(st.tuples(st.sampled_from(["", "", "", "-"]), pieces).map("".join), max_size=3).map(" ".join)
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@st.composite
def publications(draw: st.DrawFn) -> list[Publication]:
    """Up to eight publications of two sources, some in groups, some in two languages."""
    numbers = count(1)
    return [
        item(
            str(next(numbers)),
            draw(st.sampled_from(["labour ", "", "labour "])) + draw(texts),
            " ".join(draw(st.sets(st.sampled_from(SAID), max_size=4))),
            source=draw(st.sampled_from(["eu_one", "fr_two"])),
            published=draw(st.sampled_from(["2026-10-08", "2026-10-01", None])),
            identifiers=draw(st.sampled_from([{}, {"celex": ("1",)}, {"celex": ("2",)}])),
            others=draw(st.sampled_from([(), (Version("de", "Zwangsarbeit labour", "überprüft", None),)])),
        )
        for _ in range(draw(st.integers(1, 8)))
    ]


def found_by_search(db: Store, query: str) -> set[str]:
    return {hit.update.publication.id for hit in search(db, query, limit=1000).hits}


def told_of(db: Store, query: str) -> list[str]:
    """What the subscription of this search was told of."""
    rows = db.execute(
        "SELECT update_id FROM matches m JOIN subscriptions s ON s.id = subscription WHERE query = ?", [query]
    )
    return [row[0] for row in rows.fetchall()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(queries, min_size=1, max_size=6, unique=True), st.lists(publications(), min_size=1, max_size=2))
def test_the_matches_equal_running_every_search_over_everything(
    asked: list[str], responses: list[list[Publication]]
) -> None:
    db = open_scratch()
    try:
        for query in asked:
            subscribe(db, query)
        for i, response in enumerate(responses):
            save(db, LATER, *response, sha256=f"{i:02d}" * 32)
            match_changes(db, LATER)
        for query in asked:
            told = told_of(db, query)
            if len(responses) == 1:
                assert sorted(told) == sorted(found_by_search(db, query)), query
            else:  # what was told once is not unsaid; and of a publication that became a group only one member was told
                assert {entry.id for one in told for entry in shown_for(db, one)} >= found_by_search(db, query), query
    finally:
        db.close()


def test_the_fast_way_leaves_out_what_cannot_match(db: Store) -> None:
    subscribe(db, "gloves")
    subscribe(db, "labour gloves -cotton")
    subscribe(db, "-cotton")
    save(db, T0, item("1", "labour"))
    assert [one.query for one in searches_for(db, ["labour", "cotton"], 99)] == ["-cotton"]
