"""The two ways in which a command ends badly; each carries the one sentence that a person reads."""


class Failure(Exception):
    """Something did not work: exit code 1. The sentence names the thing and the remedy."""

    exit_code = 1


class UsageError(Failure):
    """The words of the command line are off: exit code 2."""

    exit_code = 2
