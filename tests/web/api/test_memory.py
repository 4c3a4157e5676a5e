"""Kept answers: given again while the store stands as it did, never after, and no more than there is room for."""

from db.sources import sync_sources
from db.updates import decide
from model.source import Republish
from tests.db.making import publication
from tests.feeds.making import source
from tests.web.api.making import World, ids
from web.api.memory import Memory


def test_an_answer_is_made_once_for_each_state() -> None:
    memory, made = Memory(), []

    def make() -> bytes:
        made.append(1)
        return b"%d" % len(made)

    assert [memory.answer("a", state, make) for state in (1, 1, 2, 2, 1)] == [b"1", b"1", b"2", b"2", b"3"]
    assert memory.answer("b", 1, make) == b"4"


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    memory = Memory(room=4)
    for name in ("a", "b", "a", "c"):
        memory.answer(name, 1, lambda name=name: name.encode() * 2)  # type: ignore[misc]
    assert memory.answer("a", 1, lambda: b"new") == b"aa"
    assert memory.answer("b", 1, lambda: b"new") == b"new"
    assert memory.answer("huge", 1, lambda: b"x" * 9) == b"x" * 9


def test_a_list_shows_every_change_at_once(world: World) -> None:
    world.add(publication("1", text="Forced labour."))
    assert world.read("/updates")["total"] == world.read("/search", q="labour")["total"] == 1
    world.add(publication("2"), run="run-2")
    assert world.read("/updates")["total"] == world.read("/search", q="labour")["total"] == 2
    with world.store() as db:
        decide(db, publication("1").id, False, "editor", "2026-10-09T10:00:05Z")
    assert ids(world.read("/updates")) == [publication("2").id]


def test_a_source_that_takes_its_words_back_is_heard_at_once(world: World) -> None:
    world.add(publication("1", text="Forced labour."))
    assert "Forced labour." in world.get("/updates").text
    with world.store() as db:
        sync_sources(db, [source(republish=Republish.NONE)])
    assert "Forced labour." not in world.get("/updates").text
