"""What one run knows about each host, and how it says that a request was not answered."""

from dataclasses import dataclass, field

from protego import Protego
from scrapy.exceptions import IgnoreRequest

from crawlers.health import Finding


class NotFetched(IgnoreRequest):
    """Raised where a request gets no answer that can be kept. ``again`` tells whether trying again may help."""

    def __init__(self, finding: Finding, *, again: bool = False) -> None:
        super().__init__(finding.text)
        self.finding = finding
        self.again = again


class NotRecorded(IgnoreRequest):
    """Raised in a replay for a request that the recording does not answer."""


@dataclass(slots=True)
class Host:
    """One host in one run.

    ``closed`` is why nothing more is asked there. ``open_at`` is the monotonic time before which nothing is asked;
    ``delay`` are the seconds that its robots.txt wants between two requests.
    ``failures`` counts requests without an answer, in a row. ``rules`` is its robots.txt, once read.
    """

    name: str
    closed: Finding | None = None
    open_at: float = 0.0
    delay: float = 0.0
    failures: int = 0
    rules: Protego | None = None


@dataclass(slots=True)
class HostBook:
    """The hosts of one run, by name."""

    hosts: dict[str, Host] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Host:
        return self.hosts.setdefault(name, Host(name))
