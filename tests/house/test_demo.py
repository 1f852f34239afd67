"""`make demo` from its start to its end, in a copy of this clone, with real processes on ports of its own."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

import pytest

from config.leftovers import end_leftovers, identity
from tests.stripe_sandbox import free_port

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("manage.py", "campaigns", "config", "lineage", "sandbox", "static", "templates")
# Some Pythons find their own library by LD_LIBRARY_PATH only.
INHERITED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
PATIENCE = 240.0


@dataclass
class Clone:
    """A copy of the product, and a demo of it. Nothing of the tests' own environment reaches it."""

    folder: Path
    port: int
    sandbox_port: int
    live_port: int
    runs: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[str]:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "LIVE_PORT": str(self.live_port),
        }
        environment |= {"PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "config.demo"]
        run = subprocess.Popen(
            command, cwd=self.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.runs.append(run)
        return run

    def until_ready(self, run: subprocess.Popen[str]) -> str:
        """What it says until it is ready; fails when it ends before."""
        assert run.stdout is not None
        said = ""
        while "Ctrl-C stops all" not in said:
            line = run.stdout.readline()
            assert line, f"the demo ended:\n{said}"
            said += line
        return said

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def sheet(self) -> tuple[str, dict[str, str]]:
        """The address of the first sheet of ours on the first page, and the headers of the answer to a browser."""
        found = re.search(r'"(/static/genseki/[^"]+\.css)"', self.get("/en/")[1])
        assert found is not None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", found[1], headers={"Accept-Encoding": "gzip, deflate, br"})
        return found[1], {name.lower(): value for name, value in connection.getresponse().getheaders()}

    def stream(self, path: str) -> tuple[str, bytes]:
        """Where an open page is led that wants a stream, and the first line of what it is told there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Accept": "text/event-stream"})
        where = urlsplit(connection.getresponse().headers["Location"])
        deadline = time.monotonic() + PATIENCE
        while True:
            stream = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
            stream.request("GET", where.path, headers={"Accept": "text/event-stream"})
            answer = stream.getresponse()
            # A machine that is too busy to look says so, and pages come again later.
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                return where.netloc, answer.readline()
            time.sleep(1)

    def pids(self) -> list[int]:
        register = self.folder / "var" / "run.json"
        return [entry["pid"] for entry in json.loads(register.read_text(encoding="utf-8"))]


@pytest.fixture
def clone() -> Iterator[Clone]:
    # pytest's own folders are closed to the user as whom the servers run when root runs the tests.
    folder = Path(mkdtemp(prefix="genseki-demo-"))
    folder.chmod(0o755)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    clone = Clone(folder, free_port(), free_port(), free_port())
    yield clone
    for run in clone.runs:
        if run.poll() is None:
            run.kill()
        run.communicate()
    end_leftovers(folder / "var" / "run.json", lambda words: None)
    register = folder / "var" / "embedded.json"
    elsewhere = json.loads(register.read_text(encoding="utf-8")).get("elsewhere") if register.exists() else None
    for path in filter(None, (folder, elsewhere)):
        shutil.rmtree(path, ignore_errors=True)


def without_fees(answer: str) -> object:
    """Stripe tells a fee some time after the charge, and perhaps only after the demo was killed."""
    told = json.loads(answer)
    return [{name: value for name, value in item.items() if name != "fees"} for item in told["items"]]


@pytest.mark.slow
def test_the_demo_starts_survives_a_kill_and_stops_cleanly(clone: Clone) -> None:
    first = clone.start()
    said = clone.until_ready(first)
    campaigns = clone.get("/api/v1/campaigns")
    first.kill()
    first.wait()

    second = clone.start()
    clone.until_ready(second)
    pids = clone.pids()
    campaigns_again = clone.get("/api/v1/campaigns")
    home, _ = clone.get("/en/")
    stream = clone.stream("/en/c/bra/live/")
    sheet, headers = clone.sheet()
    second.send_signal(signal.SIGTERM)
    last_words, _ = second.communicate(timeout=PATIENCE)

    assert f"http://127.0.0.1:{clone.port}/" in said
    assert "@" in said, "the demo accounts are named"
    assert stream == (f"127.0.0.1:{clone.live_port}", b"event: numbers\n")
    assert re.search(r"\.[0-9a-f]{12}\.css$", sheet), "sheets have a hash in their names, as in production"
    assert headers["content-encoding"] == "br" and "immutable" in headers["cache-control"]
    assert campaigns[0] == campaigns_again[0] == home == 200
    assert without_fees(campaigns_again[1]) == without_fees(campaigns[1])
    assert second.returncode == 0
    assert "Stopped; the data is kept." in last_words
    assert [pid for pid in pids if identity(pid)] == []


def test_a_port_that_is_taken_is_named_with_the_way_round_it(clone: Clone) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", clone.port))
        other.listen()

        said, _ = clone.start().communicate(timeout=PATIENCE)

    assert said.count("\n") == 1
    assert said.startswith(f"Port {clone.port} is in use: ")
    assert "SANDBOX_PORT=" in said and "LIVE_PORT=" in said


def test_a_second_demo_in_one_clone_is_sent_to_the_first(clone: Clone) -> None:
    first = clone.start()
    lock = clone.folder / "var" / "demo.lock"
    deadline = time.monotonic() + PATIENCE
    while not (lock.exists() and lock.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)

    second = clone.start()
    said, _ = second.communicate(timeout=PATIENCE)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=PATIENCE)

    assert second.returncode == 1
    assert said == f"The demo runs here already: stop it first (kill {first.pid}).\n"
    assert first.returncode == 0
