import pytest

from extractors.document import Document, as_list
from model.payload import Payload, PayloadError


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b'{"a": 1}', "json"),
        (b" [1]", "json"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"<a/>", "xml"),
        (b"<!DOCTYPE html><p>x", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html/>", "html"),
        (b"Moved", "text"),
    ],
)
def test_the_content_says_what_a_payload_is(body: bytes, form: str) -> None:
    assert Document(Payload(body, content_type="text/html")).format == form


def test_broken_payloads_are_refused_in_words() -> None:
    with pytest.raises(PayloadError, match="JSON"):
        _ = Document(Payload(b'{"a": ')).json
    with pytest.raises(PayloadError, match="XML"):
        _ = Document(Payload(b"<a><b></a>")).xml


def test_entities_of_a_payload_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    try:
        text = "".join(str(part) for part in Document(Payload(bomb)).xml.itertext())
    except PayloadError:
        return
    assert "root" not in text


@pytest.mark.parametrize(("value", "listed"), [(None, []), ("a", ["a"]), (["a"], ["a"]), ({}, [{}])])
def test_one_or_many_is_a_list(value: object, listed: list[object]) -> None:
    assert as_list(value) == listed


def test_a_number_that_nobody_can_mean_is_refused_in_words() -> None:
    with pytest.raises(PayloadError, match="JSON"):
        _ = Document(Payload(b'{"count": ' + b"9" * 6000 + b"}")).json


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_kept() -> None:
    body = b'{"title": "\\ud83d\\ude00 and \\ud800 alone", "id": "x\\udfff"}'
    assert Document(Payload(body)).json == {"title": "\U0001f600 and \ufffd alone", "id": "x\ufffd"}
