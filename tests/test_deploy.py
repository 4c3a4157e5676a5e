"""What is in deploy/ fits the program that it starts."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from service.cli import COMMANDS
from service.settings import FILE, load_settings
from tests.alerts.certificates import make_certificate

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNIT = (DEPLOY / "vigilex.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


def test_the_unit_starts_the_service_unprivileged_on_a_folder_of_its_own() -> None:
    lines = UNIT.splitlines()
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    program, command = start.removeprefix("ExecStart=").split()
    assert program.endswith("/.venv/bin/vigilex")
    assert command in COMMANDS
    assert {"User=vigilex", "UMask=0077", "StateDirectory=vigilex", "StateDirectoryMode=0700", "KillMode=mixed",
            "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(lines)  # fmt: skip
    # Whether a holder of a lease lives is read in /proc (crawlers.holder).
    assert not any(line.startswith(("ProtectProc=", "ProcSubset=", "PrivatePIDs=")) for line in lines)


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    unit = tmp_path / "vigilex.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={shutil.which('true')}", UNIT))
    answer = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert "vigilex.service" not in answer.stdout + answer.stderr


def test_the_container_runs_as_nobody_special_and_holds_no_data() -> None:
    copied = re.findall(r"(?m)^COPY (.+) \S+$", CONTAINER)
    assert "." not in copied
    assert all((DEPLOY.parent / name).exists() for names in copied for name in names.split())
    packages = {path.parent.name for path in DEPLOY.parent.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied)
    assert CONTAINER.index("USER vigilex") < CONTAINER.index("ENTRYPOINT")
    assert "--require-hashes" in CONTAINER
    assert "/healthz" in CONTAINER
    assert re.search(r'(?m)^CMD \["up"\]', CONTAINER)


def test_no_image_names_a_registry() -> None:
    assert re.findall(r"(?m)^FROM (\S+)", CONTAINER) == ["python:3.11-slim"]


@pytest.mark.parametrize("config", [NGINX, CADDY], ids=["nginx", "caddy"])
def test_a_web_server_in_front_keeps_the_metrics_inside(config: str) -> None:
    assert "/metrics" in config
    assert "127.0.0.1:8000" in config


def test_the_log_of_nginx_holds_no_tokens() -> None:
    (form,) = re.findall(r"log_format vigilex (.+);", NGINX)
    assert not {"$request", "$request_uri", "$args", "$http_referer"} & set(re.findall(r"\$\w+", form))
    assert re.search(r"access_log \S+ vigilex;", NGINX)
    assert "X-Forwarded-For $remote_addr;" in NGINX


def test_nginx_understands_its_file(tmp_path: Path) -> None:
    if not shutil.which("nginx"):
        pytest.skip("there is no nginx here")
    certificate, key = make_certificate(tmp_path, "127.0.0.1")
    site = re.sub(r"(ssl_certificate +)\S+;", rf"\1{certificate};", NGINX)
    site = re.sub(r"(ssl_certificate_key +)\S+;", rf"\1{key};", site).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {site} }}", encoding="utf-8"
    )
    answer = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_the_address_to_listen_on_is_an_address(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[web]\nlisten = "0.0.0.0"\n')
    assert load_settings(tmp_path, tmp_path, {}).web.listen == "0.0.0.0"
