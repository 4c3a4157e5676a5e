"""Words of a text, marked: overlapping ones once, lines kept, nothing that does not stand there."""

from model.codes import Facet
from model.tags import Evidence
from web.marking import Piece, end_within, marked


def seen(text: str, words: str, start: int | None = None) -> Evidence:
    at = text.index(words) if start is None else start
    return Evidence(Facet.TOPIC, "x", "topics/x:en:x", words, at, at + len(words), "body")


def test_overlapping_words_are_one_mark_and_each_finds_its_number() -> None:
    text = "goods made with forced labour, and child labour"
    found = marked(text, [seen(text, "forced labour"), seen(text, "made with forced"), seen(text, "child labour")])
    assert found.lines() == (
        (
            Piece("goods "), Piece("made with forced labour", 1, True), Piece(", and "), Piece("child labour", 2, True),
        ),
    )  # fmt: skip
    assert [found.number(text.index(word)) for word in ("made", "forced", "labour", "child")] == [1, 1, 1, 2]
    assert found.number(text.index(", and")) is None


def test_words_that_touch_are_two_marks() -> None:
    assert [
        piece.mark for piece in marked("強制労働", [seen("強制労働", "強制"), seen("強制労働", "労働")]).lines()[0]
    ] == [1, 2]


def test_a_mark_across_lines_has_one_anchor() -> None:
    text = "on forced\nlabour here"
    assert marked(text, [seen(text, "forced\nlabour")]).lines() == (
        (Piece("on "), Piece("forced", 1, True)),
        (Piece("labour", 1, False), Piece(" here")),
    )


def test_words_that_stand_elsewhere_mark_nothing() -> None:
    text = "forced labour"
    wrong = [seen(text, "labour", 3), seen(text, "labour", 900), seen(text, "labour", -6), seen(text, "", 2)]
    assert marked(text, wrong).lines() == ((Piece(text),),)


def test_the_marks_of_a_cut_text_keep_their_numbers() -> None:
    text = "first line on slavery\nsecond line\nthird on slavery"
    whole = marked(text, [seen(text, "slavery"), seen(text, "slavery", text.rindex("slavery"))])
    assert whole.lines(text.index("\nthird")) == whole.lines()[:2]
    assert whole.lines()[2][1] == Piece("slavery", 2, True)


def test_all_characters_of_the_text_are_in_its_lines() -> None:
    text = "a b\n\ncd\ne"
    lines = marked(text, [seen(text, "b\n\nc"), seen(text, "e")]).lines()
    assert ["".join(piece.text for piece in line) for line in lines] == ["a b", "cd", "e"]


def test_a_text_is_cut_by_its_bytes_at_a_line_or_a_word() -> None:
    assert end_within("short", 100) == 5
    assert "one two three four\nfive six"[: end_within("one two three four\nfive six", 24)] == "one two three four"
    assert "one two three four five"[: end_within("one two three four five", 20)] == "one two three four"
    assert len("強制労働" * 100) > end_within("強制労働" * 100, 300) == 100
