"""Whether an answer may be read, before any parser sees it."""

import pytest

from crawlers.answers import Answer, hindrance, without_words


def answer(status: int, body: bytes = b"{}", cut: bool = False) -> Answer:
    return Answer("https://a.test/list?q=1", status, (), body, body, cut)


@pytest.mark.parametrize("status", [200, 203, 300, 404, 410])
def test_an_answer_with_words_of_its_own_is_read(status: int) -> None:
    assert hindrance(answer(status)) is None


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (401, "blocked", "answered 401 Unauthorized"),
        (403, "blocked", "a.test (asked for /list) answered 403 Forbidden"),
        (451, "blocked", "451"),
        (202, "suspicious", "202 Accepted"),
        (206, "suspicious", "206"),
        (302, "failed", "302 Found"),
        (400, "failed", "400 Bad Request"),
        (500, "failed", "500 Internal Server Error"),
        (599, "failed", "answered 599"),
    ],
)
def test_other_answers_are_named_by_host_path_and_status(status: int, outcome: str, words: str) -> None:
    found = hindrance(answer(status))
    assert found is not None
    assert found.outcome == outcome
    assert words in found.text


def test_a_cut_answer_is_not_read_and_a_challenge_is_told_first() -> None:
    cut = hindrance(answer(200, cut=True))
    assert cut is not None
    assert cut.outcome == "partial"
    wall = hindrance(answer(503, b"<html><title>Just a moment...</title></html>"))
    assert wall is not None
    assert wall.outcome == "blocked"


def test_a_missing_document_does_not_spoil_the_run() -> None:
    found = without_words(answer(404))
    assert found is not None
    assert not found.spoils
    assert without_words(answer(200)) is None


def test_a_saved_file_is_called_by_its_name_and_stored_under_it() -> None:
    saved = Answer(None, 200, (), b"", b"", name="es_boe/a b.xml")
    assert (saved.title, saved.address, saved.payload.url) == ("es_boe/a b.xml", "file:es_boe/a%20b.xml", None)


def test_a_long_address_is_named_by_its_beginning() -> None:
    title = Answer("https://a.test/sparql?query=" + "x" * 2000, 200, (), b"", b"").title
    assert title.startswith("https://a.test/sparql?query=x")
    assert len(title) == 121
