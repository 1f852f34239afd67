"""Make dj-stripe's environment and database, start it, and hand it what it is to take in."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "djstripe"
REQUIREMENTS = ROOT / "requirements" / "djstripe.txt"
DATABASE = "bench_djstripe"
Call = tuple[str, str]


class NoPeer(Exception):
    """Its environment could not be made: the packages could not be had."""


@dataclass(frozen=True, slots=True)
class DjStripe:
    """The running peer."""

    process: "subprocess.Popen[str]"

    def take_in(self, calls: Sequence[Call]) -> tuple[float, int]:
        """Seconds that it took, by its own clock, and how many rows it has then. Every call must be answered 200."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(calls) + "\n")
        self.process.stdin.flush()
        took, statuses, rows = json.loads(self.process.stdout.readline())
        assert set(statuses) <= {200}, statuses
        return float(took), int(rows)


@contextmanager
def running(database_url: str, secret: str) -> Iterator[DjStripe]:
    """In the PostgreSQL of the run, in a database of its own that is gone afterwards. Raises NoPeer."""
    python = _environment()
    parts = urlsplit(database_url)
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
        own = urlunsplit(parts._replace(path=f"/{DATABASE}"))
        environment = {**os.environ, "DATABASE_URL": own, "STRIPE_WEBHOOK_SECRET": secret}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("dj_stripe_door.py"))],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == '"ready"\n', "dj-stripe did not start"
            yield DjStripe(process)
        finally:
            process.kill()
            process.wait()
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _environment() -> Path:
    """The Python of var/djstripe, made once for each state of its requirements."""
    python, stamp = HOME / "bin" / "python", HOME / "requirements.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    uv = [str(Path(sys.executable).with_name("uv")), "--quiet"]
    environment = {**os.environ, "UV_SYSTEM_CERTS": "1"}
    install = ["pip", "install", "--python", str(python), "--require-hashes", "-r", str(REQUIREMENTS)]
    for command in (["venv", "--clear", "--python", sys.executable, str(HOME)], install):
        try:
            subprocess.run([*uv, *command], env=environment, check=True, cwd=ROOT)
        except (subprocess.CalledProcessError, OSError) as error:
            raise NoPeer(str(error)) from error
    stamp.write_text(wanted, encoding="utf-8")
    return python
