"""The child processes of the service: started, watched, and ended where they get stuck."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from alerts.outbox import without_addresses
from db.tasks import TaskOutcome
from service.plan import LIMITS, Kind, Task

_LONGEST_SAID = 500


@dataclass
class Child:
    """A running command and the tasks that it still does (several sources, else one task); times in seconds of one
    clock."""

    kind: Kind
    tasks: tuple[Task, ...]
    process: "subprocess.Popen[bytes]"
    started: float
    stuck: bool = False
    told_to_end: float | None = None
    said: str = ""
    reader: threading.Thread | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit code (negative: the signal that killed it) and the last line of what it said."""

    tasks: tuple[Task, ...]
    code: int
    stuck: bool
    said: str
    seconds: float

    @property
    def was_killed(self) -> bool:
        return self.code < 0

    @property
    def reason(self) -> str:
        """The failure in words."""
        if self.stuck:
            return "it took too long and was ended"
        if self.was_killed:
            return f"it was killed (signal {-self.code})"
        return self.said or f"it ended with exit code {self.code}"


@dataclass
class Children:
    """All children of one service. ``command`` gives the words to run for a task's words; ``timer`` counts seconds."""

    command: Callable[[Sequence[str]], Sequence[str]]
    timer: Callable[[], float]
    running: list[Child] = field(default_factory=list)

    def count(self, kind: Kind) -> int:
        return sum(child.kind is kind for child in self.running)

    def start(self, tasks: Sequence[Task]) -> None:
        """Start one command for these tasks: those of several sources become one command that visits them all."""
        words = [*tasks[0].words, *(word for task in tasks[1:] for word in task.words[1:])]
        # A session of its own: Ctrl-C in the terminal is for the service, which ends its children in order.
        process = subprocess.Popen(
            self.command(words), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        child = Child(tasks[0].kind, tuple(tasks), process, self.timer())
        child.reader = threading.Thread(target=_listen, args=[child], daemon=True)
        child.reader.start()
        self.running.append(child)

    def let_go(self, child: Child, done: Sequence[Task]) -> Ended:
        """Some tasks of a child are done; it goes on with the others, and answers for them alone."""
        child.tasks = tuple(task for task in child.tasks if task not in done)
        return Ended(tuple(done), 0, stuck=False, said="", seconds=self.timer() - child.started)

    def ended(self) -> list[Ended]:
        """The children that have ended since the last call. Those that got stuck are told to end, then killed."""
        found = []
        for child in list(self.running):
            code = child.process.poll()
            if code is None:
                self._hurry(child)
            else:
                self.running.remove(child)
                found.append(self._ended(child, code))
        return found

    def tell_to_end(self) -> None:
        """SIGTERM for all that were not told yet."""
        for child in list(self.running):
            self._tell_to_end(child)

    def wait(self, seconds: float) -> list[Ended]:
        """Wait so long for all children to end, then kill what is left."""
        until = self.timer() + seconds
        for child in list(self.running):
            try:
                child.process.wait(max(0.0, until - self.timer()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        return self.ended()

    def kill(self) -> None:
        """End all at once, for a service that ends at once."""
        for child in list(self.running):
            child.process.kill()

    def _hurry(self, child: Child) -> None:
        limit, now = LIMITS[child.kind], self.timer()
        if child.told_to_end is None and now - child.started > limit.longest.total_seconds():
            child.stuck = True
            self._tell_to_end(child)
        elif child.told_to_end is not None and now - child.told_to_end > limit.grace.total_seconds():
            child.process.kill()

    def _tell_to_end(self, child: Child) -> None:
        if child.told_to_end is None:
            child.told_to_end = self.timer()
            child.process.terminate()

    def _ended(self, child: Child, code: int) -> Ended:
        assert child.reader is not None
        child.reader.join(5)
        for pipe in (child.process.stdin, child.process.stderr):
            if pipe:
                pipe.close()
        said = without_addresses(child.said.removeprefix("vigilex: "))[:_LONGEST_SAID]
        return Ended(child.tasks, code, child.stuck, said, self.timer() - child.started)


def outcome_of(ended: Ended, still_wanted: bool) -> TaskOutcome:
    """How a task ended. A command's exit code 1 may mean that it did its work and met a trouble: the store knows."""
    if ended.stuck:
        return TaskOutcome.STUCK
    if ended.code == 0 or (ended.code == 1 and not still_wanted):
        return TaskOutcome.DONE
    return TaskOutcome.FAILED


def own_command(data: str) -> Callable[[Sequence[str]], list[str]]:
    """The command of this program that does a task over the store in ``data``."""
    return lambda words: [sys.executable, "-m", "service.child", *words, "--data", data]


def _listen(child: Child) -> None:
    """Keep the last line of what a child says, and let it say as much as it likes."""
    assert child.process.stderr is not None
    for line in child.process.stderr:
        if text := line.decode("utf-8", "replace").strip():
            child.said = text
