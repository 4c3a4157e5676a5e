"""What people type as their mail address."""

import pytest

from alerts.addresses import NoAddress, address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.Perez+law@EXAMPLE.org\n", "Ana.Perez+law@example.org"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_taken_with_its_domain_as_the_mail_server_wants_it(typed: str, meant: str) -> None:
    assert address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "ana@", "@example.org", "ana@example", "ana@@example.org", "a b@example.org", "ana@exa mple.org",
     ".ana@example.org", "ana..p@example.org", "ana@-example.org", "ana@example..org", "ana@127.0.0.1",
     "ana@[127.0.0.1]", "ana@example.org\nBcc: all@example.org", "ana@example.org, b@example.org", "<ana@example.org>",
     "añá@example.org",
     "x" * 65 + "@example.org", "ana@" + "a" * 64 + ".org", "ana\x00@example.org", "ana@example.org\x00",
     "ana@." * 500],
)  # fmt: skip
def test_what_is_no_address_is_said(typed: str) -> None:
    with pytest.raises(NoAddress, match="no mail address"):
        address(typed)
