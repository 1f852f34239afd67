"""The servers of a test run: PostgreSQL and Valkey, embedded, started once and gone with the run.

Whoever sets DATABASE_URL or REDIS_URL gets those used instead. Everything here happens before the settings are read.
"""

import atexit
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from config.children import start, stop, wait_until
from config.embedded import Server, postgres, valkey
from config.lodging import lodge

SECONDS_TO_START = 240.0
PREFIX = "genseki-tests-"
# Seconds. A folder so young may not have its lock yet.
YOUNG = 60.0
_LOCKS: list[int] = []

# Addresses nobody listens on: a test that needs Stripe starts the sandbox and says so.
ENVIRONMENT = {
    "GENSEKI_TEST": "1",
    "DJANGO_SECRET_KEY": "the tests' own key, of no use to anybody, long enough for every check",
    "STRIPE_SECRET_KEY": "sk_test_sandbox_tests",
    "STRIPE_WEBHOOK_SECRETS": "whsec_tests",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
    "SITE_URL": "http://127.0.0.1:8000",
    "MAIL_URL": "memory://",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    # What the product waits for would be given up where a run of tests shares the machine with much else.
    "DB_STATEMENT_TIMEOUT_MS": "120000",
    "DB_LOCK_TIMEOUT_MS": "60000",
}


def set_the_stage() -> None:
    """Put the run's environment in place, and start what the operator has not provided."""
    os.environ.pop("DEBUG", None)
    os.environ.pop("GENSEKI_DEMO", None)
    os.environ.update(ENVIRONMENT)
    wanted = {"DATABASE_URL": postgres, "REDIS_URL": valkey}
    missing = {name: server for name, server in wanted.items() if not os.environ.get(name)}
    if not missing:
        return
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    _LOCKS.append(_lock(folder))
    lodging = lodge(folder, lasting=False)
    atexit.register(_clear, folder)
    for name, server in missing.items():
        os.environ[name] = _started(server(lodging), folder)


def set_the_stage_of_a_worker(worker: str) -> None:
    """pytest-xdist: workers share the controller's servers; each has a Valkey database of its own, as in PostgreSQL."""
    number = int(worker.removeprefix("gw")) + 1
    base, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{base}/{number}"


def _started(server: Server, folder: Path) -> str:
    log = folder / f"{server.name}.log"
    with log.open("wb") as output:
        child = start(
            server.command,
            runs_as=server.servant,
            folder=server.folder,
            output=output,
            # A test run that is killed leaves no server behind, and nobody wants its data.
            death_signal=signal.SIGKILL if server.name == "valkey" else signal.SIGQUIT,
        )
    atexit.register(stop, child, stop_signal=signal.SIGQUIT if server.name == "postgres" else signal.SIGKILL)
    if not wait_until(server.answers, child=child, seconds=SECONDS_TO_START):
        raise RuntimeError(f"The embedded {server.name} did not start. It says:\n{log.read_text(errors='replace')}")
    return server.url


def _sweep() -> None:
    """Clear what runs that were killed have left behind. A run that lives holds the lock of its folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime < YOUNG:
                continue
            lock = _lock(folder)
        except OSError:
            continue
        _clear(folder)
        os.close(lock)


def _lock(folder: Path) -> int:
    """The folder itself, locked as long as this process lives. An OSError when another one has it."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _clear(folder: Path) -> None:
    register = folder / "embedded.json"
    if register.is_file():
        shutil.rmtree(json.loads(register.read_text(encoding="utf-8")).get("elsewhere", folder), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
