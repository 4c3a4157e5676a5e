"""``vigilex tag``: lines in, lines out, in order, whatever is between them, in one process or in several."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.commands import tag as command

ROOT = Path(__file__).resolve().parents[2]
TAG = [sys.executable, "-m", "service", "tag"]
MANY = 700


def lines(count: int) -> list[bytes]:
    return [json.dumps({"id": number, "text": f"Forced labour, case {number}."}).encode() for number in range(count)]


def tagged(data: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*TAG, *words], input=data, capture_output=True, cwd=ROOT, timeout=60)


def ids(output: bytes) -> list[object]:
    return [json.loads(line)["id"] for line in output.splitlines()]


def test_each_line_is_answered_before_the_next_is_there() -> None:
    with subprocess.Popen(TAG, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin
        assert process.stdout
        for number, line in enumerate(lines(3)):
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(10) == 0


def test_several_processes_answer_the_same_in_the_same_order() -> None:
    data = b"\n".join(lines(MANY))
    one, two = tagged(data), tagged(data, "--jobs", "2")
    assert (two.returncode, ids(two.stdout)) == (0, [*range(MANY)])
    assert two.stdout == one.stdout


def test_lines_before_a_broken_one_are_answered_by_several_processes_too() -> None:
    answer = tagged(b"\n".join([*lines(MANY), b"{", *lines(3)]), "--jobs", "2")
    assert answer.returncode == 1
    assert ids(answer.stdout) == [*range(MANY)]
    assert f"line {MANY + 1}:" in answer.stderr.decode()
    assert answer.stderr.count(b"\n") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "", "1000"])
def test_a_wrong_number_of_processes_is_wrong_use(jobs: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    command.add_arguments(parser)
    with pytest.raises(argparse.ArgumentError, match="--jobs"):
        parser.parse_args([f"--jobs={jobs}"])


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in told.read_text().split()] if told.exists() else []


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@contextmanager
def at_work() -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """The command with two helpers that have answered already and wait for more, and these helpers."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*TAG, "--jobs", "2"], cwd=ROOT, **pipes) as process:
        asking = threading.Thread(target=ask, args=(process, lines(2_000)), daemon=True)
        asking.start()
        for _ in range(501):
            process.stdout.readline()
        helpers = children(process.pid)
        assert len(helpers) == 2
        # Nobody must wait for a pipe that nobody reads.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        asking.join()
        yield process, helpers


def ask(process: subprocess.Popen[bytes], asked: Sequence[bytes]) -> None:
    process.stdin.write(b"\n".join([*asked, b""]))
    process.stdin.flush()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc")
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_no_helper_outlives_the_command(sent: signal.Signals, code: int) -> None:
    with at_work() as (process, helpers):
        process.send_signal(sent)
        assert process.wait(20) == code
        assert b"Traceback" not in process.stderr.read()
        ends = time.monotonic() + 10
        while any(map(alive, helpers)):
            assert time.monotonic() < ends
            time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc")
def test_a_helper_that_is_killed_is_told_in_one_sentence() -> None:
    with at_work() as (process, helpers):
        os.kill(helpers[0], signal.SIGKILL)
        process.stdin.close()
        assert process.wait(20) == 1
        told = process.stderr.read()
        assert told.count(b"\n") == 1
        assert b"--jobs 1" in told


def objects(tmp_path: Path, data: bytes) -> list[dict[str, object]]:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(data)
    return list(command.records(path))


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbf{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}',
        b'{"id": 1, "text": "a"}\r\n{"id": 2, "text": "b"}\r\n',
        b'\n\n{"id": 1, "text": "a"}\n \t\n\r\n{"id": 2, "text": "b"}\n\n',
        b'\xef\xbb\xbf\n{"id": 1, "text": "a", "more": [1], "year": 5}\n{"id": 2, "text": "b", "title": null}\n',
    ],
    ids=["byte order mark", "CRLF", "empty lines", "unknown fields"],
)
def test_lines_as_other_programs_write_them_are_read(tmp_path: Path, data: bytes) -> None:
    assert [(one["id"], one["text"]) for one in objects(tmp_path, data)] == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("field", ["title", "text", "url", "lang", "source"])
@pytest.mark.parametrize("value", [5, 1.5, True, ["a"], {"a": 1}])
def test_a_value_that_is_no_text_names_its_field_and_line(tmp_path: Path, field: str, value: object) -> None:
    record = {"id": 1, "title": "a", "text": "b", field: value}
    with pytest.raises(command.Failure, match=f"line 2: {field} must be a text"):
        objects(tmp_path, b"\n" + json.dumps(record).encode())


@pytest.mark.parametrize(
    "line",
    [b"{", b'{"id": 1,}', b"\xff\xfe{", b"[" * 100_000, b'{"id": ' + b"1" * 10_000 + b"}", b"null", b'"a"', b"NaN"],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: bytes) -> None:
    with pytest.raises(command.Failure, match="line 3: "):
        objects(tmp_path, b'\n{"id": 1, "text": "a"}\n' + line)


def test_half_a_character_comes_out_as_valid_json() -> None:
    answer = tagged(b'{"id": "\\ud800", "text": "forced labour \\udfff", "title": "\\ud83d"}')
    assert answer.returncode == 0
    assert ids(answer.stdout) == ["\ud800"]


def chunk_sizes(texts: Sequence[int]) -> list[int]:
    return [len(chunk) for chunk in command._chunks({"id": 1, "text": "x" * size} for size in texts)]


def test_long_texts_travel_in_small_chunks() -> None:
    assert chunk_sizes([500_000] * 3) == [1, 1, 1]
    assert chunk_sizes([0] * 500) == [200, 200, 100]
