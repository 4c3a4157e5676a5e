"""The schedule of this process, as health looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """Times in UTC: when the schedule began, when it last woke and saw to everything, what comes next by its name.

    ``crawls`` is whether it visits sources; ``digest_due`` the moment of a digest that was due and is not made.
    """

    begun: datetime
    woken: datetime
    crawls: bool
    digest_due: datetime | None = None
    next_due: Mapping[str, datetime] = field(default_factory=dict)
