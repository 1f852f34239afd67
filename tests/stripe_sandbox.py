"""The Stripe sandbox as the tests use it: one real process a run, and the verbs of its control."""

import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECRET = "whsec_tests"
THIN_SECRET = "whsec_tests_thin"
# A machine that does much else at the same time may let a process wait for long.
PATIENCE = 120.0
FORM = "application/x-www-form-urlencoded"


@dataclass
class Sandbox:
    """A running sandbox. `url` is what STRIPE_API_BASE is set to."""

    url: str
    process: "subprocess.Popen[bytes]" = field(repr=False)

    def pay(self, session_id: str, card: str = "4242424242424242", **also: str) -> dict[str, Any]:
        """Pay a hosted page as its form would."""
        session: dict[str, Any] = self.control("POST", f"checkout_sessions/{session_id}/complete", card=card, **also)
        return session

    def fault(self, op: str, kind: str, times: int = 1, **also: str) -> None:
        self.control("POST", "faults", op=op, kind=kind, times=str(times), **also)

    def heal(self) -> None:
        self.control("DELETE", "faults")

    def oracle(self) -> dict[str, Any]:
        """The sandbox's own account of who paid what."""
        account: dict[str, Any] = self.control("GET", "oracle")
        return account

    def thin_events(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "thin_events")["events"])

    def events(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "events")["events"])

    def deliver_all(self, door: Callable[[dict[str, Any]], int]) -> list[int]:
        """Take every event to our door, in the order in which they were made; the statuses that were answered."""
        return [door(event) for event in self.events()]

    def forget(self) -> None:
        self.heal()
        self.control("POST", "reset")

    def control(self, method: str, path: str, **fields: str) -> Any:
        body = urllib.parse.urlencode(fields).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self.url}/_control/{path}", data=body, method=method)
        request.add_header("Content-Type", FORM)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or b"{}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def start(
    webhook_url: str = "", database: str = ":memory:", settle_delay: str = "0", thin_webhook_url: str = ""
) -> Sandbox:
    """On a port that the system gives it, and that it tells."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--database", database, "--allow-reset"]
    command += ["--settle-delay", settle_delay, "--webhook-secret", SECRET]
    command += ["--thin-webhook-secret", THIN_SECRET]
    if thin_webhook_url:
        command += ["--thin-webhook-url", thin_webhook_url]
    if webhook_url:
        command += ["--webhook-url", webhook_url]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not (told := re.search(r"http://[\d.]+:\d+(?=,)", _read(log.fileno()))):
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                raise RuntimeError(f"the sandbox did not start: {_read(log.fileno())}")
            time.sleep(0.02)
    sandbox = Sandbox(told[0], process)
    sandbox.control("GET", "health")
    return sandbox


def _read(file: int) -> str:
    return os.pread(file, 10_000, 0).decode(errors="replace")


# Below those that a system gives to whoever asks for any, and apart from those of the other processes of a run: what is
# free stays free until it is used, also where that takes a while. Two runs on one machine begin at different ones.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
_PORTS = itertools.cycle(range(20_000 + 1_200 * _WORKER, 20_000 + 1_200 * (_WORKER + 1)))
for _ in range(random.randrange(1_200)):
    next(_PORTS)


def free_port() -> int:
    """A port on which nobody listens, and nobody else will before it is used."""
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("ports never end")
