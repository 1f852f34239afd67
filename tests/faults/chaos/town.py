"""Genseki as real processes on this machine: PostgreSQL, Valkey, a sandbox, the web, two workers, beat.

Everything lives in one folder and on ports of its own, and is stopped by the ids of what was started here.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config import processes
from config.children import end_group, start, stop, wait_until
from config.embedded import Server, postgres, valkey
from config.lodging import Lodging, lodge
from tests.stripe_sandbox import free_port

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SECRET, ACCOUNTS_SECRET = "whsec_chaos", "whsec_chaos_accounts"
SECONDS_TO_START = 240.0
# Two workers, as in production: what one has in hand, the other must leave alone.
OURS = ("web", "worker-1", "worker-2", "beat")
EVERYBODY = ("postgres", "valkey", "sandbox", *OURS)


@dataclass
class Town:
    """A running installation. `folder` holds its data and its logs; `also` is environment that differs from ours.

    `ours` names the processes of ours that it has; "live" is one that nobody's money needs.
    """

    folder: Path
    ours: tuple[str, ...] = OURS
    environment: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)

    def begin(self) -> None:
        """Start everything in order, on an empty database."""
        lodging: Lodging = lodge(self.folder, lasting=False)
        self.servers = {"postgres": postgres(lodging), "valkey": valkey(lodging)}
        web, stripe, live = free_port(), free_port(), free_port()
        self.site, self.stripe = f"http://127.0.0.1:{web}", f"http://127.0.0.1:{stripe}"
        self.streams = f"http://127.0.0.1:{live}" if "live" in self.ours else ""
        mails = self.folder / "mail"
        mails.mkdir(exist_ok=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")},
            "GENSEKI_TEST": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.servers["postgres"].url,
            "REDIS_URL": self.servers["valkey"].url,
            "STRIPE_SECRET_KEY": "sk_test_sandbox_chaos",
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "STRIPE_ACCOUNT_WEBHOOK_SECRETS": ACCOUNTS_SECRET,
            "STRIPE_API_BASE": self.stripe,
            "STRIPE_PAGES": self.stripe,
            "STRIPE_PACE": "50",
            "SITE_URL": self.site,
            "LIVE_STREAM_URL": self.streams,
            "MAIL_URL": f"file://{mails}",
            "CLOSE_SWEEP_SECONDS": "1",
            "PYTHONUNBUFFERED": "1",
            **self.also,
        }
        self._commands = {
            "sandbox": self._sandbox(stripe),
            "web": _ours(processes.web(port=web).command),
            "live": _ours(processes.live(port=live).command),
            "worker-1": _ours((*processes.worker(concurrency=2).command, "-n", "one@%h")),
            "worker-2": _ours((*processes.worker(concurrency=2).command, "-n", "two@%h")),
            "beat": _ours(("celery", "-A", "config.celery", "beat", "--schedule", str(self.folder / "beat"))),
        }
        for name in ("postgres", "valkey", "sandbox"):
            self.start(name)
        self.manage("migrate", "--no-input")
        for name in self.ours:
            self.start(name)

    def start(self, name: str) -> None:
        """Start what does not run, and wait until it answers. Safe to be called for what runs."""
        if name in self.running and self.running[name].poll() is None:
            return
        server = self.servers.get(name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = start(
                server.command if server else self._commands[name],
                runs_as=server.servant if server else None,
                folder=server.folder if server else ROOT,
                environment=None if server else self.environment,
                output=log,
                death_signal=signal.SIGKILL,
            )
        ready = server.answers if server else self._serves(name)
        if not wait_until(ready, child=self.running[name], seconds=SECONDS_TO_START):
            raise RuntimeError(f"{name} did not start:\n{self.last_words(name)}")

    def kill(self, name: str) -> None:
        """SIGKILL to the whole group: no goodbye. PostgreSQL's own way to die at once is an immediate shutdown."""
        child = self.running[name]
        if name == "postgres" and child.poll() is None:
            child.send_signal(signal.SIGQUIT)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                pass
        end_group(child.pid)
        child.wait()

    def freeze(self, name: str, seconds: float) -> None:
        """It hangs for a while: connections stay open and nothing is answered."""
        group = self.running[name].pid
        os.killpg(group, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.killpg(group, signal.SIGCONT)

    def end(self) -> None:
        for name in reversed((*EVERYBODY, "live")):
            if name in self.running:
                quick = signal.SIGQUIT if name == "postgres" else signal.SIGKILL
                stop(self.running[name], stop_signal=quick, grace=10.0)
        register = self.folder / "embedded.json"
        elsewhere = json.loads(register.read_text()).get("elsewhere") if register.is_file() else None
        if elsewhere:
            shutil.rmtree(elsewhere, ignore_errors=True)

    def manage(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"manage.py {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done

    def run(self, module: str, *words: str) -> str:
        """A Python module of ours with the town's environment; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{module}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.servers["postgres"].url, autocommit=True, connect_timeout=10) as connection:
            # The queries are this folder's own.
            return connection.execute(query.encode()).fetchall()

    def last_words(self, name: str, lines: int = 30) -> str:
        log = self.folder / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.is_file() else ""

    def _sandbox(self, port: int) -> tuple[str, ...]:
        return (
            *(sys.executable, "-m", "sandbox", "--port", str(port)),
            *("--database", str(self.folder / "sandbox.sqlite"), "--settle-delay", "0.2", "--available-after", "0"),
            *("--webhook-url", f"{self.site}/stripe/webhook/", "--webhook-secret", SECRET),
            *("--thin-webhook-url", f"{self.site}/stripe/accounts/webhook/"),
            *("--thin-webhook-secret", ACCOUNTS_SECRET),
        )

    def _serves(self, name: str) -> Callable[[], bool]:
        addresses = {
            "web": f"{self.site}/healthz",
            "live": f"{self.streams}/healthz",
            "sandbox": f"{self.stripe}/_control/health",
        }
        address = addresses.get(name)

        def serves() -> bool:
            if address is None:
                return True
            try:
                with urllib.request.urlopen(address, timeout=2) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        return serves


def _ours(command: tuple[str, ...]) -> tuple[str, ...]:
    return (str(Path(sys.executable).parent / command[0]), *command[1:])
