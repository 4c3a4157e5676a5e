"""How the service starts a command of its own: ``python -m service.child crawl …``.

The service holds the other end of our standard input and never writes. When it ends, however it ends, the input ends
too: nobody would see any more how we end, and nobody would end us where we got stuck.
"""

import os
import signal
import sys
import threading

from service.cli import main

PATIENCE = 60.0
"""Seconds for an orderly end after the service has gone."""


def end_with_the_service(patience: float = PATIENCE) -> None:
    """Wait for the service to go; then end this process, in order where it can."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    print("vigilex: the service has gone; this task ends with it", file=sys.stderr)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(patience)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_service, daemon=True).start()
    raise SystemExit(main())
