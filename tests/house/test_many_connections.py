"""The web server as it is started for real, while very many pages are open."""

import os
import resource
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import processes
from config.children import start, stop, wait_until
from config.open_files import allow_many_open_files
from tests.stripe_sandbox import free_port

ROOT = Path(__file__).resolve().parents[2]
# More than two workers take at granian's own measure, which is 1,024 together.
OPEN_PAGES = 1_100


@pytest.fixture
def port() -> Iterator[int]:
    """Where the web server answers that a demo and compose start."""
    web = processes.web(port=(found := free_port()))
    command = (str(Path(sys.executable).parent / web.command[0]), *web.command[1:])
    child = start(command, folder=ROOT, environment=dict(os.environ), output=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: answers(found), child=child, seconds=240)
        yield found
    finally:
        stop(child, stop_signal=signal.SIGTERM)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{processes.ALIVE}", timeout=60) as answer:
            return int(answer.status) == 200
    except OSError:
        return False


def test_a_newcomer_is_served_while_more_than_a_thousand_pages_hold_a_connection(port: int) -> None:
    if allow_many_open_files() < OPEN_PAGES + 200:
        pytest.skip("this machine lets a process open too few files")
    request = f"GET {processes.ALIVE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    with ExitStack() as pages:
        for number in range(OPEN_PAGES):
            page = pages.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            page.sendall(request)
            assert page.recv(4096).startswith(b"HTTP/1.1 200"), f"page {number} was not served"

        served = [answers(port) for _ in range(10)]

    assert served == [True] * 10


def test_a_process_may_open_as_many_files_as_the_machine_lets_it() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    lets = 1_000 if most == resource.RLIM_INFINITY else min(most, 1_000)
    lines = (
        "import resource",
        "from config.open_files import allow_many_open_files",
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (256, {lets}))",
        "print(allow_many_open_files(), *resource.getrlimit(resource.RLIMIT_NOFILE))",
    )

    said = subprocess.check_output([sys.executable, "-c", "\n".join(lines)], cwd=ROOT, text=True)

    assert said.split() == [str(lets)] * 3
