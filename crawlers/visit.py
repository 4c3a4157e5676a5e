"""One run of one source: answers in, evidence and updates into the store, follow-ups out, one outcome at the end.

The way of an answer: archive (on disk) -> read -> one transaction (snapshot, updates, marks, validators) -> the
requests that it leads to. Cut anywhere, the next run takes up what is missing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from scrapy import Request

from crawlers.answers import Answer
from crawlers.archive import Archive, ArchiveError
from crawlers.bases.source import SourceSpider
from crawlers.guard import refusal
from crawlers.health import Finding, Tally, judge, keeps_validators, silence
from crawlers.holder import is_alive
from crawlers.hosts import HostBook, NotFetched, NotRecorded
from crawlers.keeping import Keeper, read_answer, where
from crawlers.keys import Key
from crawlers.options import CrawlOptions, RunReport, Tagging
from crawlers.pages import Trail
from crawlers.reading import Ask, Reading
from crawlers.recording import Recorded, Recording
from db import hosts as waits
from db import leases, runs, validators
from db.connect import DatabaseError
from db.last_complete import last_complete, rows_last_listed
from db.marks import mark
from db.sources import count_request
from model.codes import Outcome
from model.snapshot import Snapshot

LEASE_SECONDS = 900
_FIRST_VISIT = timedelta(days=30)
_OVERLAP = timedelta(days=7)
_UNCONDITIONAL_AFTER = timedelta(days=7)
_STOPPED = Finding(Outcome.PARTIAL, "The visit was stopped before its end")

_T = TypeVar("_T")


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with Z, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Visit:
    """The state of one run. ``recording`` answers instead of the network where it is given."""

    spider: type[SourceSpider]
    db: Any
    folder: Path
    options: CrawlOptions
    tagging: Tagging
    run: str
    holder: str
    recording: Recording | None = None
    hosts: HostBook = field(default_factory=HostBook)
    findings: list[Finding] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    waits: dict[str, tuple[str, float]] = field(default_factory=dict)
    longest_delay: float = 0.0
    report: RunReport | None = None

    stopped = _STOPPED

    def __post_init__(self) -> None:
        self.source = self.spider.source
        value = self.options.keys.get(self.source.id, "")
        self.key = Key(value, self.spider.key_header, self.spider.key_param)
        self.archive = Archive(self.folder / "archive", self.source.id, self.run)
        self.keeper = Keeper(self.spider, self.db, self.archive, self.tagging)
        self.stopping = asyncio.Event()
        self._leases: list[str] = []
        self._asked: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
        self._not_recorded: list[str] = []

    @property
    def replays(self) -> bool:
        return self.recording is not None

    @property
    def robot_name(self) -> str:
        """The product token by which robots.txt may call us (RFC 9309, 2.2.1)."""
        return self.options.user_agent.partition("/")[0].strip() or "vigilex"

    def clock(self) -> datetime:
        return self.options.now().astimezone(UTC)

    def now(self) -> str:
        return timestamp(self.clock())

    def find(self, finding: Finding) -> None:
        """Note what went wrong, in words that hold no key."""
        clean = Finding(finding.outcome, self.key.out_of(finding.text), finding.spoils)
        if clean not in self.findings:
            self.findings.append(clean)

    # The beginning and the end.

    def begin(self) -> bool:
        """Open the run; False, and a report, where another process is at this source or at one of its hosts."""
        runs.start_run(self.db, self.source.id, self.run, self.now(), self.holder)
        for name in self._lease_names():
            if not leases.acquire(self.db, name, self.holder, self.now(), LEASE_SECONDS, is_alive):
                self.find(Finding(Outcome.SKIPPED, f"Another process is busy with {name.partition(':')[2]}"))
                self.close("finished")
                return False
            self._leases.append(name)
        if not self.replays:
            self._remember_waits()
        return True

    def close(self, reason: str) -> None:
        """End the run: what a replay has left is read, the outcome judged, everything given back."""
        if self.report:
            return
        if self.stopping.is_set() or reason != "finished":
            self.find(_STOPPED)
        elif self.recording and self._leases:
            self._guarded(self._hand_over)
        elif silent := silence(self.tally, rows_last_listed(self.db, self.source.id)):
            self.find(silent)
        self.archive.close()
        outcome, sentence = judge(self.findings, self.tally)
        complete = keeps_validators(outcome, self.findings)
        counts = {**self.tally.counts(), "complete": int(complete and not self.replays)}
        if not complete and self._leases and not self.replays:
            validators.clear(self.db, self.source.id)
        runs.finish_run(self.db, self.run, outcome, sentence, counts, self.now(), source=self.source.id)
        for name in self._leases:
            leases.release(self.db, name, self.holder)
        unanswered = tuple(self._not_recorded)
        self.report = RunReport(self.source.id, self.run, outcome, sentence, counts, unanswered)

    def fail(self, error: BaseException) -> None:
        """End the run after an error that nobody foresaw, with its place instead of a traceback."""
        self.find(Finding(Outcome.FAILED, f"An error of our own: {where(error)}"))
        self.close("finished")

    def _lease_names(self) -> list[str]:
        hosts = () if self.replays else self.source.hosts
        return [f"source:{self.source.id}", *(f"host:{host}" for host in sorted(hosts))]

    def _guarded(self, step: Callable[[], _T]) -> _T | None:
        """Run a step of ours; what goes wrong in it ends this run with a reason, never the crawl with a traceback."""
        try:
            return step()
        except (OSError, DatabaseError) as error:
            self.find(Finding(Outcome.FAILED, f"The store or the archive could not be written: {error}"))
            self.stopping.set()
        except Exception as error:  # noqa: BLE001 - see above
            self.find(Finding(Outcome.FAILED, f"An error of our own: {where(error)}"))
        return None

    # Requests.

    def first_requests(self) -> Iterator[Request]:
        yield from self._guarded(lambda: list(self._first())) or ()

    def _first(self) -> Iterator[Request]:
        asks = self.spider.asks(self.clock(), self.options.since or self._since())
        return self._requests(asks, None)

    def _since(self) -> date:
        last = last_complete(self.db, self.source.id)
        if last is None:
            return (self.clock() - _FIRST_VISIT).date()
        return (datetime.fromisoformat(last) - _OVERLAP).date()

    def _requests(self, asks: Iterable[Ask], trail: Trail | None) -> Iterator[Request]:
        for ask in asks:
            name = ask.url, tuple(sorted(ask.headers.items()))
            if name in self._asked:
                continue
            self._asked.add(name)
            if reason := refusal(ask.url, self.source.hosts):
                self.find(Finding(Outcome.PARTIAL, f"Not asked: {ask.url}: {reason}"))
            elif self._is_needless(ask):
                self.tally.not_asked += 1
            else:
                yield self._request(ask, trail)

    def _is_needless(self, ask: Ask) -> bool:
        if ask.mark and mark(self.db, self.source.id, ask.mark[0]) == ask.mark[1]:
            return True
        return ask.about is not None and not self.tagging.may_matter(ask.about)

    def _request(self, ask: Ask, trail: Trail | None) -> Request:
        conditions = self._conditions(ask)
        return Request(
            ask.url,
            headers={**ask.headers, **conditions},
            callback=self.answered,
            errback=self.unanswered,
            meta={"ask": ask, "trail": trail or Trail(), "conditional": bool(conditions)},
            dont_filter=True,
        )

    def _conditions(self, ask: Ask) -> dict[str, str]:
        """Validators to send along. Not with headers of the spider's own: one address then has several documents."""
        known = validators.validators(self.db, self.source.id, ask.url, self.spider.parser_version)
        if self.replays or ask.headers or known is None:
            return {}
        if self.clock() - datetime.fromisoformat(known.stored_at) > _UNCONDITIONAL_AFTER:
            return {}
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value}

    # Answers.

    def answered(self, response: Any) -> list[Request]:
        """Scrapy's callback: keep the answer; the requests that it leads to."""
        meta = response.request.meta
        return self._guarded(lambda: self._take(response.answer, meta)) or []

    def unanswered(self, failure: Any) -> None:
        """Scrapy's errback: why a request has no answer."""
        error = failure.value
        if isinstance(error, NotRecorded):
            self._not_recorded.append(str(error))
            self.tally.not_recorded += 1
        elif isinstance(error, NotFetched):
            self.find(error.finding)
        else:
            self.find(Finding(Outcome.FAILED, f"An error of our own: {where(error)}"))

    def _take(self, answer: Answer, meta: dict[str, Any]) -> list[Request]:
        if answer.status == 304 and meta["conditional"]:
            self.tally.not_modified += 1
            return []
        snapshot = self.keeper.evidence(answer, self.now())
        reading = self._read(answer, snapshot)
        if reading is None:
            return []
        trail: Trail = meta["trail"]
        sound = self._check_listing(answer, reading, trail, snapshot.sha256)
        ask: Ask = meta["ask"]
        keeps = sound and not self.replays and not ask.headers and not meta.get("hops")
        self._save(snapshot, reading, (ask.mark,) if ask.mark else (), keep_validators=keeps)
        self.options.say(f"{self.source.id}: {self.key.out_of(answer.title)}")
        return list(self._requests(reading.asks, trail if reading.listed is not None else None)) if sound else []

    def _read(self, answer: Answer, snapshot: Snapshot) -> Reading | None:
        reading = read_answer(self.spider, answer)
        if isinstance(reading, Finding):
            self.find(reading)
            self.keeper.note(snapshot)
            return None
        self.tally.answers += 1
        for problem in reading.problems:
            self.tally.problems += 1
            text = f"{answer.title}, record {problem.record}, field {problem.field}: {problem.text}"
            self.find(Finding(Outcome.PARTIAL, text, spoils=False))
        return reading

    def _save(self, snapshot: Snapshot, reading: Reading, marks: Any, *, keep_validators: bool) -> None:
        saved = self.keeper.save(snapshot, reading, marks, keep_validators=keep_validators, now=self.now())
        self.tally.new += len(saved.new)
        self.tally.completed += len(saved.completed)
        self.tally.revised += len(saved.revised)
        self.tally.unchanged += len(saved.unchanged)

    def _check_listing(self, answer: Answer, reading: Reading, trail: Trail, digest: str) -> bool:
        """Whether a listing is what it should be: rows on its first page, and pages that end."""
        if reading.listed is None:
            return True
        self.tally.listings += 1
        self.tally.listed += reading.listed
        # A recording is often trimmed; that it holds no row at all is suspicious there too.
        least = min(1, self.source.expected) if self.replays else self.source.expected
        wrong = trail.step(reading, digest)
        if trail.pages == 1 and reading.listed < least:
            wrong = f"it lists {reading.listed} rows where at least {self.source.expected} are normal"
        if wrong:
            self.find(Finding(Outcome.SUSPICIOUS, f"{answer.title}: {wrong}"))
        return wrong is None

    # What a replay has left.

    def load(self, recorded: Recorded) -> Answer:
        """A recorded answer, read from its file. Raises NotFetched where the file cannot be read."""
        try:
            return recorded.load()
        except (OSError, ArchiveError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise NotFetched(
                Finding(Outcome.SUSPICIOUS, f"The recorded file {recorded.name} cannot be read: {reason}")
            ) from error

    def _hand_over(self) -> None:
        assert self.recording is not None  # only a replay has anything left
        for source, text in self.recording.unreadable:
            if source == self.source.id:
                self.find(Finding(Outcome.SUSPICIOUS, text))
        for recorded in self.recording.left_over(self.source.id, self.source.hosts):
            if not (recorded.url or "").endswith("/robots.txt"):
                self._hand_over_one(recorded)

    def _hand_over_one(self, recorded: Recorded) -> None:
        try:
            answer = self.load(recorded)
        except NotFetched as unreadable:
            self.find(unreadable.finding)
            return
        snapshot = self.keeper.evidence(answer, self.now())
        if reading := self._read(answer, snapshot):
            self._save(snapshot, reading, (), keep_validators=False)

    # Manners.

    def _remember_waits(self) -> None:
        for host in self.source.hosts:
            until = waits.not_before(self.db, host)
            seconds = (datetime.fromisoformat(until) - self.clock()).total_seconds() if until else 0
            if until and seconds > 0:
                self.waits[host] = (until, seconds)

    def note_wait(self, host: str, seconds: float) -> str:
        """Keep a host's wish for the runs to come; the time until which it holds."""
        until = timestamp(self.clock() + timedelta(seconds=seconds))
        waits.set_not_before(self.db, host, until)
        return until

    def count_request(self) -> None:
        """Count one request of today. Raises NotFetched where we promised not to make it."""
        if self.stopping.is_set():
            raise NotFetched(_STOPPED)
        # Here, not only with answers: a host that is slow or wants long pauses may give none for longer than a lease.
        self._renew_leases()
        self.tally.requests += 1
        most = self.source.requests_per_day
        if count_request(self.db, self.source.id, self.now()[:10]) > most:
            raise NotFetched(Finding(Outcome.PARTIAL, f"The {most} requests a day that we promised are used up"))

    async def pause(self, seconds: float) -> None:
        """Wait, unless the crawl is stopped meanwhile. Raises NotFetched then."""
        if seconds > 0:
            await self.unless_stopped(asyncio.sleep(seconds))

    async def unless_stopped(self, doing: Coroutine[Any, Any, _T]) -> _T:
        """The result of ``doing``, which is given up when the crawl is stopped. Raises NotFetched then."""
        task = asyncio.ensure_future(doing)
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise NotFetched(_STOPPED)
        finally:
            task.cancel()
            stop.cancel()

    def _renew_leases(self) -> None:
        for name in self._leases:
            leases.renew(self.db, name, self.holder, self.now(), LEASE_SECONDS)
