"""One response of a source, or one saved file of it: all that a parser may look at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payload:
    """The decoded body (content encoding removed, characters not yet decoded) and what came with it.

    ``url`` is None for a saved file of unknown address. ``name`` is what messages call it: the address or file name.
    ``content_type`` is the header as it came, with its charset.
    """

    body: bytes
    url: str | None = None
    content_type: str | None = None
    status: int = 200
    name: str = ""


class PayloadError(ValueError):
    """Raised by a parser when a payload is not what the source publishes: cut, changed, or something else.

    The message names the field and what is wrong with it; who reports it names the payload.
    """
