"""What holds for every request to the API: reading only, from any page of the web, and not too often."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.api.problems import problem
from web.limits import Taken, visitor
from web.site import Site

METHODS = "GET, HEAD, OPTIONS"

# Any page may read what everybody may read; no cookie and no address of a person ever comes into it.
_OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After",
}
_PREFLIGHT = {
    "allow": METHODS,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": "If-None-Match, If-Modified-Since",
    "access-control-max-age": "86400",
}


class Gate:
    """ASGI middleware around the API. Used from the event loop alone."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if method == "OPTIONS":
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, _adding(_OPEN, send))
        elif method not in ("GET", "HEAD"):
            refusal = problem(path, 405, "The API only reads: use GET.", headers={"allow": METHODS})
            await refusal(scope, receive, _adding(_OPEN, send))
        else:
            host = scope["client"][0] if scope.get("client") else None
            taken = self._site.by_program.take(visitor(host), self._site.clock())
            # A HEAD is answered as its GET; the server leaves the body out (RFC 9110, 9.3.2).
            await self._answer(taken, {**scope, "method": "GET"}, receive, _adding(_OPEN | self._limits(taken), send))

    async def _answer(self, taken: Taken, scope: Scope, receive: Receive, send: Send) -> None:
        if not taken.wait:
            await self._app(scope, receive, send)
            return
        said = f"Your requests came faster than the API answers one visitor: please go on in {taken.wait} seconds."
        refusal = problem(scope["path"], 429, said, headers={"retry-after": str(taken.wait)})
        await refusal(scope, receive, send)

    def _limits(self, taken: Taken) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-10: requests left, seconds until all are there again."""
        most, span = self._site.by_program.most, self._site.by_program.span
        return {
            "ratelimit-policy": f'"visitor";q={most};w={span.total_seconds():.0f}',
            "ratelimit": f'"visitor";r={taken.left};t={taken.full}',
        }


def _adding(headers: Mapping[str, str], send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sending
