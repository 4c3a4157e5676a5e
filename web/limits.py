"""How often one visitor may ask for what costs others (a mail to somebody's address) or us (an answer of the API)."""

import ipaddress
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


class RateLimit:
    """At most ``most`` times within ``span`` for each key. Kept in memory: a restart forgives."""

    _MOST_KEYS = 10_000

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, now: datetime) -> int:
        """0 where it may be done now, and it counts as done; else the seconds until it may be."""
        with self._lock:
            times = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while len(self._seen) > self._MOST_KEYS:
                self._seen.popitem(last=False)
            while times and not times[0] <= now < times[0] + self._span:
                times.popleft()
            if len(times) >= self._most:
                return max(1, ceil((times[0] + self._span - now).total_seconds()))
            times.append(now)
            return 0


@dataclass(frozen=True, slots=True)
class Taken:
    """``wait``: 0 where it may be done now, else the seconds until it may be. ``left``: how often more at once.

    ``full``: the seconds until all of it may be done at once again.
    """

    wait: int
    left: int
    full: int


class Allowance:
    """At most ``most`` at once for each key, and as many again spread over ``span``: one time a key, however many come.

    The generic cell rate algorithm: of each key the time at which it will have paid for what it took.
    """

    _MOST_KEYS = 10_000

    def __init__(self, most: int, span: timedelta) -> None:
        self.most = most
        self.span = span
        self._paid: OrderedDict[str, datetime] = OrderedDict()

    def take(self, key: str, now: datetime) -> Taken:
        """Take one, if it may be done now."""
        paid = self._paid.pop(key, now)
        # A clock that was put back must not shut anybody out.
        start = paid if now < paid <= now + self.span else now
        after = start + self.span / self.most
        wait = after - self.span - now
        may = wait <= timedelta(0)
        self._paid[key] = after if may else start
        if len(self._paid) > self._MOST_KEYS:
            self._paid.popitem(last=False)
        owed = self._paid[key] - now
        left = int((self.span - owed) / (self.span / self.most))
        return Taken(0 if may else max(1, ceil(wait.total_seconds())), left, ceil(owed.total_seconds()))


def visitor(host: str | None) -> str:
    """Whose requests count together: one IPv4 address, one IPv6 network of 64 bits (a household or an office)."""
    try:
        found = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
