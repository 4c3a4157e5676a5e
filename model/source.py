"""What a source declares about itself."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Republish(StrEnum):
    """How much of a source's words may be shown to others."""

    NONE = "none"
    SUMMARY = "summary"
    TEXT = "text"


class Confidence(StrEnum):
    """How surely we know the source's address and format."""

    SEEN = "seen"
    DOCUMENTED = "documented"
    CALLED = "called"
    CODE_ONLY = "code only"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Source:
    """One official publication channel.

    ``id`` is ``cc_body[_list]`` and never changes: it is part of identities. ``hosts`` are the only hosts that are
    asked. ``rhythm`` is how often we visit; ``silence_after`` is how long nothing new is normal. ``expected`` is the
    least number of rows that a healthy first listing holds (0 where an empty one is normal). ``requests_per_day``
    is a promise that the crawler keeps. ``needs_key``: its publisher answers only who has asked for a key.
    """

    id: str
    name: str
    publisher: str
    jurisdiction: str
    languages: tuple[str, ...]
    homepage: str
    hosts: tuple[str, ...]
    rhythm: timedelta
    silence_after: timedelta
    expected: int
    requests_per_day: int
    licence: str
    licence_url: str
    may_republish: Republish
    confidence: Confidence
    timezone: str = "UTC"
    known_gaps: str = ""
    needs_key: bool = False
