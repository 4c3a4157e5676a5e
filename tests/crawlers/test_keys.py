"""API keys go in last and come out first."""

import json
from urllib.parse import quote, quote_plus

import pytest

from crawlers.keys import Key

VALUE = "s3cr3t/k=y+1&é"


def test_a_key_becomes_the_parameter_of_the_query_once() -> None:
    key = Key("abc", param="api_key")
    assert key.into_url("https://a.test/x?q=1") == "https://a.test/x?q=1&api_key=abc"
    assert key.into_url("https://a.test/x?api_key=REDACTED&q=1") == "https://a.test/x?q=1&api_key=abc"


def test_a_key_becomes_a_header() -> None:
    assert Key("abc", header="X-Api-Key").into_headers() == {"X-Api-Key": "abc"}


def test_without_a_key_nothing_changes() -> None:
    key = Key("", header="X", param="p")
    assert key.into_url("https://a.test/?p=1") == "https://a.test/?p=1"
    assert key.into_headers() == {}
    assert key.out_of("text") == "text"
    assert key.out_of_bytes(b"text") == b"text"


@pytest.mark.parametrize(
    "spelling",
    [VALUE, quote(VALUE), quote(VALUE, safe=""), quote_plus(VALUE), quote(VALUE, safe="").lower(),
     json.dumps(VALUE)[1:-1], VALUE.replace("&", "&amp;"), json.dumps(VALUE)[1:-1].replace("/", "\\/"),
     quote(VALUE, safe="").replace("%", "%25")],
)  # fmt: skip
def test_every_spelling_of_a_key_is_replaced(spelling: str) -> None:
    assert Key(VALUE).out_of(f"before {spelling} after") == "before REDACTED after"
    assert Key(VALUE).out_of_bytes(f"before {spelling} after".encode()) == b"before REDACTED after"


def test_a_key_in_utf_16_is_replaced() -> None:
    assert Key(VALUE).out_of_bytes(f"x{VALUE}y".encode("utf-16-le")) == "xREDACTEDy".encode("utf-16-le")
