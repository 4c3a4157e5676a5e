"""A data folder after one replayed visit, for tests of commands."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.making import NOW, recorded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after one replayed visit, made once: a process can crawl only once."""
    folder = tmp_path_factory.mktemp("crawled")
    command = [sys.executable, "-m", "service", "crawl", "--replay", recorded(folder), "--data", folder / "var", *NOW]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "es_boe" in answer.stdout
    return folder / "var"


@pytest.fixture
def store(crawled: Path, tmp_path: Path) -> Path:
    """A copy of that data folder, where the commands look for it."""
    return Path(shutil.copytree(crawled, tmp_path / "var"))
