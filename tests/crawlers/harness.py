"""A small source for tests, and crawls in child processes, since a process can crawl only once."""

import json
import multiprocessing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers.bases.source import SourceSpider
from crawlers.engine import CrawlOptions, RunReport, Tagging, crawl
from crawlers.reading import Ask, Problem, Reading, Shape
from extractors.document import Document
from model.codes import Kind, Stage
from model.publication import Publication
from model.source import Confidence, Republish, Source
from model.tags import Tags

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def tag(publication: Publication) -> Tags:
    del publication
    return Tags(True, False, 1.0, "en", (), (), (), (), Kind.NEWS, Stage.NONE, (), (), ())


TAGGING = Tagging(lambda words: "labour" in words, tag)


@dataclass(frozen=True)
class Trap:
    """A source of the misbehaving server, described by values so that a child process can make its spider."""

    host: str
    paths: tuple[str, ...] = ("/list",)
    expected: int = 1
    requests_per_day: int = 500
    more_hosts: tuple[str, ...] = ()
    key_param: str | None = None
    parser_version: int = 1
    accept: str | None = None

    @property
    def id(self) -> str:
        return "xx_" + self.host.partition(".")[0].replace("-", "_")


def spider(trap: Trap) -> type[SourceSpider]:
    return type(
        "TrapSpider",
        (SourceSpider,),
        {
            "name": trap.id,
            "source": source_of(trap),
            "parser_version": trap.parser_version,
            "key_param": trap.key_param,
            "shapes": (Shape("rows", _is_rows, _Reader(trap).rows),),
            "asks": classmethod(lambda *_: [_first(trap, path) for path in trap.paths]),
        },
    )


def _first(trap: Trap, path: str) -> Ask:
    return Ask(f"https://{trap.host}{path}", headers={"Accept": trap.accept} if trap.accept else {})


def source_of(trap: Trap) -> Source:
    return Source(
        id=trap.id,
        name=trap.host,
        publisher="A ministry",
        jurisdiction="XX",
        languages=("en",),
        homepage=f"https://{trap.host}/",
        hosts=(trap.host, *trap.more_hosts),
        rhythm=timedelta(hours=6),
        silence_after=timedelta(days=30),
        expected=trap.expected,
        requests_per_day=trap.requests_per_day,
        licence="none",
        licence_url=f"https://{trap.host}/licence",
        may_republish=Republish.TEXT,
        confidence=Confidence.SEEN,
    )


def _is_rows(document: Document) -> bool:
    return document.format == "json" and "rows" in document.json


@dataclass(frozen=True)
class _Reader:
    trap: Trap

    def rows(self, document: Document) -> Reading:
        values = document.json
        good = [row for row in values["rows"] if "title" in row]
        bad = [row for row in values["rows"] if "title" not in row]
        return Reading(
            publications=tuple(
                Publication(
                    self.trap.id, row["id"], row["title"], f"https://{self.trap.host}/{row['id']}", text=row["text"]
                )
                for row in good
            ),
            asks=tuple(self._asks(values)),
            problems=tuple(Problem(row["id"], "title", "it has none") for row in bad),
            listed=len(values["rows"]) + len(values.get("items", [])),
        )

    def _asks(self, values: Mapping[str, Any]) -> Iterable[Ask]:
        for path in [*values.get("more", []), *([values["next"]] if "next" in values else [])]:
            yield Ask(f"https://{self.trap.host}{path}")
        for item in values.get("items", []):
            yield Ask(f"https://{self.trap.host}{item['url']}", mark=tuple(item["mark"]), about=item["about"])


@dataclass(frozen=True)
class Plan:
    """One crawl for a child process. ``settings`` are Scrapy settings that a test needs other than they are."""

    folder: Path
    traps: tuple[Trap, ...]
    origin: str | None = None
    replay: Path | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    now: datetime = NOW
    settings: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] | None = None
    since: date | None = None
    prepare: Callable[[], None] | None = None


@dataclass
class Ran:
    """What a child process came to: its reports by source, what it said, and how it ended."""

    reports: dict[str, RunReport]
    said: list[str]
    exitcode: int | None

    def __getitem__(self, source: str) -> RunReport:
        return self.reports[source]


def run(plan: Plan) -> Ran:
    """One crawl in a child process of its own, to its end."""
    child, pipe = start(plan)
    return finish(child, pipe)


def start(plan: Plan) -> tuple[Any, Any]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["tests.crawlers.harness", "crawlers.middlewares", "crawlers.wire", "crawlers.replay"]
    )
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_crawl, args=(plan, there), daemon=True)
    child.start()
    there.close()
    return child, here


def finish(child: Any, pipe: Any, seconds: float = 60) -> Ran:
    reports, said = {}, []
    try:
        if pipe.poll(seconds):
            reports, said = pipe.recv()
    except EOFError:
        pass
    child.join(seconds)
    return Ran(reports, said, child.exitcode)


def _crawl(plan: Plan, pipe: Any) -> None:
    from crawlers import settings

    settings.SETTINGS.update(plan.settings)
    if plan.prepare:
        plan.prepare()
    said: list[str] = []
    options = CrawlOptions(
        now=lambda: plan.now,
        since=plan.since,
        replay=plan.replay,
        user_agent="vigilex/0.1 (+https://example.org/bot)",
        allowed_origin=plan.origin,
        delay=plan.delay,
        keys=plan.keys,
        say=said.append,
    )
    spiders = {trap.id: spider(trap) for trap in plan.traps}
    reports = crawl(plan.folder, plan.sources, options, spiders=spiders, tagging=TAGGING)
    pipe.send(({report.source: report for report in reports}, said))
    pipe.close()


def write_table(folder: Path, lines: Iterable[tuple[str, str, str, bytes]]) -> Path:
    """A folder of recorded payloads with its table: (file, source, original address, body) each."""
    folder.mkdir(parents=True, exist_ok=True)
    table = ["file\tsource_id\toriginal_url\tnote"]
    for name, source, url, body in lines:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        table.append(f"{name}\t{source}\t{url}\t")
    (folder / "SOURCES.tsv").write_text("\n".join(table) + "\n", encoding="utf-8")
    return folder


def as_json(*values: Any) -> bytes:
    return json.dumps({"rows": list(values)}).encode()
