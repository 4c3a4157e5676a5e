"""Whether an answer may be read at all: decided the same way when it comes and when the archive is read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from crawlers.challenges import challenge
from crawlers.health import Finding
from model.codes import Outcome
from model.payload import Payload

Headers = tuple[tuple[str, str], ...]
_READ = (200, 203)
# Some sources answer so with words of their own: no issue on this day, a page that is gone, a choice of parts.
_PERHAPS = (300, 404, 410)
_LONGEST_TITLE = 120
_KEPT_OUT = (401, 402, 403, 407, 451)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it came.

    ``url`` is the address that answered, None for a saved file. ``raw`` is the body as transferred (its content
    encoding kept), ``body`` without it. ``cut`` is true where the end of the body did not come. No key is in it.
    """

    url: str | None
    status: int
    headers: Headers
    raw: bytes
    body: bytes
    cut: bool = False
    name: str = ""
    protocol: str = "HTTP/1.1"

    @property
    def fields(self) -> Mapping[str, str]:
        """The headers by lower-case name; of several with one name, the last."""
        return {name.lower(): value for name, value in self.headers}

    @property
    def title(self) -> str:
        """What messages call it; of a long address, a question in a query language for example, its beginning."""
        title = self.name or self.url or "an unnamed payload"
        return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"

    @property
    def address(self) -> str:
        """What stands for it in the archive and the store: its URL, or ``file:`` and its name."""
        return self.url or f"file:{quote(self.name)}"

    @property
    def payload(self) -> Payload:
        return Payload(self.body, self.url, self.fields.get("content-type"), self.status, self.title)


def hindrance(answer: Answer) -> Finding | None:
    """Why ``answer`` must not be read as what the source publishes, or None."""
    if answer.status in _KEPT_OUT:
        return Finding(Outcome.BLOCKED, f"{_who(answer)} answered {_status(answer.status)}")
    if wall := challenge(answer.body, answer.fields):
        return Finding(Outcome.BLOCKED, f"{_who(answer)} answered with a page that keeps programs out ({wall})")
    if answer.cut:
        return Finding(Outcome.PARTIAL, f"{answer.title} came cut off or damaged and was not read")
    if answer.status in (*_READ, *_PERHAPS):
        return None
    outcome = Outcome.SUSPICIOUS if answer.status < 300 else Outcome.FAILED
    return Finding(outcome, f"{_who(answer)} answered {_status(answer.status)}")


def without_words(answer: Answer) -> Finding | None:
    """For an answer that the parser does not know: a document that is not there, if its status says so.

    It does not spoil the run: asking again in full would not bring it.
    """
    if answer.status not in _PERHAPS:
        return None
    return Finding(Outcome.FAILED, f"{_who(answer)} answered {_status(answer.status)}", spoils=False)


def _who(answer: Answer) -> str:
    if not answer.url:
        return answer.title
    parts = urlsplit(answer.url)
    return f"{parts.hostname} (asked for {parts.path or '/'})"


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
