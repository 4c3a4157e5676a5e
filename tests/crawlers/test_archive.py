"""The archive: what is in it, and what a kill leaves of it."""

import gzip
import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.answers import Answer
from crawlers.archive import Archive, ArchiveError, Place, excerpt, payload_digest, read, records

WHEN = "2026-11-22T09:00:00Z"
BODY = b'{"rows": []}'


def answer(body: bytes = BODY, path: str = "list", **more: object) -> Answer:
    headers = (("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    return Answer(f"https://a.test/{path}", 200, headers, body, body, **more)  # type: ignore[arg-type]


def test_an_answer_comes_back_as_it_went_in(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "xx_a", "run1")
    place = archive.add(answer(), WHEN)
    kept = read(tmp_path, place)
    assert replace(kept.answer, protocol="HTTP/1.1") == answer()
    assert (kept.fetched_at, kept.digest) == (WHEN, payload_digest(BODY))
    assert place.warc == "xx_a/run1.warc.gz"


def test_a_compressed_body_is_kept_as_transferred(tmp_path: Path) -> None:
    packed = gzip.compress(BODY)
    given = Answer("https://a.test/", 200, (("Content-Encoding", "gzip"),), packed, BODY)
    kept = read(tmp_path, Archive(tmp_path, "xx_a", "run1").add(given, WHEN))
    assert (kept.answer.raw, kept.answer.body) == (packed, BODY)


def test_a_saved_file_without_address_keeps_its_name(tmp_path: Path) -> None:
    given = Answer(None, 200, (), BODY, BODY, name="es_boe/the sumario 1.json")
    kept = read(tmp_path, Archive(tmp_path, "xx_a", "run1").add(given, WHEN))
    assert (kept.answer.url, kept.answer.name) == (None, "es_boe/the sumario 1.json")


def test_a_cut_body_is_marked_as_such(tmp_path: Path) -> None:
    assert read(tmp_path, Archive(tmp_path, "xx_a", "run1").add(answer(cut=True), WHEN)).answer.cut


def test_a_known_payload_becomes_a_revisit_that_resolves_across_files(tmp_path: Path) -> None:
    first = Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)
    second = Archive(tmp_path, "xx_a", "run2").add(answer(path="again"), WHEN, first)
    third = Archive(tmp_path, "xx_a", "run3").add(answer(path="thrice"), WHEN, second)
    assert [first.revisit, second.revisit, third.revisit] == [False, True, True]
    kept = read(tmp_path, third)
    assert (kept.answer.body, kept.answer.url) == (BODY, "https://a.test/thrice")
    assert kept.refers_to == Place(first.warc, first.offset)
    with (tmp_path / third.warc).open("rb") as file:
        record = next(record for record in ArchiveIterator(file) if record.rec_type == "revisit")
    assert record.rec_headers.get_header("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")


def test_no_revisit_points_at_other_bytes_or_at_a_lost_file(tmp_path: Path) -> None:
    first = Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)
    assert not Archive(tmp_path, "xx_a", "run2").add(answer(b"other"), WHEN, first).revisit
    (tmp_path / first.warc).unlink()
    assert not Archive(tmp_path, "xx_a", "run3").add(answer(), WHEN, first).revisit


def test_other_programs_can_read_it_and_its_digests_hold(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "xx_a", "run1")
    for number in range(3):
        archive.add(answer(path=str(number), body=b"%d" % number), WHEN)
    with (tmp_path / archive.warc).open("rb") as file:
        iterator = ArchiveIterator(file, check_digests="raise")
        kinds = []
        for record in iterator:
            record.raw_stream.read()
            kinds.append(record.rec_type)
            assert record.rec_headers.protocol == "WARC/1.1"
    assert kinds == ["warcinfo", "response", "response", "response"]


def test_no_file_is_made_by_a_run_that_fetched_nothing(tmp_path: Path) -> None:
    Archive(tmp_path, "xx_a", "run1").close()
    assert not list(tmp_path.iterdir())


def test_a_file_is_never_opened_again_for_writing(tmp_path: Path) -> None:
    Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)
    with pytest.raises(FileExistsError):
        Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)


def test_a_torn_last_record_leaves_the_earlier_ones_readable(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "xx_a", "run1")
    first = archive.add(answer(path="1", body=os.urandom(5000)), WHEN)
    second = archive.add(answer(path="2", body=os.urandom(5000)), WHEN)
    archive.close()
    path = tmp_path / archive.warc
    os.truncate(path, path.stat().st_size - 700)
    assert read(tmp_path, first).answer.url == "https://a.test/1"
    with pytest.raises(ArchiveError, match=r"run1\.warc\.gz"):
        read(tmp_path, second)
    found = records(tmp_path, archive.warc)
    assert next(found).answer.url == "https://a.test/1"
    with pytest.raises(ArchiveError, match=r"run1\.warc\.gz"):
        next(found)


@pytest.mark.parametrize("content", [b"", b"not a WARC at all", gzip.compress(b"nor this")])
def test_a_file_that_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"x\.warc\.gz"):
        read(tmp_path, Place("x.warc.gz", 0))


def test_an_excerpt_is_a_warc_file_of_one_record_byte_for_byte(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "xx_a", "run1")
    archive.add(answer(path="before"), WHEN)
    place = archive.add(answer(b"other"), WHEN)
    archive.add(answer(b"behind"), WHEN)
    found = excerpt(tmp_path, place)
    assert found[-200:] in (tmp_path / place.warc).read_bytes()
    records_ = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(BytesIO(found))]
    assert [kind for kind, _ in records_] == ["warcinfo", "response"]
    assert records_[1][1] == b"other"


def test_an_excerpt_of_a_revisit_holds_the_record_that_it_stands_for(tmp_path: Path) -> None:
    first = Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)
    archive = Archive(tmp_path, "xx_a", "run2")
    near = archive.add(answer(b"new"), WHEN)
    far = archive.add(answer(path="again"), WHEN, first)
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(excerpt(tmp_path, far)))]
    assert kinds == ["warcinfo", "response", "warcinfo", "revisit"]
    same_file = archive.add(answer(b"new", "thrice"), WHEN, near)
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(excerpt(tmp_path, same_file)))]
    assert kinds == ["warcinfo", "response", "revisit"]


def test_an_excerpt_of_what_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    place = Archive(tmp_path, "xx_a", "run1").add(answer(), WHEN)
    for wrong in (Place("xx_a/none.warc.gz", 0), Place(place.warc, place.offset + 1), Place(place.warc, 10**9)):
        with pytest.raises(ArchiveError, match="no readable record"):
            excerpt(tmp_path, wrong)
