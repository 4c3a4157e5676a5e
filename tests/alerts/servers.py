"""Mail servers on this machine for tests: one that takes everything, and one that answers as it is told."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller


@dataclass
class Box:
    """What a server took: (recipients, bytes) of each mail, and how many conversations there were."""

    mails: list[tuple[list[str], bytes]] = field(default_factory=list)
    conversations: int = 0

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: ARG002
        self.mails.append((list(envelope.rcpt_tos), bytes(envelope.content)))  # type: ignore[attr-defined]
        return "250 taken"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # type: ignore[no-untyped-def]  # noqa: ARG002
        self.conversations += 1
        session.host_name = hostname
        return responses


@contextmanager
def taking_server(**options: object) -> Iterator[tuple[Box, int]]:
    """A real server that takes every mail: (what it took, its port)."""
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


Answer = str | Callable[[], str]
DROP, STALL = "DROP", "STALL"


@dataclass
class Scripted:
    """A server that answers each step (connect, ehlo, mail, rcpt, data, end, rset, quit) as ``answers`` say.

    DROP closes the connection, STALL says nothing more. ``taken`` are the mails whose end it saw, whatever it answered.
    """

    answers: Mapping[str, str]
    taken: list[bytes] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    _USUAL = {"connect": "220 here", "ehlo": "250 hello", "data": "354 go on", "quit": "221 bye"}  # noqa: RUF012

    def converse(self, connection: socket.socket, over: threading.Event) -> None:
        with connection, connection.makefile("rb") as lines:
            if not self._answer(connection, "connect", over):
                return
            for line in lines:
                step = line[:4].decode().strip().lower()
                if not self._answer(connection, step, over) or step == "quit":
                    return
                if step == "data" and self.answers.get("data", "354").startswith("354"):
                    self.taken.append(b"".join(iter(lines.readline, b".\r\n")))
                    if not self._answer(connection, "end", over):
                        return

    def _answer(self, connection: socket.socket, step: str, over: threading.Event) -> bool:
        self.steps.append(step)
        answer = self.answers.get(step) or self._USUAL.get(step, "250 fine")
        if answer == STALL:
            over.wait(10)
        if answer in (DROP, STALL):
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return True


@contextmanager
def scripted_server(**answers: str) -> Iterator[tuple[Scripted, int]]:
    """A server that answers as told: (what it saw, its port)."""
    server = Scripted(answers)
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_quietly, args=(server, connection, over), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server, listening.getsockname()[1]
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _quietly(server: Scripted, connection: socket.socket, over: threading.Event) -> None:
    try:
        server.converse(connection, over)
    except OSError:
        return  # the client closed first
