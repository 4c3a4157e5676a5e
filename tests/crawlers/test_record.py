import pytest

from crawlers.bases.record import Record
from model.payload import PayloadError


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True])
def test_a_value_of_the_wrong_kind_is_never_taken_for_a_missing_one(value: object) -> None:
    with pytest.raises(PayloadError, match="title"):
        Record({"title": value}).text("title")


def test_a_broken_date_is_left_out_and_noted() -> None:
    record = Record({"closing": "soon"}, "row 1")
    assert record.day("closing") is None
    assert [(problem.record, problem.field) for problem in record.problems] == [("row 1", "closing")]


def test_problems_of_an_object_within_belong_to_the_record() -> None:
    record = Record({"details": {"closing": "soon"}}, "row 1")
    record.record("details").day("closing")
    assert len(record.problems) == 1


def test_one_or_many_objects_are_read_alike() -> None:
    assert [len(Record({"a": value}).records("a")) for value in (None, "", {"b": 1}, [{"b": 1}, {"b": 2}])] == [
        0,
        0,
        1,
        2,
    ]
