"""What an update rests on, and which others name it."""

from db.connect import Store
from db.groups import members_of
from db.kin import kin
from db.provenance import last_answered, witness, witnesses
from db.runs import finish_run, start_run
from db.updates import get
from model.codes import Outcome
from model.identity import update_id
from model.publication import Part
from tests.db.making import publication, save


def uid(native_id: str, source: str = "us_example") -> str:
    return update_id(source, native_id)


def test_the_responses_of_the_present_parts_come_first(db: Store) -> None:
    first = save(db, publication(), sha256="aa" * 32).snapshot_id
    text = save(db, publication(part=Part.TEXT, piece="en", text="labour"), sha256="bb" * 32).snapshot_id
    second = save(db, publication(title="Other notice on labour"), sha256="cc" * 32).snapshot_id
    found = witnesses(db, uid("1"))
    assert [(one.stored.id, one.parts, one.present) for one in found] == [
        (second, ("record",), True), (text, ("text:en",), True), (first, ("record",), False),
    ]  # fmt: skip
    assert found[0].stored.snapshot.sha256 == "cc" * 32


def test_a_response_that_brought_nothing_to_an_update_is_none_of_its_own(db: Store) -> None:
    mine = save(db, publication("1")).snapshot_id
    other = save(db, publication("2")).snapshot_id
    again = save(db, publication("1")).snapshot_id
    found = [witness(db, uid("1"), number) for number in (mine, other, again, 99)]
    assert [one.id if one else None for one in found] == [mine, None, None, None]


def test_a_source_that_never_answered_has_no_time(db: Store) -> None:
    assert last_answered(db, "us_example") is None
    start_run(db, "us_example", "r", "2026-10-09T05:00:00Z", "1:x")
    finish_run(db, "r", Outcome.UNCHANGED, "", {}, "2026-10-09T05:01:00Z", source="us_example")
    assert (last_answered(db, "us_example") or "").startswith("2026-10-09T05:0")


def test_corrections_and_stages_are_found_from_both_ends(db: Store) -> None:
    save(db, publication("1"), publication("2", follows="1"), publication("3", corrects=("1", "unknown")))
    one, two, three = (kin(db, publication(name, **more)) for name, more in
                       (("1", {}), ("2", {"follows": "1"}), ("3", {"corrects": ("1", "unknown")})))  # fmt: skip
    assert [found.publication.native_id for found in one.later] == ["2"]
    assert [found.publication.native_id for found in one.corrected_by] == ["3"]
    assert [(found.native_id, found.update and found.update.publication.id) for found in two.former] == [
        ("1", uid("1"))
    ]
    assert [(found.native_id, found.update is not None) for found in three.corrects] == [
        ("1", True),
        ("unknown", False),
    ]
    assert (one.former, one.corrects, two.later, three.corrected_by) == ((), (), (), ())


def test_the_same_number_at_another_source_is_another_publication(db: Store) -> None:
    save(db, publication("1"), publication("2", source="ca_other", follows="1", corrects=("1",)))
    found = kin(db, publication("1"))
    assert (found.later, found.corrected_by) == ((), ())


def test_the_members_of_a_group_name_each_other_where_readers_see_them(db: Store) -> None:
    same = {"identifiers": {"celex": ("32024R3015",)}}
    save(db, publication("1", **same), publication("2", source="ca_other", **same))
    assert len(members_of(db, uid("1"))) == 2
    for source, native_id, other in (("us_example", "1", "2"), ("ca_other", "2", "1")):
        update = get(db, uid(native_id, source))
        assert update
        assert [found.publication.native_id for found in kin(db, update.publication).also_at] == [other]
    save(db, publication("2", source="ca_other", title="Nothing", **same))
    assert kin(db, publication("1", **same)).also_at == ()


def test_looking_for_kin_uses_the_indexes(db: Store) -> None:
    looked: list[str] = []

    class Watching:
        def execute(self, sql: str, parameters: object = ()) -> object:
            looked.extend(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall())
            return db.execute(sql, parameters)

        def close(self) -> None: ...

    kin(Watching(), publication("1"))
    assert any("publications_correcting" in step for step in looked)
    assert any("publications_by_former" in step for step in looked)
