"""The crawl: opens the runs, lets Scrapy work them off in this process, and reports each one's outcome.

Sources with a host in common are visited one after the other; others at the same time. A process can crawl once,
since Twisted's reactor cannot be started again.
"""

import asyncio
import contextlib
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from crawlers import registry
from crawlers.bases.source import SourceSpider
from crawlers.guard import installed_reactor, parse_origin
from crawlers.health import plural
from crawlers.holder import is_alive, own_holder
from crawlers.options import CrawlOptions, RunReport, Tagging
from crawlers.recording import Recording, open_recording
from crawlers.registry import UnknownSource
from crawlers.settings import crawl_settings
from crawlers.visit import Visit, timestamp
from db import validators
from db.connect import DatabaseError, StoreError
from db.runs import mark_interrupted
from db.sources import sync_sources
from db.store import open_store
from extractors.tagger import may_matter, tag

__all__ = ["CrawlOptions", "RunReport", "Tagging", "crawl"]

Spiders = Mapping[str, type[SourceSpider]]
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TAGGING = Tagging(may_matter, tag)


def crawl(
    folder: Path,
    sources: Sequence[str] | None,
    options: CrawlOptions,
    *,
    spiders: Spiders | None = None,
    tagging: Tagging = _TAGGING,
) -> list[RunReport]:
    """Visit ``sources`` (None: all; in a replay, all that it has something of) once; one report a source.

    ``spiders`` are those to choose from, by source. Raises UnknownSource, StoreError, RecordingError and, for a wrong
    ``allowed_origin``, ValueError, each with one sentence, before anything is asked.
    """
    known = registry.spiders() if spiders is None else spiders
    recording = open_recording(options.replay) if options.replay else None
    chosen = _chosen(known, sources, recording)
    settings = crawl_settings(
        options.user_agent, options.delay, parse_origin(options.allowed_origin), replay=recording is not None
    )
    db = open_store(folder)
    try:
        _tidy_up(db, known, options)
        if recording:
            _tell_of_others(recording, known, options)
        return _Crawl(db, folder, options, tagging, recording, settings).run(chosen) if chosen else []
    except DatabaseError as error:
        raise StoreError(
            f"The store in {folder} failed during the crawl ({error}): check the disk, then crawl again."
        ) from error
    finally:
        db.close()


def _chosen(known: Spiders, sources: Sequence[str] | None, recording: Recording | None) -> list[type[SourceSpider]]:
    if sources:
        for source in sources:
            if source not in known:
                raise UnknownSource(source)
        return [known[source] for source in dict.fromkeys(sources)]
    if recording:
        return [known[source] for source in recording.sources({name: s.source.hosts for name, s in known.items()})]
    return list(known.values())


def _tidy_up(db: Any, known: Spiders, options: CrawlOptions) -> None:
    """Runs whose process died are shown as interrupted; what they left unasked must not be taken for seen."""
    for run in mark_interrupted(db, timestamp(options.now()), is_alive):
        validators.clear(db, run.source)
        options.say(f"{run.source}: the run {run.run} was interrupted; this one goes on from there")
    sync_sources(db, [spider.source for spider in known.values()])


def _tell_of_others(recording: Recording, known: Spiders, options: CrawlOptions) -> None:
    for source, text in recording.unreadable:
        if source not in known:
            options.say(f"Left out: {text}.")
    if unclaimed := recording.without_owner(host for spider in known.values() for host in spider.source.hosts):
        files = plural(len(unclaimed), "recorded file")
        options.say(f"Left out: {files} without a source or an address that we know: {', '.join(unclaimed[:3])}.")
    others = recording.without_spider(known)
    if others:
        files, sources = plural(others.total(), "recorded file"), plural(len(others), "source")
        options.say(f"Left out: {files} of {sources} that we do not read.")


def lanes(chosen: Sequence[type[SourceSpider]]) -> list[list[type[SourceSpider]]]:
    """Groups of sources that share no host with another group; within one they are visited one after the other."""
    groups: list[list[type[SourceSpider]]] = []
    for spider in chosen:
        hosts = set(spider.source.hosts)
        joined = [group for group in groups if any(hosts & set(other.source.hosts) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(other for group in joined for other in group), spider])
    return groups


@dataclass
class _Crawl:
    """All visits of one process."""

    db: Any
    folder: Path
    options: CrawlOptions
    tagging: Tagging
    recording: Recording | None
    settings: dict[str, Any]
    visits: list[Visit] = field(default_factory=list)
    stopped: bool = False

    def run(self, chosen: Sequence[type[SourceSpider]]) -> list[RunReport]:
        self.holder = own_holder()
        self.process = AsyncCrawlerProcess(self.settings)
        loop = asyncio.get_event_loop()
        main = loop.create_task(self._all(lanes(chosen)))
        main.add_done_callback(_stop_reactor)
        with self._stopped_by_signals(loop):
            self.process.start(stop_after_crawl=False, install_signal_handlers=False)
        main.result()
        order = {spider.source.id: place for place, spider in enumerate(chosen)}
        reports = [visit.report for visit in self.visits if visit.report]
        return sorted(reports, key=lambda report: order[report.source])

    async def _all(self, groups: Sequence[Sequence[type[SourceSpider]]]) -> None:
        await asyncio.gather(*(self._lane(group) for group in groups))

    async def _lane(self, spiders: Sequence[type[SourceSpider]]) -> None:
        pause = 0.0
        for spider in spiders:
            await self._pause(pause)
            if self.stopped:
                return
            visit = self._visit(spider)
            if visit.begin():
                await self._crawl(visit)
            pause = max(float(self.settings["DOWNLOAD_DELAY"]), visit.longest_delay)
            assert visit.report is not None  # a visit that has ended has a report
            self.options.say(f"{spider.source.id}: {visit.report.outcome}: {visit.report.reason}")

    async def _crawl(self, visit: Visit) -> None:
        try:
            await self.process.crawl(visit.spider, visit=visit)
        except Exception as error:  # noqa: BLE001 - one source's misfortune must not end the visits of the others
            visit.fail(error)
        if visit.report is None:
            visit.close("finished")

    def _visit(self, spider: type[SourceSpider]) -> Visit:
        now = self.options.now()
        run = f"{timestamp(now).replace('-', '').replace(':', '')}-{self.options.token()}"
        visit = Visit(
            spider, self.db, self.folder, self.options, self.tagging, run, self.holder, recording=self.recording
        )
        self.visits.append(visit)
        return visit

    async def _pause(self, seconds: float) -> None:
        """The delay between two requests also holds between the last one of a source and the first of the next."""
        while seconds > 0 and not self.stopped:
            await asyncio.sleep(min(seconds, 0.2))
            seconds -= 0.2

    @contextlib.contextmanager
    def _stopped_by_signals(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """A signal ends all visits in order; a second one ends the process at once, which the store survives too."""
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._stop, loop)
        try:
            yield
        finally:
            _forget_signals(loop)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        self.stopped = True
        for visit in self.visits:
            visit.stopping.set()
        _forget_signals(loop)


def _forget_signals(loop: asyncio.AbstractEventLoop) -> None:
    for number in _SIGNALS:
        loop.remove_signal_handler(number)


def _stop_reactor(_: Any) -> None:
    with contextlib.suppress(RuntimeError):
        installed_reactor().stop()
