"""What holds for every request and answer: small bodies, no forms from other sites, headers that keep links secret."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 20_000
API = "/api"
"""What stands here reads no body and refuses methods by itself."""
ONE_CLICK = "/unsubscribe"
"""Mail providers send this POST (RFC 8058) from wherever they are; the token in its address is all it needs."""

# No script, no frame, nothing from elsewhere; the links carry tokens, so no other site is told where one came from.
# Ours may be told: with no-referrer, browsers would send "Origin: null" with our own forms.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                               "base-uri 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip


class Guard:
    """ASGI middleware around the whole site."""

    def __init__(self, app: ASGIApp, api: ASGIApp, base_url: str) -> None:
        self._app = app
        self._api = api
        site = urlsplit(base_url)
        self._origin = f"{site.scheme}://{site.netloc}".lower()
        self._headers = dict(_HEADERS)
        if site.scheme == "https":
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = self._with_headers(send)
        if scope["path"] == API or scope["path"].startswith(f"{API}/"):
            await self._api(scope, receive, sending)
            return
        if refusal := self._refusal(scope):
            await refusal(scope, receive, sending)
            return
        body = await _whole(receive) if scope["method"] == "POST" else b""
        if body is None:
            await PlainTextResponse("This is more than our forms can hold.\n", 413)(scope, receive, sending)
            return
        await self._app(scope, _again(body, receive) if scope["method"] == "POST" else receive, sending)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] in ("GET", "HEAD"):
            return None
        if scope["method"] != "POST":
            return PlainTextResponse("Not allowed.\n", 405, {"allow": "GET, HEAD, POST"})
        if scope["path"] == ONE_CLICK or self._is_ours(Headers(scope=scope)):
            return None
        return PlainTextResponse(
            "This form was sent from another site, or by a browser that does not say from where. Please open our own "
            "page and send it from there.\n",
            403,
        )

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a form came from our own pages. Programs that are no browsers send neither header, and no cookies."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        return origin is None or origin.lower() == self._origin

    def _with_headers(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        return sending


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request; None for one beyond the limit, of which no more is read."""
    body = b""
    message: Message
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """``receive`` for an application that has not seen the body yet."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
