"""The program as a newcomer installs it: a wheel in an empty environment, with all its data, used from any folder."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of what git tracks or would track, built outside the checkout so that nothing is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns(".*", "var", "build", "dist", "*.egg-info", "__pycache__", "tests", "benchmarks")
    shutil.copytree(ROOT, folder / "source", ignore=ignore)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", folder, folder / "source"],
        check=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def vigilex(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command. The libraries are lent by path: their own editable installs do not come along."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "--quiet", "--no-deps",
         "--no-index", "--no-compile", wheel],
        check=True,
    )  # fmt: skip
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "vigilex"


def run(command: Path, *words: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LANG": "C"}
    return subprocess.run(
        [command, *words], cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, encoding="utf-8"
    )


def test_every_data_file_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = {
        str(path.relative_to(ROOT))
        for folder in ("model", "extractors", "db", "crawlers", "feeds", "alerts", "web", "service")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".md") and "__pycache__" not in path.parts
    }
    assert tracked - inside == set()
    assert any(name.startswith("model/data/") for name in inside)
    assert any(name.startswith("extractors/patterns/") for name in inside)


def test_the_installed_command_tags_from_any_folder(vigilex: Path, tmp_path: Path) -> None:
    record = {"id": "1", "title": "Import ban", "text": "The Act bans the import of goods made with forced labour."}
    answer = run(vigilex, "tag", cwd=tmp_path, stdin=json.dumps(record))
    assert answer.returncode == 0, answer.stderr
    assert "forced-labour" in json.loads(answer.stdout)["topics"]
    assert list(tmp_path.iterdir()) == []


def test_the_installed_command_knows_its_sources(vigilex: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    (recorded / "sunday.xml").write_text("<response><status><code>404</code></status><data/></response>")
    (recorded / "SOURCES.tsv").write_text("file\tsource_id\toriginal_url\nsunday.xml\tes_boe\ta Sunday\n")
    answer = run(vigilex, "crawl", "es_boe", "--replay", str(recorded), cwd=tmp_path)
    assert "es_boe" in answer.stdout
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "var" / "vigilex.db").is_file()


@pytest.mark.parametrize(
    ("hidden", "sentence"),
    [("python", "is missing: install Python 3.11"), ("venv", "venv module is missing"), ("old", "is older than 3.11")],
)
def test_make_names_a_missing_prerequisite(tmp_path: Path, hidden: str, sentence: str) -> None:
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    python = tmp_path / "some-python"
    if hidden != "python":
        refused = "import venv" if hidden == "venv" else "version_info"
        python.write_text(f'#!/bin/sh\ncase "$2" in *"{refused}"*) exit 1;; esac\nexit 0\n')
        python.chmod(0o755)
    answer = subprocess.run(["make", "test", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode != 0
    assert sentence in answer.stderr
    assert not (tmp_path / ".venv").exists()
