"""The last step before the network: where keys go in and out, where an intranet mirror takes over, where bodies are
decoded. Nothing above this handler ever sees a key or a body in its content encoding.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from twisted.web.client import ResponseFailed

from crawlers.answers import Answer
from crawlers.encoding import MOST_BYTES, Decoded, decoded
from crawlers.guard import Origin, installed_reactor, parse_origin
from crawlers.health import Finding
from crawlers.hosts import NotFetched
from crawlers.keys import Key
from crawlers.settings import SECONDS_PER_FETCH
from model.codes import Outcome

_HEADER_BYTES = 256 * 1024
_MIB = MOST_BYTES // (1024 * 1024)


class Received(Response):
    """A Scrapy response that carries our own :class:`Answer`."""

    def __init__(self, answer: Answer, request: Request) -> None:
        super().__init__(request.url, status=answer.status, body=answer.body, request=request)
        self.answer = answer


class _BoundedParser(_LenientHTTPClientParser):
    """Gives up on headers that do not end; Twisted bounds a line of them, not their number."""

    taken = 0

    def headerReceived(self, name: bytes, value: bytes) -> None:
        self.taken += len(name) + len(value)
        if self.taken > _HEADER_BYTES:
            raise ValueError("the headers do not end")
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        # As Scrapy does itself: Twisted names the parser's class nowhere else.
        self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        del addr
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class WireHandler(HTTP11DownloadHandler):
    """Sends one request and gives back its answer, or raises NotFetched with a sentence about why there is none."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.origin = parse_origin(crawler.settings["VIGILEX_ALLOWED_ORIGIN"])
        self._pool._factory = _BoundedFactory
        # Retries are counted and spaced by PatienceMiddleware alone.
        self._pool.retryAutomatically = False
        # Its warnings quote requests as they were sent, with the key; all they say is in our findings.
        logging.getLogger(HTTP11DownloadHandler.__module__).disabled = True

    async def download_request(self, request: Request) -> Response:
        visit = self.crawler.spider.visit  # type: ignore[union-attr]
        key = Key() if request.meta.get("robots") else visit.key
        sent = to_origin(keyed(request, key), self.origin)
        try:
            response = await visit.unless_stopped(super().download_request(sent))
        except NotFetched:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the network does is a finding; its words may hold the key
            raise unreached(request, error) from None
        return Received(received(response, request, key), request)


def keyed(request: Request, key: Key) -> Request:
    return request.replace(url=key.into_url(request.url), headers={**request.headers, **key.into_headers()})


def to_origin(request: Request, origin: Origin | None) -> Request:
    """The same request, sent to the one allowed origin with its own Host."""
    if origin is None:
        return request
    parts = urlsplit(request.url)
    path = parts._replace(scheme="", netloc="", fragment="").geturl()
    slash = "" if path.startswith("/") else "/"
    return request.replace(url=f"{origin.address}{slash}{path}", headers={**request.headers, "Host": parts.netloc})


def received(response: Response, request: Request, key: Key) -> Answer:
    """The answer, decoded and without key. Raises NotFetched where it is too large or in no encoding of ours."""
    headers = [
        (key.out_of(name.decode("latin-1")), key.out_of(value.decode("latin-1")))
        for name, values in response.headers.items()
        for value in values
    ]
    encoding = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    unpacked = decoded(response.body, encoding)
    _check(unpacked, request, encoding)
    raw, body = response.body, key.out_of_bytes(unpacked.body)
    if body != unpacked.body or key.out_of_bytes(raw) != raw:
        raw = body
        headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
        headers = [(name, str(len(raw)) if name.lower() == "content-length" else value) for name, value in headers]
    cut = "dataloss" in response.flags or unpacked.fault in ("cut", "broken")
    return Answer(
        request.url, response.status, tuple(headers), raw, body, cut, protocol=response.protocol or "HTTP/1.1"
    )


def _check(unpacked: Decoded, request: Request, encoding: str) -> None:
    if unpacked.fault == "too large":
        raise NotFetched(Finding(Outcome.SUSPICIOUS, f"{_who(request)} sent more than {_MIB} MiB once unpacked"))
    if unpacked.fault == "unknown encoding":
        raise NotFetched(
            Finding(
                Outcome.SUSPICIOUS,
                f"{_who(request)} sent its answer in an encoding that we did not ask for ({encoding})",
            )
        )


def unreached(request: Request, error: Exception) -> NotFetched:
    """The sentence for an error of the network. Only those that may pass by themselves are tried again."""
    host = urlsplit(request.url).hostname or ""
    if isinstance(error, CannotResolveHostError):
        return _name_not_found(host)
    if isinstance(error, DownloadCancelledError):
        return NotFetched(Finding(Outcome.SUSPICIOUS, f"{_who(request)} sent more than {_MIB} MiB"))
    if isinstance(error, DownloadTimeoutError):
        text = f"{_who(request)} gave no complete answer within {SECONDS_PER_FETCH} seconds"
        return NotFetched(Finding(Outcome.FAILED, text), again=True)
    if _is_certificate(error):
        return NotFetched(Finding(Outcome.FAILED, f"The certificate of {host} could not be verified"))
    reason = (
        "the connection was refused" if isinstance(error, DownloadConnectionRefusedError) else "the connection broke"
    )
    return NotFetched(Finding(Outcome.FAILED, f"Could not reach {host}: {reason}"), again=True)


def _name_not_found(host: str) -> NotFetched:
    refused = getattr(installed_reactor().nameResolver, "refused", {}).get(host)
    if refused:
        text = f"The name {host} leads to {refused}, which is no public address"
        return NotFetched(Finding(Outcome.SUSPICIOUS, text))
    return NotFetched(Finding(Outcome.FAILED, f"Could not reach {host}: name not found"))


def _is_certificate(error: Exception) -> bool:
    cause = error.__cause__
    reasons = cause.reasons if isinstance(cause, ResponseFailed) else []
    names = {type(reason.value).__module__.partition(".")[0] for reason in reasons}
    return bool(names & {"OpenSSL", "service_identity"})


def _who(request: Request) -> str:
    parts = urlsplit(request.url)
    return f"{parts.hostname} (asked for {parts.path or '/'})"
