"""What happens between a run and the wire: the guard, robots.txt, patience and redirects, one concern a class.

Each finds the run as ``crawler.spider.visit`` and ends a request by raising :class:`crawlers.hosts.NotFetched`.
"""

from time import monotonic
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.answers import Answer
from crawlers.guard import refusal
from crawlers.health import Finding
from crawlers.hosts import Host, NotFetched, NotRecorded
from crawlers.visit import Visit
from crawlers.waiting import USUAL, WITHIN_RUN, retry_after
from crawlers.wire import Received
from model.codes import Outcome

MOST_HOPS = 10
_ROBOTS_HOPS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 500, 502, 503, 504, 520, 521, 522, 523, 524)
_PATIENCE = (429, 503)
_BACK_OFF = (2, 5)
_FAILURES = 3
# What was begun is brought to its end before anything else is asked.
_FIRST = 1
_ROBOTS_BYTES = 500 * 1024
_LONGEST_CRAWL_DELAY = 300


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def visit(self) -> Visit:
        visit: Visit = self.crawler.spider.visit  # type: ignore[union-attr]
        return visit

    def host(self, request: Request) -> Host:
        return self.visit.hosts[urlsplit(request.url).hostname or ""]


class GuardMiddleware(_Middleware):
    """Only declared hosts over http(s), for first requests, follow-ups and redirects alike."""

    def process_request(self, request: Request) -> None:
        if reason := refusal(request.url, self.visit.source.hosts):
            sender = request.meta.get("redirected_by", "Somebody")
            raise NotFetched(Finding(Outcome.SUSPICIOUS, f"{sender} sent us to {request.url}: {reason}"))


class RobotsMiddleware(_Middleware):
    """robots.txt by RFC 9309: 4xx allows all; where it cannot be read, nothing is asked of that host in this run."""

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        host = self.host(request)
        if host.rules is None and host.closed is None:
            await self._read_rules(host, request)
        if host.closed:
            raise NotFetched(host.closed)
        if host.rules and not host.rules.can_fetch(request.url, self.visit.robot_name):
            path = urlsplit(request.url).path or "/"
            raise NotFetched(Finding(Outcome.BLOCKED, f"The robots.txt of {host.name} forbids us {path}"))

    async def _read_rules(self, host: Host, request: Request) -> None:
        scheme = urlsplit(request.url).scheme
        asked = Request(f"{scheme}://{host.name}/robots.txt", meta={"robots": True}, dont_filter=True)
        try:
            response: Any = await self.crawler.engine.download_async(asked)
        except NotRecorded:
            host.rules = Protego.parse("")
        except NotFetched as refused:
            host.closed = refused.finding
        else:
            self._take(host, response.answer)

    def _take(self, host: Host, answer: Answer) -> None:
        if answer.status >= 500 or answer.status == 429 or answer.cut:
            said = "came cut off" if answer.cut else f"answered {answer.status}"
            host.closed = Finding(
                Outcome.BLOCKED, f"The robots.txt of {host.name} {said}, so nothing was asked there in this run"
            )
            return
        text = answer.body[:_ROBOTS_BYTES].decode("utf-8-sig", "replace") if answer.status < 300 else ""
        host.rules = Protego.parse(text)
        self._slow_down(host, host.rules.crawl_delay(self.visit.robot_name) or 0.0)

    def _slow_down(self, host: Host, seconds: float) -> None:
        if self.visit.replays:
            return
        host.delay = seconds
        host.open_at = max(host.open_at, monotonic() + seconds)
        self.visit.longest_delay = max(self.visit.longest_delay, seconds)
        if seconds > _LONGEST_CRAWL_DELAY:
            host.closed = Finding(
                Outcome.SKIPPED, f"{host.name} wants {seconds:.0f} seconds between requests, longer than a visit lasts"
            )


