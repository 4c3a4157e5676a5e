"""The steps of an update's history: however little room there is, a step shows what changed."""

from db.compositions import StoredRevision
from model.difference import Stretch
from model.source import Republish
from web.past import steps

WORDS = "all of this stood before and stands still"
DIFF = (Stretch("equal", WORDS, 8), Stretch("insert", "new words", 2), Stretch("equal", WORDS, 8))
HISTORY = [StoredRevision(2, "2026-11-02", "2026-11-03T10:00:00Z", None, ("text",), {"en": DIFF}, 1)]


def test_a_step_shows_a_change_however_little_room_there_is_and_says_what_is_left_out() -> None:
    ((short,),) = [step.comparisons for step in steps(HISTORY, Republish.TEXT, "en", 1)]
    assert [stretch.op for stretch in short.stretches] == ["equal", "insert"]
    assert (short.left_out, short.added) == (1, 2)
    ((whole,),) = [step.comparisons for step in steps(HISTORY, Republish.TEXT, "en", None)]
    assert (len(whole.stretches), whole.left_out) == (3, 0)
