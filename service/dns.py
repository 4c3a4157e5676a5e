"""Questions to the DNS, with an end."""

import time
from collections.abc import Callable

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, Resolver

Lookup = Callable[[str], list[str]]
"""Given a name: its TXT records, each put together from its strings; none where there is no such name.

Raises DnsUnreachable where nobody could tell.
"""


class DnsUnreachable(Exception):
    """Raised where a question got no answer: in a sentence's words."""


def txt_lookup(seconds: float, clock: Callable[[], float] = time.monotonic) -> Lookup:
    """Asks the resolver of this machine, for ``seconds`` in all, however many questions there are."""
    end = clock() + seconds

    def lookup(name: str) -> list[str]:
        left = end - clock()
        if left <= 0:
            raise DnsUnreachable(f"no answer within {seconds:g} seconds")
        try:
            answer = Resolver().resolve(name, "TXT", lifetime=left, raise_on_no_answer=False)
        except NXDOMAIN:
            return []
        except (DNSException, OSError) as error:
            raise DnsUnreachable(type(error).__name__) from None
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer.rrset or ()]

    return lookup
