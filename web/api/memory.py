"""Answers as they were last written: lists take most of the time, and most programs ask for the same ones."""

import threading
from collections import OrderedDict
from collections.abc import Callable

ROOM = 32_000_000
"""Bytes of answers that are kept; the ones asked for longest ago go first."""


class Memory:
    """Keeps answers for as long as the store stands as it did. Used from several threads."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._state: object = None
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def answer(self, name: str, state: object, make: Callable[[], bytes]) -> bytes:
        """The answer called ``name`` to a store in ``state``: the one kept, else the one that is made now."""
        with self._lock:
            if state != self._state:
                self._state, self._size = state, 0
                self._held.clear()
            elif name in self._held:
                self._held.move_to_end(name)
                return self._held[name]
        made = make()
        with self._lock:
            if state == self._state and name not in self._held:
                self._keep(name, made)
        return made

    def _keep(self, name: str, made: bytes) -> None:
        self._held[name] = made
        self._size += len(made)
        while self._size > self._room:
            self._size -= len(self._held.popitem(last=False)[1])
