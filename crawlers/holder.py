"""Who holds a lease: a process, told from a later one with the same number by the moment it started."""

import os
from pathlib import Path


def own_holder() -> str:
    """This process: ``1234:5d1f…/88123`` (number, boot of the machine, start in ticks since then)."""
    return f"{os.getpid()}:{_started(os.getpid()) or ''}"


def is_alive(holder: str) -> bool:
    """Whether the process that calls itself ``holder`` still runs. A holder that cannot be read is dead."""
    number, _, started = holder.partition(":")
    if not number.isdecimal():
        return False
    now_started = _started(int(number))
    if now_started is not None:
        return now_started == started
    return not Path("/proc/self/stat").exists() and _answers(int(number))


def _started(number: int) -> str | None:
    try:
        fields = Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None
    # A zombie has ended; only its parent does not know yet.
    return None if fields[0] in ("Z", "X") else f"{boot}/{fields[19]}"


def _answers(number: int) -> bool:
    """Where there is no /proc, a signal that does nothing tells whether the number is in use."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
