"""Following the changes: in order, each once, only of what readers see, and told when that ends."""

import threading
from typing import Any

from db.connect import open_existing
from db.following import steps_after
from db.updates import decide
from tests.db.making import publication, save
from tests.feeds.making import tagger
from tests.web.api.making import World

NOW = "2026-10-09T10:00:05Z"


def follow(world: World, since: int = 0, limit: int = 2) -> tuple[list[dict[str, Any]], int]:
    """All changes behind ``since``, as a program would ask for them, and where it stands then."""
    found: list[dict[str, Any]] = []
    more = True
    while more:
        answer = world.read("/changes", since=since, limit=limit)
        assert len(answer["items"]) <= limit
        found += answer["items"]
        since, more = answer["next"], answer["more"]
    return found, since


def test_changes_come_in_order_and_each_once(world: World) -> None:
    world.add(*(publication(str(n)) for n in range(5)))
    world.add(publication("3", text="Other words on labour."), run="run-2", now=NOW)
    found, _ = follow(world)
    assert [item["seq"] for item in found] == sorted({item["seq"] for item in found})
    assert [item["what"] for item in found] == ["new"] * 5 + ["revised"]
    assert (found[-1]["id"], found[-1]["revision"], found[-1]["at"]) == (publication("3").id, 2, NOW)


def test_who_goes_on_from_next_gets_what_is_new_and_nothing_again(world: World) -> None:
    world.add(publication("1"))
    _, place = follow(world)
    assert follow(world, place) == ([], place)
    world.add(publication("2"), run="run-2", now=NOW)
    found, _ = follow(world, place)
    assert [item["id"] for item in found] == [publication("2").id]


def test_what_readers_never_saw_is_not_told_and_not_asked_for_again(world: World) -> None:
    world.add(publication("1", title="hidden"), publication("2", title="hidden too"))
    assert world.read("/changes") == {"next": 2, "more": False, "items": []}


def test_an_update_that_readers_see_no_more_is_gone_once_and_may_come_back(world: World) -> None:
    world.add(publication("1"), publication("2"))
    _, place = follow(world)
    with world.store() as db:
        decide(db, publication("1").id, False, "editor", NOW)
    gone, later = follow(world, place)
    assert [(item["id"], item["what"]) for item in gone] == [(publication("1").id, "gone")]
    assert [item["what"] for item in follow(world)[0]] == ["new", "gone"]
    with world.store() as db:
        decide(db, publication("1").id, True, "editor", NOW)
    assert [item["what"] for item in follow(world, later)[0]] == ["retagged"]


def test_a_first_listing_by_an_editor_is_told(world: World) -> None:
    world.add(publication("1", title="hidden"))
    _, place = follow(world)
    with world.store() as db:
        decide(db, publication("1").id, True, "editor", NOW)
    assert [item["what"] for item in follow(world, place)[0]] == ["listed"]


def test_a_place_ahead_of_the_store_is_an_error_since_the_store_went_back(world: World) -> None:
    world.add(publication("1"))
    answer = world.get("/changes", since=2)
    assert answer.status_code == 409
    assert "since=0" in answer.json()["detail"]
    assert world.get("/changes", since=2**63 - 1).status_code == 409
    assert world.get("/changes", since=2**63).status_code == 422


def test_a_reader_beside_writers_misses_nothing_and_gets_nothing_twice(world: World) -> None:
    def writing(name: str) -> None:
        with world.store() as db:
            for number in range(15):
                save(db, publication(f"{name}{number}"), tagger=tagger)

    writers = [threading.Thread(target=writing, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    found, since = [], 0
    db = open_existing(world.folder)
    while True:
        done = not any(writer.is_alive() for writer in writers)
        steps = steps_after(db, since, 3)
        found += [step.update_id for step in steps.steps]
        since = steps.next
        if done and not steps.more:
            break
    db.close()
    assert sorted(found) == sorted(publication(f"{name}{n}").id for name in "ab" for n in range(15))


def test_the_changes_are_never_kept_without_asking_again(world: World) -> None:
    world.add(publication("1"))
    answer = world.get("/changes")
    assert answer.headers["cache-control"] == "no-cache"
    again = world.client.get("/api/v1/changes", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    world.add(publication("2"), run="run-2", now=NOW)
    other = world.client.get("/api/v1/changes", headers={"if-none-match": answer.headers["etag"]})
    assert other.status_code == 200
