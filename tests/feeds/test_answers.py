"""Conditional requests for documents in memory."""

import gzip
from datetime import UTC, datetime

import pytest

from feeds.answers import Answer, answer, held

BODY = b"<feed>" + b" " * 1_000 + b"</feed>"
DOCUMENT = held(BODY, "application/atom+xml", datetime(2026, 11, 22, 9, 0, 0, 7, tzinfo=UTC))
SENT = "Sun, 22 Nov 2026 09:00:00 GMT"


def ask(method: str = "GET", **headers: str) -> Answer:
    return answer(DOCUMENT, method, {name.replace("_", "-"): value for name, value in headers.items()})


def header(found: Answer, name: str) -> str | None:
    values = [value.decode() for key, value in found.headers if key == name.encode()]
    assert len(values) <= 1
    return values[0] if values else None


def test_a_document_comes_with_its_validators() -> None:
    found = ask()
    assert (found.status, found.body) == (200, BODY)
    assert header(found, "content-type") == "application/atom+xml; charset=utf-8"
    assert header(found, "content-length") == str(len(BODY))
    assert header(found, "last-modified") == SENT
    assert header(found, "vary") == "Accept-Encoding"
    assert (
        header(
            found,
            "etag",
        )
        == DOCUMENT.plain.etag
    )
    assert header(found, "content-encoding") is None


def test_a_compressed_document_has_a_validator_of_its_own() -> None:
    found = ask(accept_encoding="br, gzip")
    assert gzip.decompress(found.body) == BODY
    assert header(found, "content-encoding") == "gzip"
    assert header(found, "content-length") == str(len(found.body))
    assert header(found, "etag") != DOCUMENT.plain.etag


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True), ("GZIP;q=0.5", True), ("*", True), ("deflate, gzip;q=1.0", True), ("gzip;q=0", False),
        ("gzip;q=0.0, *", False), ("identity", False), ("", False), ("br", False), ("gzip;q=nonsense", False),
    ],
)  # fmt: skip
def test_gzip_is_sent_only_where_it_is_accepted(accepted: str, packed: bool) -> None:
    assert (header(ask(accept_encoding=accepted), "content-encoding") == "gzip") is packed


@pytest.mark.parametrize(
    "tags",
    [DOCUMENT.plain.etag, DOCUMENT.gzip.etag, f"W/{DOCUMENT.plain.etag}", f'"other", {DOCUMENT.plain.etag}', "*"],
)
def test_a_reader_that_has_the_document_gets_no_body(tags: str) -> None:
    for method in ("GET", "HEAD"):
        found = ask(method, if_none_match=tags)
        assert (found.status, found.body) == (304, b"")
        assert header(found, "etag") == DOCUMENT.plain.etag
        assert header(found, "content-length") is None


def test_a_reader_that_has_another_document_gets_this_one() -> None:
    assert ask(if_none_match='"other"').status == 200
    assert ask(if_none_match="").status == 200
    assert ask(if_none_match='"other"', if_modified_since=SENT).status == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [(SENT, 304), ("Sun, 22 Nov 2026 09:00:01 GMT", 200), ("Sat, 21 Nov 2026 09:00:00 GMT", 200), ("nonsense", 200)],
)
def test_a_time_counts_only_where_it_is_the_one_that_was_sent(since: str, status: int) -> None:
    assert ask(if_modified_since=since).status == status


def test_head_says_what_get_would_send() -> None:
    for accepted in ("", "gzip"):
        get, head = ask(accept_encoding=accepted), ask("HEAD", accept_encoding=accepted)
        assert (head.status, head.headers, head.body) == (200, get.headers, b"")


def test_what_is_not_there_is_not_found_and_nothing_can_be_changed() -> None:
    assert answer(None, "GET", {}).status == 404
    assert answer(None, "HEAD", {}).body == b""
    refused = ask("POST")
    assert (refused.status, header(refused, "allow")) == (405, "GET, HEAD")
