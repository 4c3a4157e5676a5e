"""A web server on loopback that does to us what real ones do: each host name is one kind of trouble."""

import gzip
import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLOUDFLARE = b"""<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>"""
DENIED = b"<html><head><title>Acceso denegado</title></head><body><h1>Acceso denegado</h1></body></html>"
LAYOUT = b"<html><head><title>Our new portal</title></head><body><p>Welcome to the new portal.</p></body></html>"


def row(number: int | str, **more: Any) -> dict[str, Any]:
    return {"id": f"doc-{number}", "title": f"Forced labour rule {number}", "text": "On forced labour.", **more}


def rows(*numbers: int | str, **more: Any) -> bytes:
    return json.dumps({"rows": [row(number) for number in numbers], **more}).encode()


@dataclass
class Seen:
    """One request as it reached the server."""

    host: str
    path: str
    query: str
    headers: dict[str, str]
    at: float


@dataclass
class Server:
    """The running server: its port, what it saw, and what a test wants to change while it runs."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, host: str, path: str | None = None) -> list[Seen]:
        return [seen for seen in self.seen if seen.host == host and path in (None, seen.path)]


@contextmanager
def misbehaving() -> Iterator[Server]:
    server = Server()
    handler = type("Handler", (_Handler,), {"server_state": server})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    httpd.daemon_threads = True
    server.port = httpd.server_address[1]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: Server

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host = self.headers["Host"]
        self.server_state.seen.append(
            Seen(host, parts.path, parts.query, {k.lower(): v for k, v in self.headers.items()}, time.monotonic())
        )
        self.query = parse_qs(parts.query)
        self.path = parts.path
        trap = getattr(self, "host_" + host.partition(".")[0].replace("-", "_"), None)
        try:
            if parts.path == "/robots.txt" and not getattr(trap, "robots", False):
                self.send(b"", 404)
            elif trap is None:
                self.send(rows(1, 2))
            else:
                trap()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def times(self) -> int:
        """How often this address was asked, this time included."""
        return len(self.server_state.asked(self.headers["Host"], self.path))

    # robots.txt

    def host_robots503(self) -> None:
        self.send(b"", 503)

    def host_robotsdrop(self) -> None:
        self.close_connection = True

    def host_robotsforbid(self) -> None:
        if self.path == "/robots.txt":
            self.send(b"\xef\xbb\xbfUser-agent: *\nDisallow: /private\n")
        else:
            self.send(rows(1))

    def host_robotsdelay(self) -> None:
        if self.path == "/robots.txt":
            self.send(b"User-agent: vigilex\nCrawl-delay: 0.6\nAllow: /\n")
        else:
            self.send(rows(self.path, more=["/two"]))

    def host_robotsmoved(self) -> None:
        if self.path == "/robots.txt":
            self.send(b"", 301, Location="/elsewhere/robots.txt")
        elif self.path == "/elsewhere/robots.txt":
            self.send(b"User-agent: *\nDisallow: /list\n")
        else:
            self.send(rows(1))

    for _robots in (host_robots503, host_robotsdrop, host_robotsforbid, host_robotsdelay, host_robotsmoved):
        _robots.robots = True  # type: ignore[attr-defined]

    # waiting and failing

    def host_waitshort(self) -> None:
        if self.times() == 1:
            self.send(b"", 429, Retry_After="1")
        else:
            self.send(rows(1))

    def host_waitlong(self) -> None:
        self.send(b"", 503, Retry_After="3600")

    def host_waitafter(self) -> None:
        self.send(rows(1, more=["/two"]), Retry_After="7200")

    def host_fails500(self) -> None:
        self.send(b"", 500)

    def host_recovers(self) -> None:
        if self.times() < 3:
            self.send(b"", 502)
        else:
            self.send(rows(1))

    def host_drops(self) -> None:
        self.close_connection = True

    def host_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def host_half(self) -> None:
        """One document answers, the other never does."""
        if self.path == "/broken":
            self.send(b"", 500)
        else:
            self.send(rows(1, more=["/broken"]))

    # redirects

    def host_awayloopback(self) -> None:
        self.send(b"", 302, Location=self.server_state.origin + "/secret")

    def host_awaydecimal(self) -> None:
        self.send(b"", 302, Location="http://2130706433/secret")

    def host_awaymapped(self) -> None:
        self.send(b"", 302, Location="http://[::ffff:127.0.0.1]/secret")

    def host_awaymeta(self) -> None:
        self.send(b"", 302, Location="http://169.254.169.254/latest/meta-data")

    def host_awayfile(self) -> None:
        self.send(b"", 302, Location="file:///etc/passwd")

    def host_awayother(self) -> None:
        self.send(b"", 302, Location="https://other.test/list")

    def host_awayjunk(self) -> None:
        self.send(b"", 302, Location="http://[junk")

    def host_awaylater(self) -> None:
        self.send(b"", 302, Location="/new", Retry_After="3600")

    def host_circle(self) -> None:
        self.send(b"", 302, Location=f"/hop{self.times()}{self.path[-1]}")

    def host_moved(self) -> None:
        if self.path == "/list":
            self.send(b"", 301, Location="http://moved.test/new")
        else:
            self.send(rows(1), ETag='"moved"')

    def host_refresh(self) -> None:
        self.send(b'<html><head><meta http-equiv="refresh" content="0;url=/hidden"></head><body>Go</body></html>')

    # bodies

    def host_cutgzip(self) -> None:
        packed = gzip.compress(rows(*range(400)))
        self.send(packed[: len(packed) // 2], Content_Encoding="gzip", ETag='"cut"')

    def host_cutlength(self) -> None:
        body = rows(1)
        self.send(body, length=len(body) + 500)

    def host_gzipped(self) -> None:
        self.send(gzip.compress(rows(1)), Content_Encoding="gzip", Content_Type="application/json")

    def host_deflated(self) -> None:
        self.send(zlib.compress(rows(1)), Content_Encoding="deflate")

    def host_bomb(self) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        piece = b"\0" * (1 << 20)
        self.send(b"".join(packer.compress(piece) for _ in range(40)) + packer.flush(), Content_Encoding="gzip")

    def host_endless(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(b" " * (1 << 20))

    def host_headers(self) -> None:
        self.send_response(200)
        for number in range(20_000):
            self.send_header(f"X-{number}", "y" * 100)
            if number % 500 == 0:
                self.flush_headers()
        self.end_headers()

    def host_brotli(self) -> None:
        self.send(b"\x0b\x02\x80...", Content_Encoding="br")

    def host_latin(self) -> None:
        body = json.dumps({"rows": [row(1, title="Ministère du Travail")]}, ensure_ascii=False).encode("utf-8")
        self.send(body, Content_Type="application/json; charset=iso-8859-1")

    # pages that are none

    def host_cloudflare(self) -> None:
        self.send(CLOUDFLARE, Content_Type="text/html")

    def host_denied(self) -> None:
        self.send(DENIED, Content_Type="text/html; charset=utf-8")

    def host_forbidden(self) -> None:
        self.send(b"<html><body>Forbidden</body></html>", 403)

    def host_layout(self) -> None:
        self.send(LAYOUT, Content_Type="text/html")

    def host_brokenjson(self) -> None:
        self.send(b'{"rows": [{"id": "a", "title"')

    def host_badrecord(self) -> None:
        self.send(json.dumps({"rows": [row(1), {"id": "doc-2"}]}).encode())

    def host_empty(self) -> None:
        self.send(rows())

    def host_drained(self) -> None:
        self.send(rows() if self.path == "/drained" else rows(1))

    def host_missing(self) -> None:
        if self.path == "/gone":
            self.send(b"<html><body>Not found</body></html>", 404)
        else:
            self.send(rows(1, more=["/gone"]))

    def host_accepted(self) -> None:
        self.send(rows(1), 202)

    # pagers

    def host_samepage(self) -> None:
        page = int(self.query.get("page", ["1"])[0])
        self.send(rows(1, 2, next=f"/list?page={page + 1}"))

    def host_endlesspages(self) -> None:
        page = int(self.query.get("page", ["1"])[0])
        self.send(rows(f"p{page}", next=f"/list?page={page + 1}"))

    # what a good source does

    def host_good(self) -> None:
        version = self.server_state.state.get("version", 1)
        tag = f'"v{version}"'
        if self.headers.get("If-None-Match") == tag:
            self.send(b"", 304, ETag=tag)
        else:
            self.send(rows(*range(1, version + 2)), ETag=tag, Last_Modified="Sun, 01 Nov 2026 08:00:00 GMT")

    def host_steps(self) -> None:
        """A listing that leads to three documents, each of which may be left out by mark or by title."""
        if self.path == "/list" and self.headers.get("If-None-Match") == '"steps"':
            self.send(b"", 304)
        elif self.path == "/list":
            items = [
                {"url": f"/doc{n}", "mark": [f"doc{n}", "1"], "about": "forced labour" if n != 2 else "road signs"}
                for n in (1, 2, 3)
            ]
            self.send(json.dumps({"rows": [], "items": items}).encode(), ETag='"steps"')
        else:
            self.send(rows(self.path.strip("/")))

    def host_keyed(self) -> None:
        """Echoes the key wherever a server may echo it."""
        said = self.query.get("api_key", [""])[0] + self.headers.get("X-Api-Key", "")
        if self.path == "/list":
            self.send(b"", 302, Location=f"/two?api_key={said}", X_Echo=said)
        elif self.path == "/two":
            body = rows(1, next=f"/three?page=2&api_key={said}", echo=f"you are {said}")
            self.send(gzip.compress(body), Content_Encoding="gzip", ETag=f'"{said}"')
        elif self.path == "/three":
            self.send(rows(2, more=["/four"], echo=f"{said}"), 200 if said.startswith("s3cr3t") else 403)
        else:
            self.send(f"<html><body>no such page for {said}</body></html>".encode(), 500)