class PatienceMiddleware(_Middleware):
    """No request before a host's Retry-After has passed; few retries, each later than the one before."""

    async def process_request(self, request: Request) -> None:
        host = self.host(request)
        self._remember(host)
        if host.closed:
            raise NotFetched(host.closed)
        await self.visit.pause(host.open_at - monotonic())
        self.visit.count_request()

    def process_response(self, request: Request, response: Received) -> Request | Received:
        host, answer = self.host(request), response.answer
        self._rest(host, self._delay())
        seconds = retry_after(answer.fields, self.visit.clock())
        if seconds is None and answer.status == 429:
            seconds = USUAL
        if seconds is not None:
            self._wait(host, seconds, refused=answer.status in _PATIENCE)
        elif answer.status in _AGAIN and self._may_retry(request):
            self._back_off(host, request)
        elif answer.status not in _AGAIN:
            host.failures = 0
            return response
        if answer.status in (*_AGAIN, 429):
            return self._retry(request) or self._given_up(host, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        host = self.host(request)
        self._rest(host, self._delay())
        if not isinstance(exception, NotFetched) or not exception.again:
            return None
        if self._may_retry(request):
            self._back_off(host, request)
            return self._retry(request)
        self._count_failure(host, exception.finding)
        return None

    def _remember(self, host: Host) -> None:
        """What the host asked for in an earlier run."""
        if host.name in self.visit.waits and not host.closed:
            until, seconds = self.visit.waits.pop(host.name)
            if seconds > WITHIN_RUN:
                host.closed = _asked_to_wait(host.name, until)
            else:
                host.open_at = max(host.open_at, monotonic() + seconds)

    def _delay(self) -> float:
        return self.crawler.settings.getfloat("DOWNLOAD_DELAY")

    def _rest(self, host: Host, seconds: float) -> None:
        """Nothing more of this host for so long: counted from the answer, so that the host too sees the whole pause."""
        host.open_at = max(host.open_at, monotonic() + max(seconds, host.delay))

    def _wait(self, host: Host, seconds: int, *, refused: bool) -> None:
        until = self.visit.note_wait(host.name, seconds)
        self._rest(host, seconds)
        if seconds > WITHIN_RUN:
            host.closed = _asked_to_wait(host.name, until)
            if refused:
                raise NotFetched(host.closed)

    def _given_up(self, host: Host, response: Received) -> Received:
        finding = Finding(Outcome.FAILED, f"{host.name} answered {response.answer.status} again and again")
        self._count_failure(host, finding)
        if response.answer.status == 429:
            host.closed = Finding(Outcome.SKIPPED, f"{host.name} asked us again and again to wait")
            raise NotFetched(host.closed)
        return response

    def _count_failure(self, host: Host, finding: Finding) -> None:
        host.failures += 1
        if host.failures >= _FAILURES and not host.closed:
            host.closed = finding

    def _may_retry(self, request: Request) -> bool:
        return int(request.meta.get("tries", 0)) < len(_BACK_OFF)

    def _back_off(self, host: Host, request: Request) -> None:
        self._rest(host, self._delay() * _BACK_OFF[request.meta.get("tries", 0)])

    def _retry(self, request: Request) -> Request | None:
        if not self._may_retry(request):
            return None
        meta = {**request.meta, "tries": request.meta.get("tries", 0) + 1}
        return request.replace(meta=meta, priority=_FIRST)


def _asked_to_wait(host: str, until: str) -> Finding:
    return Finding(Outcome.SKIPPED, f"{host} asked us to wait until {until}")


class RedirectMiddleware(_Middleware):
    """Follows redirects, few of them; each new address goes through the guard, robots.txt and patience again."""

    def process_response(self, request: Request, response: Received) -> Request | Received:
        answer = response.answer
        location = answer.fields.get("location")
        if answer.status not in _REDIRECTS or not location:
            return response
        hops = request.meta.get("hops", 0) + 1
        sender = urlsplit(request.url).hostname or ""
        if hops > (_ROBOTS_HOPS if request.meta.get("robots") else MOST_HOPS):
            raise NotFetched(Finding(Outcome.SUSPICIOUS, f"{sender} sent us from address to address without end"))
        return self._next(request, location, {**request.meta, "hops": hops, "redirected_by": sender})

    def _next(self, request: Request, location: str, meta: dict[str, Any]) -> Request:
        sender = meta["redirected_by"]
        meta.pop("download_slot", None)
        try:
            target = urlsplit(urljoin(request.url, location.strip()))._replace(fragment="")
            # Some sources send https visitors to http addresses of their own; the secure way is the same document.
            if target.scheme == "http" and target.hostname in self.visit.source.hosts and not target.port:
                target = target._replace(scheme="https")
            return request.replace(url=target.geturl(), meta=meta, priority=_FIRST)
        except ValueError:
            finding = Finding(Outcome.SUSPICIOUS, f"{sender} sent us to {location!r}, which is no address")
            raise NotFetched(finding) from None
