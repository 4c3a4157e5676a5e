"""``vigilex``: finds the command, runs it, and turns what goes wrong into one sentence and an exit code.

Each command is a module of ``service.commands`` with ``add_arguments(parser)`` and ``run(args) -> exit code``. Only the
module of the command that was asked for is imported: reading the store must not pay for spaCy or Scrapy.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from service import __version__
from service.errors import Failure


class Command(NamedTuple):
    module: str
    help: str


COMMANDS = {
    "up": Command("up", "run the whole service on this machine: crawl, mail, back up, and serve the site"),
    "crawl": Command("crawl", "visit the sources that are due, or those named, and store what is new"),
    "extract": Command("extract", "read one saved payload of a source and print its updates; stores nothing"),
    "tag": Command("tag", "tag texts given as JSON Lines"),
    "evaluate": Command("evaluate", "measure the tagger against labelled JSON Lines"),
    "search": Command("search", "search the stored updates"),
    "feeds": Command("feeds", "write the feeds"),
    "web": Command("web", "serve the site, the API and the feeds on this machine, without the schedule of up"),
    "bounces": Command("bounces", "read what came back to the sender's mailbox and act on it"),
    "alarms": Command("alarms", "show what is broken and what to do about it, or tell the secretariat by mail"),
    "digest": Command("digest", "preview a digest, or make and send those of today"),
    "sources": Command("sources", "show every source and its state"),
    "retag": Command("retag", "tag every stored update again, from the stored text"),
    "reparse": Command("reparse", "read every archived snapshot again, without asking the sources"),
    "check": Command("check", "verify database, index and archive against each other"),
    "backup": Command("backup", "make a checked copy of the store and remove old ones, or restore one"),
    "doctor": Command("doctor", "say what is amiss with settings, store, machine and mail, and what to do"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line ``argv`` (without the program's name); gives the exit code (0, 1 failure, 2 usage)."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = _parser(words).parse_args(words)
        code = int(args.run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has gone (``| head``): not our failure, and nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Failure as failure:
        print(f"vigilex: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("vigilex: stopped", file=sys.stderr)
        return 130
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser with every command's name, and the arguments of the one command that ``words`` ask for."""
    parser = argparse.ArgumentParser(
        prog="vigilex",
        description="What has changed in the law on forced labour and supply-chain due diligence, with proof.",
        epilog="Each command has its own --help. Settings: vigilex.toml in the data folder or here; see README.md.",
    )
    parser.add_argument("--version", action="version", version=f"vigilex {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in words if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help, description=command.help)
        if name == wanted:
            module = importlib.import_module(f"service.commands.{command.module}")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
