"""API keys: put into a request in the last moment, and taken out of all that comes back. They never reach disk."""

import html
import json
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

REDACTED = "REDACTED"


@dataclass(frozen=True)
class Key:
    """A key and the place where its source wants it: a header or a parameter of the query.

    An empty ``value`` is no key: nothing is put in and nothing replaced.
    """

    value: str = ""
    header: str | None = None
    param: str | None = None

    def into_url(self, url: str) -> str:
        """``url`` with the key as its parameter, in place of a redacted one."""
        if not (self.value and self.param):
            return url
        parts = urlsplit(url)
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != self.param]
        return urlunsplit(parts._replace(query=urlencode([*query, (self.param, self.value)])))

    def into_headers(self) -> dict[str, str]:
        return {self.header: self.value} if self.value and self.header else {}

    def out_of(self, text: str) -> str:
        """``text`` with every spelling of the key replaced."""
        for spelling in self._spellings:
            text = text.replace(spelling, REDACTED)
        return text

    def out_of_bytes(self, body: bytes) -> bytes:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            for spelling in self._spellings:
                body = body.replace(spelling.encode(encoding), REDACTED.encode(encoding))
        return body

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """The key as it may stand in a URL, a page or JSON; the longest first, since one may hold another."""
        if not self.value:
            return ()
        in_json = json.dumps(self.value)[1:-1]
        found = {self.value, quote(self.value, safe=""), quote(self.value), quote_plus(self.value)}
        found |= {spelling.replace("%", "%25") for spelling in found} | {quote(self.value, safe="").lower()}
        found |= {html.escape(self.value), in_json, in_json.replace("/", "\\/")}
        return tuple(sorted(found, key=len, reverse=True))
