"""The log: a line an event, for programs or for people, without anything that must stay secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from service import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    root.handlers = before
    root.setLevel(level)


def logged(stream: io.StringIO, *events: tuple[str, dict[str, object]]) -> list[str]:
    logs.set_up(stream)
    for event, keys in events:
        logs.info(event, **keys)
    return stream.getvalue().splitlines()


def test_a_program_reads_json_lines() -> None:
    (line,) = logged(io.StringIO(), ("task_ended", {"name": "backup", "seconds": 1.5}))
    fields = json.loads(line)
    assert fields.pop("time").endswith("Z")
    assert fields == {"level": "info", "event": "task_ended", "name": "backup", "seconds": 1.5}


def test_a_person_reads_one_line() -> None:
    (line,) = logged(Terminal(), ("task_ended", {"name": "alarm mail", "outcome": "done"}))
    assert line.endswith('Z info    task_ended name="alarm mail" outcome=done')


def test_an_error_of_a_library_is_one_line_without_addresses_and_tokens() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    try:
        raise ValueError("GET /manage?token=leave.3.17.abc&x=1 by ana@example.org\nfailed")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in %s", "ASGI for eve@example.org")
    (line,) = stream.getvalue().splitlines()
    fields = json.loads(line)
    assert fields["logger"] == "uvicorn.error"
    assert "test_logs.py" in fields["places"][0]
    assert fields["error"].startswith("ValueError: GET /manage?token=…&x=1 by …")
    assert "@" not in line
    assert "leave.3" not in line
