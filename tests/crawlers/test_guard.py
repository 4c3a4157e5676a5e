"""Where requests may go."""

import socket
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.guard import GuardedResolver, Origin, is_public, parse_origin, refusal

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254",
    "ff02::1", "2001:db8::1", "3fff::1", "2002:7f00:1::", "2001:0:7f00:1::1", "100::1", "5f00::1", "", "localhost",
    "not an address",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "193.0.14.129", "2a00:1450:4001::1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


class Names:
    """A resolver that knows only literals, in every spelling that the system reads as an address."""

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> Any:
        receiver.resolutionBegan(None)
        for family, _type, _proto, _name, address in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
            kind = IPv6Address if family == socket.AF_INET6 else IPv4Address
            receiver.addressResolved(kind("TCP", str(address[0]), port))
        receiver.resolutionComplete()
        return receiver


class Receiver:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        """Nothing to note."""

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def resolved(name: str, port: int = 443, origin: Origin | None = None) -> tuple[list[str], GuardedResolver]:
    guard, receiver = GuardedResolver(Names(), origin), Receiver()
    guard.resolveHostName(receiver, name, port)
    assert receiver.complete
    return receiver.addresses, guard


@pytest.mark.parametrize(
    "name",
    ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "::1",
     "::ffff:127.0.0.1", "::ffff:7f00:1", "2852039166", "10.1", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_no_spelling_of_a_private_address_gets_through_the_resolver(name: str) -> None:
    addresses, guard = resolved(name)
    assert addresses == []
    assert name in guard.refused


def test_a_public_literal_gets_through_the_resolver() -> None:
    assert resolved("8.8.8.8")[0] == ["8.8.8.8"]


def test_an_allowed_origin_opens_exactly_its_host_and_port() -> None:
    origin = parse_origin("http://127.0.0.1:8765")
    assert resolved("127.0.0.1", 8765, origin)[0] == ["127.0.0.1"]
    assert resolved("127.0.0.1", 8766, origin)[0] == []
    assert resolved("127.1", 8765, origin)[0] == []
    assert resolved("8.8.8.8", 8765, origin)[0] == []


@pytest.mark.parametrize("text", ["127.0.0.1:80", "ftp://127.0.0.1", "http://", "http://127.0.0.1/path", "nonsense"])
def test_a_wrong_origin_is_named_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"crawl\.allowed_origin"):
        parse_origin(text)


def test_no_origin_is_none() -> None:
    assert parse_origin(None) is None
    assert parse_origin("") is None


@pytest.mark.parametrize(
    ("text", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost:1", True),
        ("http://10.0.0.1:1", False),
    ],
)
def test_only_this_machine_counts_as_loopback(text: str, loopback: bool) -> None:
    origin = parse_origin(text)
    assert origin is not None
    assert origin.is_loopback is loopback


@pytest.mark.parametrize("url", ["https://a.test/x", "http://a.test/x", "https://a.test:443/x", "http://a.test:80/"])
def test_a_declared_host_at_its_usual_port_may_be_asked(url: str) -> None:
    assert refusal(url, {"a.test"}) is None


@pytest.mark.parametrize(
    "url",
    ["https://b.test/", "https://sub.a.test/", "https://a.test.evil.test/", "https://a.test:8443/", "ftp://a.test/",
     "file:///etc/passwd", "data:text/plain,x", "https://user@a.test/", "https://a.test@evil.test/", "https:///x",
     "https://a.test:99999/", "http://[bad", "javascript:alert(1)"],
)  # fmt: skip
def test_everything_else_is_refused_with_a_reason(url: str) -> None:
    assert refusal(url, {"a.test"})
