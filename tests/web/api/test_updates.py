"""The updates of the API: the object of the contract, pages without gaps, and no more words than a source allows."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.updates import decide, get
from model.codes import DateType, Facet
from model.publication import Dated, Note, Publication, Version
from model.source import Republish
from model.update import update_to_dict
from tests.db.making import publication
from tests.feeds.making import HOSTILE, hostile, stated
from tests.web.api.making import World, ids

LATER = {"run": "run-2", "fetched_at": "2026-10-09T10:00:00Z", "now": "2026-10-09T10:00:05Z"}
KEPT = "Nobody may print these words."
ALSO_KEPT = ("these words", "A summary", "Noted.")


def wordy(**values: Any) -> Publication:
    return publication(
        "1", text=f"{KEPT} Forced labour.", summary="A summary on labour.", notes=(Note("2026-10-07", "Noted."),),
        dates=(Dated(DateType.DEADLINE, "2026-12-01", KEPT),),
        others=(Version("fr", "Avis", f"{KEPT} Travail forcé.", "https://example.org/fr"),), **values,
    )  # fmt: skip


def test_an_update_is_the_object_of_the_contract_and_nothing_else(world: World) -> None:
    world.add(wordy(identifiers={"celex": ("32024R3015",)}))
    name = publication("1").id
    with world.store() as db:
        stored = get(db, name)
    assert stored is not None
    expected = json.loads(json.dumps(update_to_dict(stored)))
    assert world.read(f"/updates/{name}") == expected
    assert world.read(f"/updates/{name.removeprefix('urn:uuid:').upper()}") == expected
    assert world.read("/updates")["items"] == [expected]
    assert world.read("/search", q="")["items"][0]["update"] == expected


def test_an_update_names_its_page_and_its_history_by_base_url_and_never_by_host(world: World) -> None:
    world.add(publication("1"))
    bare = publication("1").id.removeprefix("urn:uuid:")
    link = world.get(f"/updates/{bare}").headers["link"]
    assert link == (
        f'<https://vigilex.example.org/u/{bare}>; rel="alternate", '
        f'<https://vigilex.example.org/api/v1/updates/{bare}/revisions>; rel="version-history"'
    )


@pytest.mark.parametrize("republish", [Republish.SUMMARY, Republish.NONE])
def test_words_that_a_source_keeps_for_itself_are_nowhere(tmp_path: Path, republish: Republish) -> None:
    world = World(tmp_path, republish=republish)
    world.add(wordy())
    world.add(replace(wordy(), text=f"{KEPT} Now changed."), **LATER)
    name = publication("1").id
    for path in ("/updates", "/search?q=labour", "/search?q=words", f"/updates/{name}", f"/updates/{name}/revisions"):
        answer = world.get(path)
        assert answer.status_code == 200
        for words in ("Forced labour.", "Travail", "Now changed", *(ALSO_KEPT if republish is Republish.NONE else ())):
            assert words not in answer.text, path


def test_a_summary_stands_in_the_place_of_a_text_that_may_not_be_given_out(tmp_path: Path) -> None:
    world = World(tmp_path, republish=Republish.SUMMARY)
    world.add(wordy())
    update = world.read(f"/updates/{publication('1').id}")
    assert (update["text"], update["shown"]) == ("A summary on labour.", "summary")
    assert [version["text"] for version in update["versions"]] == ["A summary on labour.", ""]
    body = [found for found in update["evidence"] if found["where"] == "body"]
    assert body
    assert all((found["start"], found["end"]) == (0, 0) for found in body)


def test_of_a_source_that_allows_nothing_title_dates_and_codes_are_told(tmp_path: Path) -> None:
    world = World(tmp_path, republish=Republish.NONE)
    world.add(wordy())
    update = world.read(f"/updates/{publication('1').id}")
    assert (update["title"], update["text"], update["shown"]) == ("Notice on forced labour", "", "none")
    assert update["dates"] == [{"type": "deadline", "date": "2026-12-01", "words": ""}]
    assert update["topics"] == ["forced-labour"]
    assert {found["where"] for found in update["evidence"]} == {"title"}


def test_pages_hold_everything_once_in_the_default_order(world: World) -> None:
    world.add(*(publication(str(n), published=f"2026-10-0{n % 3 + 1}") for n in range(1, 12)))
    found, after, totals = [], "", set()
    while after is not None:
        page = world.read("/updates", limit=4, after=after)
        found += ids(page)
        totals.add(page["total"])
        after = page["next"]
    assert (len(found), len(set(found)), totals) == (11, 11, {11})
    assert found == ids(world.read("/updates", limit=100))


def test_what_comes_while_somebody_turns_pages_moves_none_of_them(world: World) -> None:
    world.add(*(publication(str(n)) for n in range(6)))
    first = world.read("/updates", limit=3)
    world.add(publication("newer", published="2026-11-01"), **LATER)
    second = world.read("/updates", limit=3, after=first["next"])
    assert len({*ids(first), *ids(second)}) == 6
    assert second["next"] is None


def test_a_page_of_very_long_texts_ends_early_and_the_next_one_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.updates.ROOM", 500)
    world.add(*(publication(str(n), text="labour " * 60) for n in range(3)))
    first = world.read("/updates", limit=100)
    assert 0 < len(first["items"]) < 3
    second = world.read("/updates", limit=100, after=first["next"])
    assert len({*ids(first), *ids(second)}) == first["total"] == 3


def test_filters_are_read_as_the_query_language_and_all_must_hold(world: World) -> None:
    world.add(
        publication("1", statements=stated(Facet.TOPIC, "import-ban")),
        publication("2", statements=stated(Facet.TOPIC, "import-ban", "trade"), published="2026-09-01"),
        publication("3", statements=stated(Facet.SECTOR, "cotton"), lang="fr"),
    )  # fmt: skip
    assert ids(world.read("/updates", topic=["import-ban", "trade"])) == [publication("2").id]
    assert ids(world.read("/updates", topic="import-ban", published_from="2026-10-01")) == [publication("1").id]
    assert ids(world.read("/updates", sector="cotton", lang="fr", kind="news", source="us_example")) == [
        publication("3").id
    ]
    both = world.read("/updates", q='-cotton "forced labour"', jurisdiction="US", published_to="2026-09-30")
    assert both["read_as"] == 'jurisdiction:US published:..2026-09-30 -cotton "forced labour"'
    assert ids(both) == [publication("2").id]


def test_a_hit_has_its_passages_with_marks_that_lead_to_the_words(world: World) -> None:
    world.add(publication("1", text="𝒜 ship carried goods made with forced labour."))
    (hit,) = world.read("/search", q='"forced labour"')["items"]
    (passage,) = hit["passages"]
    assert [passage["text"][start:end] for start, end in passage["marks"]] == ["forced labour"]
    assert hit["where"] == "text"


def test_a_publication_of_several_sources_is_one_hit_that_names_the_others(world: World) -> None:
    same = {"identifiers": {"celex": ("32024R3015",)}}
    world.add(publication("1", **same))
    world.add(publication("2", source="eu_example", **same), source="eu_example", **LATER)
    found = world.read("/search", q="")
    assert (found["total"], ids(found)) == (1, [publication("1").id])
    assert [other["source"] for other in found["items"][0]["also_at"]] == ["eu_example"]


def test_the_history_tells_what_changed_and_which_response_proves_it(world: World) -> None:
    world.add(publication("1", text="Forced labour is bad."))
    world.add(publication("1", text="Forced labour is banned."), sha256="cd" * 32, **LATER)
    first, second = world.read(f"/updates/{publication('1').id}/revisions")["items"]
    assert (first["number"], second["number"], second["fields"]) == (1, 2, ["text"])
    (diff,) = second["diff"]
    assert {(s["op"], s["words"]) for s in diff["stretches"]} >= {("delete", "bad."), ("insert", "banned.")}
    assert second["snapshot"] == {"sha256": "cd" * 32, "fetched_at": "2026-10-09T10:00:00Z"}


def test_what_readers_are_not_shown_is_in_no_list_and_says_so_where_it_is_asked_for(world: World) -> None:
    world.add(publication("1"), publication("2", title="hidden"))
    assert ids(world.read("/updates")) == [publication("1").id]
    everything = world.read("/updates", q="include:all")
    assert {item["id"]: item.get("listed", True) for item in everything["items"]} == {
        publication("1").id: True, publication("2").id: False,
    }  # fmt: skip
    assert world.read(f"/updates/{publication('2').id}")["listed"] is False
    with world.store() as db:
        decide(db, publication("1").id, False, "editor", "2026-10-09T10:00:05Z")
    assert world.read("/updates")["total"] == 0


def test_hostile_words_come_out_as_json_and_nothing_else(world: World) -> None:
    world.add(*hostile())
    for name, words in HOSTILE.items():
        answer = world.get(f"/updates/{publication(name).id}")
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["native_id"] == name
        assert world.get("/search", q=words).status_code == (422 if len(words) > 2_000 else 200)
