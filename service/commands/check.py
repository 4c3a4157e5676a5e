"""``vigilex check``: database, index and archive against each other, a sentence for each thing that is wrong."""

import argparse

from crawlers.archive import archive_problems
from db.check import check
from db.connect import StoreError, open_existing
from service.arguments import add_data
from service.errors import Failure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    try:
        store = open_existing(args.data)
        findings = [*check(store), *archive_problems(args.data, store)]
    except StoreError as error:
        raise Failure(str(error)) from None
    for finding in findings:
        print(finding)
    if not findings:
        print("The database, the index and the archive agree.")
    return 1 if findings else 0
