"""Where a request may go: declared hosts, http(s), and public addresses only.

The address is checked where it is used: :class:`GuardedResolver` is the only resolver of the process, and a
connection is made to the very addresses that it lets through. So neither a redirect, nor an odd spelling
(``2130706433``, ``0x7f.1``, ``::ffff:127.0.0.1``), nor a name that changes its address can lead to a private network.
"""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

_UNICAST = IPv6Network("2000::/3")
# Tunnels and examples inside global unicast: 6to4 and Teredo hide an IPv4 address, RFC 9637 is for documentation.
_ODD = (IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Origin:
    """The one host and port that all requests are sent to instead of their own: an intranet mirror."""

    scheme: str
    host: str
    port: int

    @property
    def address(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_origin(text: str | None) -> Origin | None:
    """The origin that a setting names (``http://127.0.0.1:8080``). Raises ValueError with a sentence."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"crawl.allowed_origin must look like http://127.0.0.1:8080, not {text!r}")
    return Origin(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))


def installed_reactor() -> Any:
    """The reactor that Scrapy has installed."""
    # Importing it would install another one than Scrapy wants where there is none yet.
    return sys.modules["twisted.internet.reactor"]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return _is_public_v4(found.ipv4_mapped)
        if found in _NAT64:
            return _is_public_v4(IPv4Address(int(found) & 0xFFFFFFFF))
        return found in _UNICAST and found.is_global and not any(found in network for network in _ODD)
    return _is_public_v4(found)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def refusal(url: str, hosts: Collection[str]) -> str | None:
    """Why ``url`` must not be asked, or None where it may: http(s), a declared host, its usual port, no user name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "it is no address"
    if parts.scheme not in ("http", "https"):
        return f"we ask over http and https only, not {parts.scheme or 'without a scheme'}"
    if (parts.hostname or "") not in hosts:
        return f"{parts.hostname or 'an empty name'} is not a host of this source"
    if port not in (None, 443 if parts.scheme == "https" else 80):
        return f"port {port} is not the usual one"
    return "it carries a user name" if "@" in parts.netloc else None


@implementer(IHostnameResolver)
class GuardedResolver:
    """Lets only public addresses through; with an allowed origin, only that host and port and nothing else.

    ``refused`` keeps, for messages, the last address of each name that was not let through.
    """

    def __init__(self, resolver: Any, origin: Origin | None) -> None:
        self.resolver = resolver
        self.origin = origin
        self.refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "GuardedResolver":
        return cls(reactor.nameResolver, parse_origin(crawler.settings["VIGILEX_ALLOWED_ORIGIN"]))

    def install_on_reactor(self) -> None:
        installed_reactor().installNameResolver(self)

    def permits(self, name: str, port: int, address: str) -> bool:
        if self.origin:
            return (name, port) == (self.origin.host, self.origin.port)
        return is_public(address)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        receiver = _Sieve(self, resolutionReceiver, hostName, portNumber)
        return self.resolver.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Sieve:
    """Hands on the addresses of one name that the guard permits."""

    def __init__(self, guard: GuardedResolver, receiver: Any, name: str, port: int) -> None:
        self.guard, self.receiver, self.name, self.port = guard, receiver, name, port

    def resolutionBegan(self, resolution: Any) -> None:
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if self.guard.permits(self.name, self.port, address.host):
            self.receiver.addressResolved(address)
        else:
            self.guard.refused[self.name] = address.host

    def resolutionComplete(self) -> None:
        self.receiver.resolutionComplete()
