"""The Stripe sandbox as the tests use it: one real process a run, and the verbs of its control."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECRET = "whsec_tests"
THIN_SECRET = "whsec_tests_thin"
SECONDS_TO_START = 20.0
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
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def start(
    webhook_url: str = "", database: str = ":memory:", settle_delay: str = "0", thin_webhook_url: str = ""
) -> Sandbox:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--database", database, "--allow-reset"]
    command += ["--settle-delay", settle_delay, "--webhook-secret", SECRET]
    command += ["--thin-webhook-secret", THIN_SECRET]
    if thin_webhook_url:
        command += ["--thin-webhook-url", thin_webhook_url]
    if webhook_url:
        command += ["--webhook-url", webhook_url]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sandbox = Sandbox(f"http://127.0.0.1:{port}", process)
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            sandbox.control("GET", "health")
            return sandbox
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline or process.poll() is not None:
                process.kill()
                raise RuntimeError("the sandbox did not start") from None
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
