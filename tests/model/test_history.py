"""Parts put together: the same whatever the order, and what each further part means."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from model.codes import DateType, Facet
from model.history import What, changed_fields, compose, reduced, revisions, step
from model.publication import Dated, Note, Part, Publication, Statement, Version


def part(kind: Part = Part.RECORD, **values: object) -> Publication:
    fields = {"source": "eu_example", "native_id": "1", "title": "", "url": None, "part": kind}
    return Publication(**(fields | values))  # type: ignore[arg-type]


def test_metadata_come_from_the_record_and_the_text_from_the_text() -> None:
    whole = compose([
        part(Part.HIT, title="Hit", url="https://example.org/hit", published="2026-01-01", summary="Short", text="hit"),
        part(Part.TEXT, title="Text", text="full text", lang="en"),
        part(Part.RECORD, title="Record", published="2026-01-02", text="record text", lang="en"),
    ])  # fmt: skip
    assert (whole.title, whole.url, whole.published) == ("Record", "https://example.org/hit", "2026-01-02")
    assert (whole.text, whole.summary, whole.lang, whole.part) == ("full text", "Short", "en", Part.RECORD)


def test_without_a_record_the_update_stays_partial() -> None:
    assert compose([part(Part.TEXT, piece="fr"), part(Part.HIT)]).part is Part.HIT


def test_the_text_is_taken_in_order_of_trust() -> None:
    order = [Part.TEXT, Part.RECORD, Part.CONSOLIDATED, Part.HIT, Part.PIECE]
    for i in range(len(order)):
        assert compose([part(kind, text=kind) for kind in order[i:]]).text == order[i]


def test_pieces_of_a_text_are_joined_in_the_order_in_which_people_count() -> None:
    pieces = [part(Part.PIECE, piece=f"a{n}", text=f"Article {n}") for n in (10, 2, 1)]
    assert compose(pieces).text == "Article 1\nArticle 2\nArticle 10"


def test_languages_are_merged_with_the_primary_one_first() -> None:
    whole = compose([
        part(Part.TEXT, piece="fr", lang="fr", title="Loi", text="texte"),
        part(Part.TEXT, piece="en", lang="en", title="Act", text="text"),
        part(Part.RECORD, lang="en", title="The act", url="https://example.org/en",
             others=(Version("fr", "La loi", "", "https://example.org/fr"),)),
    ])  # fmt: skip
    assert whole.versions == (
        Version("en", "The act", "text", "https://example.org/en"),
        Version("fr", "La loi", "texte", "https://example.org/fr"),
    )


def test_a_text_without_language_belongs_to_the_primary_version() -> None:
    whole = compose([part(Part.RECORD, lang="es", title="Ley"), part(Part.TEXT, text="texto")])
    assert whole.versions == (Version("es", "Ley", "texto", None),)


def test_identifiers_dates_and_statements_are_united() -> None:
    act, bill = Statement(Facet.KIND, "legislation", "Act"), Statement(Facet.KIND, "bill", "Bill")
    due, again = Dated(DateType.DEADLINE, "2027-01-01", "by 1 January"), Dated(DateType.DEADLINE, "2027-01-01", "Jan")
    whole = compose([
        part(Part.HIT, identifiers={"celex": ("2", "1")}, dates=(again,), statements=(bill, act)),
        part(Part.RECORD, identifiers={"eli": ("x",), "celex": ("1",)}, dates=(due,), statements=(act,)),
    ])  # fmt: skip
    assert whole.identifiers == {"celex": ("1", "2"), "eli": ("x",)}
    assert whole.dates == (due,)
    assert whole.statements == (act, bill)


def test_a_withdrawal_in_any_part_withdraws_the_update() -> None:
    assert compose([part(Part.HIT, withdrawn=True), part()]).withdrawn


def test_the_first_parts_are_new_and_the_same_ones_again_are_unchanged() -> None:
    held = {"record": part(title="A")}
    assert step({}, held) is What.NEW
    assert step(held, dict(held)) is What.UNCHANGED


def test_a_part_not_seen_before_completes_and_a_known_one_revises() -> None:
    hit, record = part(Part.HIT, title="A"), part(title="A", text="x")
    assert step({"hit": hit}, {"hit": hit, "record": record}) is What.COMPLETED
    assert step({"record": record}, {"record": replace(record, text="y")}) is What.REVISED


def test_a_known_part_that_differs_only_where_another_part_speaks_changes_nothing() -> None:
    record, hit = part(title="A"), part(Part.HIT, title="B")
    assert step({"record": record, "hit": hit}, {"record": record, "hit": replace(hit, title="C")}) is What.UNCHANGED


def test_a_revision_beside_a_new_part_is_a_revision() -> None:
    hit = part(Part.HIT, title="A")
    assert step({"hit": hit}, {"hit": replace(hit, title="B"), "record": part()}) is What.REVISED


def test_a_further_language_completes_but_a_changed_one_revises() -> None:
    english = part(lang="en", text="a")
    both = replace(english, others=(Version("fr", "", "b", None),))
    assert step({"record": english}, {"record": both}) is What.COMPLETED
    assert step({"record": both}, {"record": replace(both, others=(Version("fr", "", "c", None),))}) is What.REVISED
    assert step({"record": both}, {"record": english}) is What.REVISED


def test_each_note_not_yet_known_is_a_revision_and_the_last_carries_the_fields() -> None:
    old, late, soon = Note("2026-01-01", "a"), Note("2026-03-01", "c"), Note("2026-02-01", "b")
    found = revisions(What.REVISED, part(notes=(late, soon, old)), ("text",), [old])
    assert [(r.at, r.note, r.fields) for r in found] == [("2026-02-01", "b", ()), ("2026-03-01", "c", ("text",))]
    assert [r.note for r in revisions(What.REVISED, part(notes=(old,)), ("title",), [old])] == [None]
    assert revisions(What.COMPLETED, part(), (), []) == ()
    assert len(revisions(What.NEW, part(), (), [])) == 1


def test_changed_fields_are_named() -> None:
    assert changed_fields(part(title="a", text="x"), part(title="b", text="x", withdrawn=True)) == (
        "title",
        "withdrawn",
    )


def test_reduced_keeps_title_link_day_and_number_and_no_text() -> None:
    whole = part(
        title="T", url="u", text="secret", summary="secret", published="2026-01-01", identifiers={"celex": ("1",)},
        notes=(Note("2026", "secret"),), others=(Version("fr", "t", "secret", "v"),),
        dates=(Dated(DateType.EFFECTIVE, "2027", "secret"),), statements=(Statement(Facet.KIND, "bill", "secret"),),
    )  # fmt: skip
    bare = reduced(whole)
    assert "secret" not in str(bare)
    assert (bare.title, bare.url, bare.published, bare.identifiers) == ("T", "u", "2026-01-01", {"celex": ("1",)})


words = st.sampled_from(["", "a", "b"])
languages = st.sampled_from([None, "en", "fr", "de"])
parts = st.builds(
    part, st.sampled_from(list(Part)), title=words, text=words, lang=languages,
    piece=st.sampled_from(["", "a2", "a10"]), published=st.sampled_from([None, "2026-01-01"]),
    notes=st.sampled_from([(), (Note("2026", "n"),)]),
    others=st.lists(st.builds(Version, languages, words, words, st.none()), max_size=2).map(tuple),
    identifiers=st.dictionaries(st.sampled_from(["celex", "eli"]), st.tuples(st.sampled_from("12")), max_size=2),
)  # fmt: skip
several = st.lists(parts, min_size=1, max_size=4, unique_by=lambda found: found.part_key)


@settings(max_examples=40, deadline=None)
@given(several)
def test_the_composition_does_not_depend_on_the_order(found: list[Publication]) -> None:
    assert len({str(compose(order)) for order in permutations(found)}) == 1


@settings(max_examples=40, deadline=None)
@given(several)
def test_composing_what_was_composed_changes_nothing(found: list[Publication]) -> None:
    whole = compose(found)
    assert compose([whole]) == whole


@settings(max_examples=40, deadline=None)
@given(several)
def test_a_composition_has_each_language_once_and_loses_no_title(found: list[Publication]) -> None:
    whole = compose(found)
    langs = [version.lang for version in whole.versions]
    assert len(langs) == len(set(langs))
    assert bool(whole.title) or not any(one.title for one in found)
