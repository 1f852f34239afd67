"""The live process as a demo and compose start it, in front of the tests' own database."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from config import processes
from config.children import end_group, start, stop, wait_until
from tests.stripe_sandbox import PATIENCE, free_port

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class LiveProcess:
    port: int
    child: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        process = processes.live(port=self.port)
        command = (str(Path(sys.executable).parent / process.command[0]), *process.command[1:])
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        environment = {**os.environ, "DATABASE_URL": database.geturl(), "LIVE_SHARED_MS": "200"}
        # Tests may touch the database beside a running event loop; the product never does.
        del environment["DJANGO_ALLOW_ASYNC_UNSAFE"]
        self.child = start(command, folder=ROOT, environment=environment, death_signal=signal.SIGKILL)
        assert wait_until(self.answers, child=self.child, seconds=PATIENCE)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}{processes.ALIVE}", timeout=PATIENCE) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL to the server and its worker: no goodbye."""
        assert self.child is not None
        end_group(self.child.pid)
        self.child.wait()

    def tell(self, signal_number: int) -> None:
        """A signal to the server and its worker."""
        assert self.child is not None
        os.killpg(self.child.pid, signal_number)


@contextmanager
def live_process() -> Iterator[LiveProcess]:
    """Ends before the database is emptied, if whoever asks for it has asked for the database first."""
    process = LiveProcess(free_port())
    process.start()
    try:
        yield process
    finally:
        assert process.child is not None
        stop(process.child, stop_signal=signal.SIGKILL)
