import pytest

from extractors.charset import decode

WORDS = "Ministère – é"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (WORDS.encode(), "text/html; charset=iso-8859-1"),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?>{WORDS}'.encode(), None),
        (WORDS.encode("cp1252"), "text/html; charset=utf-8"),
        (WORDS.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + WORDS.encode(), None),
        (WORDS.encode("utf-16"), "text/html; charset=utf-8"),
    ],
)
def test_wrong_declarations_do_not_spoil_the_words(body: bytes, header: str | None) -> None:
    assert decode(body, header).endswith(WORDS)


def test_a_true_declaration_is_followed() -> None:
    assert decode('<meta charset="shift_jis">強制労働'.encode("shift_jis")).endswith("強制労働")
    assert decode("Zakaz pracy przymusowej ążć".encode("iso8859-2"), "text/html; charset=iso-8859-2").endswith("ążć")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"\x00", b"\x80\x81", "é".encode()[:1]])
def test_any_bytes_are_read_without_exception(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=no-such-thing"), str)
