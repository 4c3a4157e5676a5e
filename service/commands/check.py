"""``vigilex check``: database, index and archive against each other, a sentence for each thing that is wrong."""

import argparse

from crawlers.audit import archive_problems
from db.check import check
from db.connect import DatabaseError
from service.arguments import add_data
from service.stores import existing_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    with existing_store(args.data) as store:
        findings = check(store)
        try:
            findings += archive_problems(args.data / "archive", store)
        except DatabaseError as error:
            findings.append(f"The archive could not be compared, since the database cannot be read: {error}.")
    for finding in findings:
        print(finding)
    if not findings:
        print("The database, the index and the archive agree.")
    return 1 if findings else 0
