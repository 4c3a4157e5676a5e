"""The words that members read, in the language in which we speak at the moment: gettext, and which catalogue is ours.

The English texts are the message ids, so that English needs no catalogue. Codes are messages too, as words
(``scripts/codes.py`` brings them into the catalogue).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations

_ENGLISH = NullTranslations()
_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=_ENGLISH)


def _(message: str) -> str:
    """``message`` in the language spoken; an empty one stays empty (in a catalogue it is the head of the file)."""
    return _spoken.get().gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a message that goes with ``count``, still with its blanks."""
    return _spoken.get().ngettext(one, many, count)


def language() -> str:
    """The language spoken, as the catalogue's head says (``Language``: BCP 47 or POSIX); ``en`` where it does not."""
    return str(_spoken.get().info().get("language") or "en").replace("_", "-")


@contextmanager
def speaking(translations: NullTranslations) -> Iterator[None]:
    """Within the block, all texts come from ``translations``."""
    before = _spoken.set(translations)
    try:
        yield
    finally:
        _spoken.reset(before)
