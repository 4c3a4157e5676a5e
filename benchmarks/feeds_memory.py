"""A feed from memory against nginx with the same file: promised is at least a quarter of its requests a second.

Run from the project's folder: ``python -m benchmarks.feeds_memory``. It needs uvicorn (with httptools and uvloop for
the best figures), ``nginx`` and ``wrk`` (Debian: ``apt install nginx-light wrk``); a part that is not there is left out
and named. One process serves on each side, all on loopback, in this one run.
"""

import importlib.util
import multiprocessing
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from db.store import open_store
from feeds.memory import Shelf
from feeds.publish import publish
from tests.feeds.making import fill, numbered

BASE = "https://v.example"
PATH = "/feeds/all.atom"
PROMISED = 0.25
SECONDS = 4

NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000; open_file_cache max=10;
  server {{ listen 127.0.0.1:{port}; root {folder}/site; }} }}
"""


def application(data: Path) -> Callable[..., Awaitable[None]]:
    """The smallest ASGI application around the feeds in memory."""
    shelf = Shelf(open_store(data), base_url=BASE, author="Example Network")

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        found = shelf.respond(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)
        await send({"type": "http.response.start", "status": found.status, "headers": found.headers})
        await send({"type": "http.response.body", "body": found.body})

    return app


def serve(data: Path, port: int) -> None:
    import uvicorn

    uvicorn.run(application(data), host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


def requests_a_second(port: int, *headers: str) -> float:
    """What wrk measures with 32 connections."""
    options = [word for header in headers for word in ("-H", header)]
    command = ["wrk", "-t1", "-c32", f"-d{SECONDS}s", *options, f"http://127.0.0.1:{port}{PATH}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([0-9.]+)", told)
    if not found or ("Non-2xx" in told and not headers):
        raise SystemExit(f"wrk got other answers than the feed: {told}")
    return float(found[1])


def pure(data: Path) -> float:
    """Answers a second without any server around them."""
    shelf = Shelf(open_store(data), base_url=BASE, author="Example Network")
    begun = time.perf_counter()
    for _ in range(20_000):
        shelf.respond("GET", PATH, "", {"accept-encoding": "gzip"})
    return 20_000 / (time.perf_counter() - begun)


def from_memory(data: Path) -> float | None:
    if not importlib.util.find_spec("uvicorn"):
        print("uvicorn is not installed: no figure for memory behind a server")
        return None
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(data, port))
    server.start()
    try:
        wait_for(port)
        etag = Shelf(open_store(data), base_url=BASE, author="Example Network").find(PATH)
        assert etag
        whole = requests_a_second(port)
        print(f"memory, whole:    {whole:9.0f} a second")
        print(f"memory, gzip:     {requests_a_second(port, 'Accept-Encoding: gzip'):9.0f} a second")
        print(f"memory, 304:      {requests_a_second(port, f'If-None-Match: {etag.plain.etag}'):9.0f} a second")
    finally:
        server.terminate()
        server.join()
    return whole


def from_nginx(folder: Path) -> float | None:
    if not shutil.which("nginx"):
        print("nginx is not installed: no figure to compare with")
        return None
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        whole = requests_a_second(port)
        print(f"nginx, whole:     {whole:9.0f} a second")
    finally:
        server.terminate()
        server.wait()
    return whole


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        db = open_store(folder / "data")
        fill(db, *numbered(60, text="What the notice says, in a few words. " * 20))
        publish(db, folder / "site", base_url=BASE, author="Example Network")
        db.close()
        size = (folder / "site" / PATH[1:]).stat().st_size
        print(f"one document of {size} bytes; {pure(folder / 'data'):.0f} answers a second without a server")
        if not shutil.which("wrk"):
            raise SystemExit("wrk is not installed: no figures for servers")
        memory, nginx = from_memory(folder / "data"), from_nginx(folder)
    if memory and nginx:
        print(f"ratio: {memory / nginx:.2f} of nginx (promised {PROMISED} or more)")
        raise SystemExit(memory / nginx < PROMISED)


if __name__ == "__main__":
    main()
