"""Arguments that several commands share, and what they mean."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path


def add_data(parser: argparse.ArgumentParser) -> None:
    """``--data DIR``: the folder of the store."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("VIGILEX_DATA") or "var"),
        metavar="DIR",
        help="the data folder (default: VIGILEX_DATA, else ./var)",
    )


def add_now(parser: argparse.ArgumentParser) -> None:
    """``--now TIME``: the clock of this run, for tests and demonstrations."""
    parser.add_argument(
        "--now",
        type=moment,
        metavar="TIME",
        help="take this for the present time (RFC 3339 or a date; without zone: UTC)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON Lines")


def moment(text: str) -> datetime:
    """A time given by a person, in UTC. Raises argparse.ArgumentTypeError."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 2026-11-22 or 2026-11-22T07:00:00Z") from None
    # What is counted from a time, days before it and years after it, must be times too.
    if not 1000 < value.year < 9000:
        raise argparse.ArgumentTypeError(f"{text!r} is out of reach; write a year from 1001 to 8999")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def clock(args: argparse.Namespace) -> datetime:
    """The time that this command takes for the present one."""
    return args.now or datetime.now(UTC)


def timestamp(value: datetime) -> str:
    """RFC 3339 in UTC, to the second, with Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
