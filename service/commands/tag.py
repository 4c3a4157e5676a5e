"""``vigilex tag [FILE]``: JSON Lines of texts in, JSON Lines of tags out, in the same order."""

import argparse
import codecs
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import IO, Any

from extractors.tagger import tag
from model.publication import Publication
from model.update import tags_to_dict
from service.errors import Failure

# Below so many texts another process costs more than it brings.
_ALONE = 500
_MOST_JOBS = 64
# Characters to a chunk, and what a record counts at least: large enough that sending costs nothing beside the work.
_CHUNK, _LEAST = 200_000, 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="JSON Lines {id, title, text, url?, lang?, source?}; default: standard input",
    )
    parser.add_argument("--json", action="store_true", help="the output is JSON Lines anyway")
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help=f"tag in N processes; pays on a free core each and from some thousand texts on, so the first {_ALONE} "
        "are tagged alone; answers then come by the chunk (default: 1, each line answered before the next is read)",
    )


def _jobs(word: str) -> int:
    if word.isdecimal() and 1 <= int(word) <= _MOST_JOBS:
        return int(word)
    raise argparse.ArgumentTypeError(f"must be a number from 1 to {_MOST_JOBS}, not {word!r}")


def run(args: argparse.Namespace) -> int:
    found = records(args.file)
    for record in islice(found, _ALONE if args.jobs > 1 else None):
        print(_answer(record), flush=True)
    for line in _answers_of_processes(found, args.jobs) if args.jobs > 1 else ():
        print(line, flush=True)
    return 0


def _answer(record: Mapping[str, Any]) -> str:
    tags = tag(publication_of(record))
    verdict = {"relevant": tags.relevant, "review": tags.review, "score": tags.score, "lang": tags.lang}
    return json.dumps({"id": record["id"], **verdict, **tags_to_dict(tags)}, ensure_ascii=False)


def _answers_of_processes(found: Iterable[dict[str, Any]], jobs: int) -> Iterator[str]:
    """The answers in the order of the records; never more than two chunks of these for each process are in memory."""
    waiting: deque[Future[list[str]]] = deque()
    pool = ProcessPoolExecutor(jobs, initializer=_start_process)
    try:
        for asked in _asked(pool, found):
            waiting.append(asked)
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool:
        raise Failure("A process that tagged has been stopped, perhaps for want of memory; try --jobs 1.") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _asked(pool: ProcessPoolExecutor, found: Iterable[dict[str, Any]]) -> Iterator[Future[list[str]]]:
    """Chunks of records on their way; a broken line fails in its turn, when those before it are answered."""
    try:
        for chunk in _chunks(found):
            yield pool.submit(_answers, chunk)
    except Failure as failure:
        broken: Future[list[str]] = Future()
        broken.set_exception(failure)
        yield broken


def _answers(chunk: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_answer(record) for record in chunk]


def _start_process() -> None:
    """A process leaves interrupts to the command and ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_command, daemon=True).start()


def _end_with_the_command() -> None:
    if command := multiprocessing.parent_process():
        command.join()
    os._exit(1)


def _chunks(found: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Records by so many characters; those before a broken line come before its Failure."""
    chunk: list[dict[str, Any]] = []
    characters = 0
    try:
        for record in found:
            chunk.append(record)
            characters += len(record.get("text") or "") + _LEAST
            if characters >= _CHUNK:
                yield chunk
                chunk, characters = [], 0
    except Failure:
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk


def records(path: Path | None) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file of JSON Lines, or of standard input. Raises Failure, naming the line."""
    if path is None:
        yield from _objects(sys.stdin.buffer, "standard input")
        return
    try:
        with path.open("rb") as lines:
            yield from _objects(lines, str(path))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from None


def _objects(lines: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Failure(f"{name}, line {number}: no valid JSON ({error})") from None
        problem = _problem(value)
        if problem:
            raise Failure(f"{name}, line {number}: {problem}")
        yield value


def _problem(value: Any) -> str | None:
    """What is wrong with one record, or None."""
    if not isinstance(value, dict):
        return "must be an object with id, title and text"
    if not isinstance(value.get("id"), str | int):
        return "id is missing; give each record a name"
    for field in ("title", "text", "url", "lang", "source"):
        if value.get(field) is not None and not isinstance(value[field], str):
            return f"{field} must be a text"
    if value.get("title") is None and value.get("text") is None:
        return "title and text are both missing"
    return None


def publication_of(record: Mapping[str, Any]) -> Publication:
    """A record of the command line as a publication of no known source, or of the one it names."""
    return Publication(
        source=record.get("source") or "",
        native_id=str(record["id"]),
        title=record.get("title") or "",
        url=record.get("url"),
        lang=record.get("lang"),
        text=record.get("text") or "",
    )
