"""The demonstration as a store for tests: made once a session, through the real pipeline, and only to be read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.demo import NOW, ROOT

__all__ = ["NOW", "ROOT", "copied", "demo_store"]


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demonstration, as ``make demo`` makes it. Tests that write take ``copied`` of it."""
    folder = tmp_path_factory.mktemp("demo") / "store"
    made = subprocess.run(
        [sys.executable, "-m", "scripts.demo", str(folder)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


def copied(demo_store: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration that a test may write to."""
    return Path(shutil.copytree(demo_store, tmp_path / "demo"))
