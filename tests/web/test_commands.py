"""``vigilex web`` and ``vigilex bounces`` as a person runs them."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from db.connect import open_existing
from db.store import open_store
from service.cli import main
from service.commands import web
from service.settings import Settings
from tests.alerts.test_bounces import report

ROOT = Path(__file__).resolve().parents[2]
READY = {
    "VIGILEX_BASE_URL": "https://vigilex.example.org",
    "VIGILEX_ORGANISATION__POSTAL_ADDRESS": "1 Example Street",
    "VIGILEX_ORGANISATION__CONTACT": "a@example.org",
    "VIGILEX_SMTP__HOST": "127.0.0.1",
}


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command over the store in ``folder``: (its address, its process)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "service", "web", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = ""
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
                line = process.stderr.readline()
                assert line, said
                said += line
            yield found[0], process
        finally:
            process.kill()


def test_from_the_form_to_a_mail_in_a_file_and_a_clean_end(tmp_path: Path) -> None:
    with serving(tmp_path) as (address, process):
        with httpx2.Client(base_url=address, transport=httpx2.HTTPTransport(retries=5)) as client:
            assert "not sent" in client.get("/subscribe").text
            answer = client.post("/subscribe", data={"address": "ana@example.org", "q": "topic:import-ban"})
            assert "Please look into your mailbox" in answer.text
            assert "server" not in answer.headers
            # The next answer of this connection comes after what the last one left to do.
            client.get("/subscribe")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
    assert "ana@example.org" not in said
    assert "Traceback" not in said
    (mail,) = (tmp_path / "mail").glob("*.eml")
    assert b"To: ana@example.org" in mail.read_bytes()
    assert open_existing(tmp_path).execute("SELECT state FROM mails").fetchall() == [("sent",)]


@pytest.mark.parametrize(("base_url", "last"), [("http://127.0.0.1:8000", 429), ("https://vigilex.example.org", 200)])
def test_a_visitor_is_who_the_server_in_front_says_and_without_one_who_he_is(
    tmp_path: Path, base_url: str, last: int
) -> None:
    config = web.serving(web.site_of(Settings(base_url=base_url), tmp_path))
    config.load()
    client = TestClient(config.loaded_app, client=("127.0.0.1", 50_000))  # type: ignore[arg-type]
    claims = [{"x-forwarded-for": f"192.0.2.{number}"} for number in range(11)]
    asked = [client.post("/link", data={"address": "a@b.example"}, headers=claim).status_code for claim in claims]
    assert asked == [200] * 10 + [last]


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("vigilex: ")
    return said


def test_a_port_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in fails(capsys, "web", "--port", port, "--data", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VIGILEX_BASE_URL", "http://vigilex.example.org", "base_url"),
        ("VIGILEX_BASE_URL", "https://127.0.0.1:8000", "base_url"),
        ("VIGILEX_ORGANISATION__CONTACT", "", "organisation.contact"),
        ("VIGILEX_SMTP__FROM", "no address", "smtp.from"),
        ("VIGILEX_SMTP__DKIM_KEY", "missing.pem", "missing.pem"),
    ],
)
def test_no_mail_goes_out_before_the_settings_are_right(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    said: str,
) -> None:
    for one, usual in {**READY, name: value}.items():
        monkeypatch.setenv(one, usual)
    assert said in fails(capsys, "web", "--port", "0", "--data", str(tmp_path))


def test_a_mailbox_is_read_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path).close()
    (tmp_path / "one.eml").write_bytes(report("5.1.1"))
    assert main(["bounces", str(tmp_path / "one.eml"), "--data", str(tmp_path)]) == 0
    assert "1 are about mails that we did not send" in capsys.readouterr().out
    assert "nowhere" in fails(capsys, "bounces", str(tmp_path / "nowhere"), "--data", str(tmp_path))
    assert "no store" in fails(capsys, "bounces", str(tmp_path / "one.eml"), "--data", str(tmp_path / "other"))
