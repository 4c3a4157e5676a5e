"""What a crawl is told from outside, and what it tells."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from crawlers.health import ALARMING
from model.codes import Outcome
from model.publication import Publication
from model.tags import Tags


def _say_nothing(line: str) -> None:
    del line


def _token() -> str:
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """``now`` gives the time in UTC. ``since`` is the first day wanted (None: since the last complete run).

    ``replay`` is a WARC file or a folder of recordings that answers instead of the network. ``allowed_origin``
    (``http://127.0.0.1:8080``) takes all requests with their original Host. ``delay`` is the pause between two
    requests to one host in seconds (never below 1 unless that origin is this machine). ``keys`` are API keys by
    source. ``say`` takes progress lines; ``token`` gives the random part of a run's name.
    """

    now: Callable[[], datetime]
    since: date | None = None
    replay: Path | None = None
    user_agent: str = "vigilex"
    allowed_origin: str | None = None
    delay: float = 1.0
    keys: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = _say_nothing
    token: Callable[[], str] = _token


@dataclass(frozen=True, slots=True)
class Tagging:
    """The two questions that a crawl asks about texts: whether a title may matter, and what a publication is about."""

    may_matter: Callable[[str], bool]
    tag: Callable[[Publication], Tags]


@dataclass(frozen=True, slots=True)
class RunReport:
    """How one run of a source ended. ``not_recorded`` are the requests that a replay could not answer."""

    source: str
    run: str
    outcome: Outcome
    reason: str
    counts: Mapping[str, int]
    not_recorded: tuple[str, ...] = ()

    @property
    def alarming(self) -> bool:
        """Whether this run makes the command fail."""
        return self.outcome in ALARMING
