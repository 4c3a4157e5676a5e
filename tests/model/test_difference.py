"""Word diffs: they lead from one text to the other, read well, and stay fast."""

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from model.difference import difference


def plain(before: str, after: str) -> list[tuple[str, str]]:
    return [(stretch.op, stretch.words) for stretch in difference(before, after)]


def test_the_changed_words_stand_between_the_words_around_them() -> None:
    assert plain("Applies from 1 May 2026 on.", "Applies from 1 July 2026 on.") == [
        ("equal", "Applies from 1"), ("delete", "May"), ("insert", "July"), ("equal", "2026 on."),
    ]  # fmt: skip


def test_equal_texts_have_no_difference_however_they_are_broken_into_lines() -> None:
    assert difference("a b\nc d", "a b\nc d") == ()
    assert difference("one two\nthree", "one\ntwo three") == ()


def test_a_long_equal_stretch_is_shortened_and_says_how_long_it_was() -> None:
    long = " ".join(f"w{n}" for n in range(500))
    first, change, last = (
        difference(f"{long} old {long}", f"{long} new {long}")[0:2]
        + difference(f"{long} old {long}", f"{long} new {long}")[-1:]
    )
    assert first.count == 500
    assert first.words == "… " + " ".join(f"w{n}" for n in range(488, 500))
    assert (change.op, change.words) == ("delete", "old")
    assert last.words == " ".join(f"w{n}" for n in range(12)) + " …"


def test_a_long_insertion_is_cut_with_its_true_count() -> None:
    (inserted,) = difference("", " ".join(["word"] * 5000))
    assert (inserted.op, inserted.count) == ("insert", 5000)
    assert inserted.words.endswith(" …")
    assert len(inserted.words.split()) == 1001


def test_texts_of_200_kb_take_no_second_whatever_they_are() -> None:
    chance = random.Random(1)
    usual = [str(chance.randrange(3000)) for _ in range(40_000)]
    shuffled = chance.sample(usual, len(usual))
    edited = [word if chance.random() > 0.02 else "X" for word in usual]
    pairs = [(usual, edited), (usual, shuffled), (["a", "b"] * 20_000, ["b", "a"] * 20_000), (usual, usual[::-1])]
    for old, new in pairs:
        for between in (" ", "\n"):
            started = time.process_time()
            assert difference(between.join(old), between.join(new))
            assert time.process_time() - started < 2


texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "\n"]), max_size=11).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_deletions_give_the_old_and_insertions_the_new_text(before: str, after: str) -> None:
    found = difference(before, after)
    if not found:
        assert before.split() == after.split()
        return
    kept = {op: [w for s in found if s.op in ("equal", op) for w in s.words.split()] for op in ("delete", "insert")}
    assert kept["delete"] == before.split()
    assert kept["insert"] == after.split()


def test_a_text_in_which_every_word_repeats_is_still_aligned() -> None:
    chance = random.Random(2)
    old = [chance.choice("abcdefghijklmnopqrst") for _ in range(800)]
    changed = [*old[:400], "new", *old[401:500], *old[503:]]
    found = difference(" ".join(["z", *old, "y"]), " ".join(["x", *changed, "w"]))
    assert sum(stretch.count for stretch in found if stretch.op == "equal") > 700
