"""The live process as it is started for real, with more than a thousand pages and with a database that hangs up."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from campaigns.models import Campaign
from config.open_files import allow_many_open_files
from tests.campaigns.pages import world
from tests.live_process import ROOT, LiveProcess, live_process

pytestmark = pytest.mark.django_db(transaction=True)

OPEN_PAGES = 1_100
SECONDS = 240.0


@pytest.fixture
def live(transactional_db: None) -> Iterator[LiveProcess]:
    with live_process() as running:
        yield running


def opened(live: LiveProcess, campaign: Campaign) -> socket.socket:
    page = socket.create_connection(("127.0.0.1", live.port), timeout=SECONDS)
    request = f"GET /ja/c/{campaign.slug}/live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    page.sendall(request.encode())
    return page


def hears(page: socket.socket, words: str) -> None:
    deadline, heard = time.monotonic() + SECONDS, b""
    while words.encode() not in heard:
        assert time.monotonic() < deadline, f"{words} was never told: {heard[-2000:]!r}"
        got = page.recv(65_536)
        assert got, f"the stream ended before {words} was told: {heard[-2000:]!r}"
        heard += got


@contextmanager
def let_in(live: LiveProcess, campaign: Campaign) -> Iterator[socket.socket]:
    """A page that holds a stream. Whom a busy machine sends away comes again, as pages do."""
    deadline = time.monotonic() + SECONDS
    while True:
        with opened(live, campaign) as page:
            if not page.recv(12, socket.MSG_WAITALL).endswith(b" 503"):
                yield page
                return
        assert time.monotonic() < deadline, "the live process had no time for a page"
        time.sleep(0.2)


def test_more_than_a_thousand_pages_hold_a_stream_and_each_is_told_the_coin(
    live: LiveProcess, bra: Campaign, now: datetime
) -> None:
    if allow_many_open_files() < OPEN_PAGES + 200:
        pytest.skip("this machine lets a process open too few files")

    with ExitStack() as open_pages:
        pages = [open_pages.enter_context(let_in(live, bra)) for _ in range(OPEN_PAGES)]
        for page in pages:
            hears(page, 'data-amount="0"')
        world.coin(bra, now)
        for page in pages:
            hears(page, 'data-amount="500"')

        assert live.answers()


def test_a_database_that_hangs_up_is_called_again(live: LiveProcess, bra: Campaign, now: datetime) -> None:
    with let_in(live, bra) as page:
        hears(page, 'data-amount="0"')

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone() != (0,)
        world.coin(bra, now)

        hears(page, 'data-amount="500"')


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the priority of each thread")
def test_who_gives_goes_before_who_watches(live: LiveProcess, bra: Campaign) -> None:
    """Whatever does the work has the lower priority: each thread of the process that serves."""
    assert live.child is not None

    priorities = {}
    for stat in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[2]) == live.child.pid and stat.parts[2] != str(live.child.pid):
            priorities[stat.parts[4]] = int(fields[16])

    assert len(priorities) >= 3 and set(priorities.values()) == {10}


def test_the_first_page_waits_for_no_import(transactional_db: None) -> None:
    """At its low priority a busy machine takes seconds to import all views, and a look may not take as long."""
    asks = (
        "import sys, config.live; from django.urls import reverse; before = set(sys.modules); reverse('theme'); "
        "print(*(name for name in set(sys.modules) - before if name.split('.')[0] in ('campaigns', 'lineage')))"
    )

    run = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, timeout=600)

    assert (run.returncode, run.stdout) == (0, "\n"), run.stderr
