"""What ``vigilex doctor`` finds: how something stands, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """``warning``: works, but not as it should in service. ``problem``: something does not work or will be lost."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``said`` is what was found, ``remedy`` what to do: sentences, empty where all is
    well."""

    check: str
    state: State
    said: str
    remedy: str = ""


def ok(check: str, said: str) -> Finding:
    return Finding(check, State.OK, said)


def warning(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, State.WARNING, said, remedy)


def problem(check: str, said: str, remedy: str) -> Finding:
    return Finding(check, State.PROBLEM, said, remedy)
