"""`python -m sandbox`: runs until SIGTERM, SIGINT or SIGHUP."""

import logging
import signal
import sys
import threading
from types import FrameType

from sandbox.options import read_options
from sandbox.server import Sandbox


def main() -> int:
    """Runs a sandbox; answers the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s sandbox: %(message)s")
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    options = read_options(sys.argv[1:])
    try:
        sandbox = Sandbox(options)
    except OSError as error:
        sys.stderr.write(f"sandbox: port {options.port} of 127.0.0.1 cannot be used: {error}\n")
        return 1
    sandbox.start()
    where = sandbox.options.webhook_url or "nowhere"
    logging.getLogger("sandbox").info("SANDBOX, not Stripe: %s, events go to %s", sandbox.url, where)
    ended.wait()
    sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
