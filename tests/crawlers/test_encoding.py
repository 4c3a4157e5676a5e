"""Content encodings, their end markers and their limits."""

import gzip
import zlib

import pytest

from crawlers.encoding import decoded

TEXT = b"On forced labour in supply chains. " * 500


def raw_deflate(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, None),
        (TEXT, "identity"),
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "X-GZIP"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (gzip.compress(gzip.compress(TEXT)), "gzip, gzip"),
        (gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), "gzip"),
        (gzip.compress(TEXT) + b"\0\0\0 padding", "gzip"),
    ],
)
def test_a_whole_body_comes_out_whole(body: bytes, encoding: str | None) -> None:
    found = decoded(body, encoding)
    assert (found.body, found.fault) == (TEXT, None)


@pytest.mark.parametrize("missing", [1, 4, 8, 20])
@pytest.mark.parametrize(("pack", "encoding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate")])
def test_a_body_without_its_end_marker_is_cut(pack: type, encoding: str, missing: int) -> None:
    found = decoded(pack(TEXT)[:-missing], encoding)
    assert found.fault == "cut"
    assert TEXT.startswith(found.body)


def test_a_bomb_is_stopped_at_the_limit() -> None:
    found = decoded(gzip.compress(b"\0" * 1_000_000), "gzip", most=1000)
    assert found.fault == "too large"
    assert len(found.body) <= 1001


def test_a_bomb_in_a_bomb_is_stopped_at_the_limit() -> None:
    found = decoded(gzip.compress(gzip.compress(b"\0" * 1_000_000)), "gzip, gzip", most=1000)
    assert found.fault == "too large"


def test_a_body_that_is_exactly_as_large_as_allowed_passes() -> None:
    assert decoded(gzip.compress(b"x" * 1000), "gzip", most=1000).fault is None
    assert decoded(b"x" * 1001, None, most=1000).fault == "too large"


def test_damaged_and_unknown_encodings_are_told_apart() -> None:
    assert decoded(b"plain text", "gzip").fault == "broken"
    assert decoded(b"plain text", "br").fault == "unknown encoding"
    assert decoded(b"", "gzip").fault is None
