"""The servers of a test run: PostgreSQL and Valkey, embedded, started once and gone with the run.

Whoever sets DATABASE_URL or REDIS_URL gets those used instead. Everything here happens before the settings are read.
"""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path

from config.children import start, stop, wait_until
from config.embedded import Server, postgres, valkey
from config.lodging import Lodging, lodge

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 30.0

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
    folder = Path(tempfile.mkdtemp(prefix="genseki-tests-"))
    lodging = lodge(folder, lasting=False)
    atexit.register(_clear, folder, lodging)
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


def _clear(folder: Path, lodging: Lodging) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if lodging.data != folder:
        shutil.rmtree(lodging.data, ignore_errors=True)
