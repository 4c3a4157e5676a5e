"""How often one visitor may ask for something that costs others: a mail to somebody's address."""

import ipaddress
import threading
from collections import OrderedDict, deque
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


def visitor(host: str | None) -> str:
    """Whose requests count together: one IPv4 address, one IPv6 network of 64 bits (a household or an office)."""
    try:
        found = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
