"""What people type, understood or taken as it stands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.query import Piece, Query, Term, parse, published_days


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("  forced   labour ", "forced labour"),
        ('"forced labour" -cotton', '"forced labour" -cotton'),
        ("“forced labour”", '"forced labour"'),
        ('-"due diligence"', '-"due diligence"'),
        ("jurisdiction:uk concerns:el", "jurisdiction:GB concerns:GR"),
        ("jurisdiction:UK-SCT", "jurisdiction:GB-SCT"),
        ("Topic:Import-Ban -kind:news", "topic:import-ban -kind:news"),
        ('topic:"import-ban"', "topic:import-ban"),
        ("source:us_federal_register lang:FR stage:in-force sector:cotton",
         "source:us_federal_register lang:fr stage:in-force sector:cotton"),
        ("include:all", "include:all"),
        ("published:2026-10..2026-11", "published:2026-10..2026-11"),
        ("instrument:EU-CSDDD -instrument:ca-s211", "instrument:eu-csddd -instrument:ca-s211"),
        ("instrument:unknown", '"instrument:unknown"'),
        ("topic:unknown", '"topic:unknown"'),
        ("colour:red", '"colour:red"'),
        ("include:some", '"include:some"'),
        ("published:soon", '"published:soon"'),
        ("jurisdiction:Germany", '"jurisdiction:Germany"'),
        ("topic:", "topic:"),
        ('"forced labour', "forced labour"),
        ('forced" labour', "forced labour"),
        ("C-190/24", '"C-190/24"'),
        ("O'Brien", '"O\'Brien"'),
        ("§ 22", "22"),
        ("a AND b OR NOT c*", "a AND b OR NOT c*"),
        ("§", "§ (no word to search for)"),
        ("\x00", ""),
    ],
)  # fmt: skip
def test_a_query_says_how_it_was_read(typed: str, read: str) -> None:
    assert parse(typed).read_as == read


def test_words_phrases_and_filters_are_told_apart() -> None:
    assert parse('import "forced labour" -cotton topic:trade -lang:fr include:all') == Query(
        read_as='import "forced labour" -cotton topic:trade -lang:fr include:all',
        wanted=(Term(("import",)), Term(("forced", "labour"))),
        unwanted=(Term(("cotton",)),),
        tags=("topic:trade",),
        untags=("lang:fr",),
        everything=True,
    )


def test_a_number_with_signs_is_its_words_in_a_row() -> None:
    assert parse("C-190/24").wanted == (Term(("c", "190", "24")),)


def test_scripts_without_blanks_ask_for_pairs_and_one_character_for_beginnings() -> None:
    assert parse("強制労働").wanted == (Term(("強制", "制労", "労働")),)
    assert parse("労").wanted == (Term(("労",), prefix=True),)
    assert parse("я").wanted == (Term(("я",)),)
    assert parse('"強制 law"').wanted == (Term(("強制", "制", "law")),)


def test_nothing_typed_is_everything_and_only_signs_are_hopeless() -> None:
    assert parse(" \n ") == Query()
    assert parse("§ ☃").hopeless
    assert not parse("§ 22").hopeless


DAY = date(2026, 10, 8).toordinal()
FIRST, LAST = date.min.toordinal(), date.max.toordinal()


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2026-10-08", (DAY, DAY)),
        ("2026-10", (DAY - 7, DAY + 23)),
        ("2026", (date(2026, 1, 1).toordinal(), date(2026, 12, 31).toordinal())),
        ("2024-02", (date(2024, 2, 1).toordinal(), date(2024, 2, 29).toordinal())),
        ("9999", (date(9999, 1, 1).toordinal(), LAST)),
        ("<2026-10-08", (FIRST, DAY - 1)),
        ("<=2026-10-08", (FIRST, DAY)),
        (">2026-10", (DAY + 24, LAST)),
        (">=2026-10", (DAY - 7, LAST)),
        ("2026-10-08..2026-10", (DAY, DAY + 23)),
        ("2026-10-08..", (DAY, LAST)),
        ("..2026-10-08", (FIRST, DAY)),
        ("..", None), ("", None), ("2026-13", None), ("2026-02-30", None), ("0000", None), ("26", None), ("<", None),
        ("2026..x", None), ("２０２６", (date(2026, 1, 1).toordinal(), date(2026, 12, 31).toordinal())),
    ],
)  # fmt: skip
def test_published_means_days(value: str, days: tuple[int, int] | None) -> None:
    assert published_days(value) == days


def test_what_is_too_much_is_left_out_and_said() -> None:
    query = parse(" ".join(f"w{n}" for n in range(100)))
    assert len(query.wanted) == 64
    assert query.read_as.endswith("… (36 more words left out)")


@given(st.text(max_size=60))
def test_any_text_is_a_query(typed: str) -> None:
    query = parse(typed)
    assert parse(query.read_as).everything == query.everything or query.hopeless


@pytest.mark.parametrize(
    "typed",
    ['forced  -"child labour" C-190/24', "jurisdiction:uk -Topic:Trade published:>=2026", "include:all 強制労働",
     "topic:unknown jursdiction:CA", "-x", ""],
)  # fmt: skip
def test_the_pieces_typed_again_are_the_same_query(typed: str) -> None:
    asked = parse(typed)
    again = parse(" ".join(piece.text for piece in asked.pieces))
    assert again == asked
    assert again.pieces == asked.pieces


def test_pieces_tell_filters_from_words_and_what_is_wanted_from_what_is_not() -> None:
    assert parse("cotton -jurisdiction:uk published:2026").pieces == (
        Piece("cotton"),
        Piece("-jurisdiction:GB", "jurisdiction", "GB", minus=True),
        Piece("published:2026", "published", "2026"),
    )


@pytest.mark.parametrize("one", ["topic:trade", "-lang:fr", "published:2026", "-published:<2020"])
def test_filters_beyond_all_reason_are_left_out_and_said(one: str) -> None:
    asked = parse(f"{one} " * 100)
    assert len(asked.pieces) == 64
    assert asked.read_as.endswith("… (36 more words left out)")
