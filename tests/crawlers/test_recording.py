"""Which recorded answer a request gets."""

import os
from pathlib import Path

import pytest

from crawlers.archive import ArchiveError
from crawlers.recording import RecordingError, is_address, open_recording
from tests.crawlers.harness import write_table

LISTED = [
    ("a/1.json", "xx_a", "https://a.test/list?page=1&q=x%20y", b"one"),
    ("a/2.json", "xx_a", "https://a.test/list?page=2", b"two"),
    ("a/3.json", "xx_a", "https://a.test/... (one of the issue)", b"three"),
    ("b/1.json", "xx_b", "https://a.test/list?page=9", b"of b"),
]


@pytest.mark.parametrize(
    ("text", "absolute"),
    [
        ("https://a.test/x", True),
        ("http://a.test", True),
        ("https://a.test/x?conditions[term]=y", True),
        ("https://a.test/x (part of it)", False),
        ("https://a.test/{id}", False),
        ("FRL subscription e-mail", False),
        ("/relative", False),
        ("ftp://a.test/x", False),
        ("", False),
        ("https://[broken", False),
    ],
)
def test_only_an_absolute_address_and_nothing_else_can_match(text: str, absolute: bool) -> None:
    assert is_address(text) is absolute


def test_the_exact_address_comes_before_the_same_path_and_each_answer_once(tmp_path: Path) -> None:
    recording = open_recording(write_table(tmp_path, LISTED))
    names = [found.name if (found := recording.answer("xx_a", url)) else None for url in (
        "https://a.test/list?page=2", "https://a.test/list?page=7", "https://a.test/list?page=8")]  # fmt: skip
    assert names == ["a/2.json", "a/1.json", None]


def test_spellings_of_one_address_are_equal(tmp_path: Path) -> None:
    recording = open_recording(write_table(tmp_path, LISTED))
    found = recording.answer("xx_a", "https://a.test/list?page=1&q=x+y")
    assert found is not None
    assert found.name == "a/1.json"


def test_an_answer_belongs_to_the_source_that_the_table_says(tmp_path: Path) -> None:
    recording = open_recording(write_table(tmp_path, LISTED))
    found = recording.answer("xx_b", "https://a.test/list")
    assert found is not None
    assert found.name == "b/1.json"


def test_what_nothing_asked_for_is_left_over_once(tmp_path: Path) -> None:
    recording = open_recording(write_table(tmp_path, LISTED))
    recording.answer("xx_a", "https://a.test/list?page=2")
    assert [left.name for left in recording.left_over("xx_a", ("a.test",))] == ["a/1.json", "a/3.json"]
    assert not list(recording.left_over("xx_a", ("a.test",)))


def test_sources_without_a_spider_are_counted(tmp_path: Path) -> None:
    recording = open_recording(write_table(tmp_path, LISTED))
    assert recording.without_spider(["xx_a"]) == {"xx_b": 1}
    assert recording.sources({"xx_a": ("a.test",), "xx_c": ("c.test",)}) == ["xx_a"]


def test_a_path_without_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=str(tmp_path)):
        open_recording(tmp_path)
    with pytest.raises(RecordingError, match="nowhere"):
        open_recording(tmp_path / "nowhere")


def test_a_table_without_its_columns_is_named(tmp_path: Path) -> None:
    (tmp_path / "SOURCES.tsv").write_text("file\tnote\nx\ty\n")
    with pytest.raises(RecordingError, match=r"SOURCES\.tsv has no column original_url, source_id"):
        open_recording(tmp_path)


@pytest.mark.parametrize(
    "name", ["../secret.json", "{folder}/../secret.json", "a/../../secret.json", "a\0b", "a", "pipe"]
)
def test_a_table_can_only_name_files_of_its_own_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_bytes(b"not for the archive")
    folder = write_table(tmp_path / "recorded", LISTED)
    os.mkfifo(folder / "pipe")
    name = name.replace("{folder}", str(folder))
    (folder / "SOURCES.tsv").write_text(f"file\tsource_id\toriginal_url\n{name}\txx_a\t\n", encoding="utf-8")
    (recorded,) = open_recording(folder).answers
    with pytest.raises(ArchiveError, match=r"not in the folder of its table|no file"):
        recorded.load()


def test_an_answer_without_a_source_belongs_to_its_host_or_is_named_as_unclaimed(tmp_path: Path) -> None:
    lines = [("a.json", "", "https://a.test/1", b"a"), ("b.json", "", "", b"b")]
    recording = open_recording(write_table(tmp_path, lines))
    assert recording.sources({"xx_a": ("a.test",), "xx_b": ("b.test",)}) == ["xx_a"]
    assert recording.without_owner(["a.test", "b.test"]) == ["b.json"]


def test_a_table_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    folder = write_table(tmp_path, [("a.json", "xx_a", "https://a.test/" + "x" * 200_000, b"a")])
    with pytest.raises(RecordingError, match=r"cannot be read: field larger"):
        open_recording(folder)


def test_a_folder_of_which_nothing_can_be_read_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "odd.warc.gz").write_bytes(b"\x0b\xff\x00 any bytes")
    with pytest.raises(RecordingError, match="nothing to replay") as raised:
        open_recording(tmp_path)
    assert "any bytes" not in str(raised.value)
