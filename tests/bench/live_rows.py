"""`make bench`: what pages and watchers cost, each row against a peer of the same run. Nothing here asserts a time."""

import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.views import live_sharing
from lineage import kept
from tests.bench.measuring import compare
from tests.faults.chaos.donors import Browser
from tests.faults.chaos.town import OURS, ROOT, Town
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give

EMPTY = f"{'':<18}"
WATCHERS = int(os.environ.get("WATCHERS", "1000"))
# One person gives coin after coin, and the machine has time left; then as many as it can bear.
GIVERS = {"one gives after another": 1, "as many as the machine bears": 3}
# How they watch: each page asks again and again, or holds a stream of the live process.
HOW = ("asks", "streams")
ROUNDS, SECONDS, COINS = int(os.environ.get("ROUNDS", "5")), 6.0, 5
# The third of the town's campaigns has no ceiling.
SLUG = "chaos-2"


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[object], None]:
    def printed(row: object) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


# --- page_304, live_miss, page_hit, page_miss, version_hit, version_miss


@pytest.fixture
def pages(sandbox: Sandbox, settings: Settings) -> Iterator[None]:
    """A campaign with fifty supporters, and next to it two views that do next to nothing."""
    settings.ROOT_URLCONF = "tests.bench.bare_addresses"
    settings.LIVE_SHARED_MS = 200
    campaign = an_open_campaign(ceiling=None)
    for number in range(50):
        give(sandbox, campaign, name=f"Person{number}")
    live_sharing.forget()
    kept.forget()
    yield
    live_sharing.forget()
    kept.forget()


@pytest.mark.django_db(transaction=True)
def test_what_a_page_costs(pages: None, client: Client, show: Callable[[object], None]) -> None:
    """Against a bare view, and one with a query, through the same middleware. A hit is asked for again and again."""
    peers = {
        "a bare hello": lambda: client.get("/hello"),
        "hello and one query": lambda: client.get("/hello-query"),
    }
    tag = client.get("/en/c/bra/live/")["ETag"]

    def unchanged() -> None:
        assert client.get("/en/c/bra/live/", headers={"If-None-Match": tag}).status_code == 304

    def made_anew() -> None:
        live_sharing.forget()
        assert client.get("/en/c/bra/live/").status_code == 200

    def hit(address: str) -> None:
        assert client.get(address).status_code == 200

    def miss(address: str) -> None:
        kept.forget()
        hit(address)

    for name, peer in peers.items():
        show(compare("page_304", unchanged, name, peer, 50))
        show(compare("live_miss", made_anew, name, peer, 20))
        for page, address in (("page", "/en/c/bra/"), ("version", "/en/m/tainted/")):
            show(compare(f"{page}_hit", partial(hit, address), name, peer, 10))
            show(compare(f"{page}_miss", partial(miss, address), name, peer, 10))


# --- live_watchers


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """All processes as they run in a demo, with PostgreSQL, Valkey and the sandbox."""
    settings = {"STRIPE_PACE": "1000", "PLEDGES_PER_NETWORK": "1000000", "LIVE_SHARED_MS": "200"}
    town = Town(tmp_path, ours=(*OURS, "live"), also=settings)
    try:
        town.begin()
        town.run("tests.faults.chaos.scene", "86400", "86400", "86400")
        yield town
    finally:
        town.end()


class Watchers:
    """The crowd of `tests.bench.watchers`, in a process of its own."""

    def __init__(self, address: str, how_many: int, how: str) -> None:
        command = [sys.executable, "-m", "tests.bench.watchers", address, str(how_many), how]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._answer()

    def say(self, command: str) -> dict[str, Any]:
        """What was seen since the last command."""
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@dataclass
class Round:
    """Coins a second, the median of how long one took, and what was used of a core meanwhile."""

    rate: float
    took: float
    web_cpu: float
    live_cpu: float
    watchers_cpu: float = 0.0
    answers: int = 0


def one_coin(town: Town, who: str) -> None:
    """The form, Stripe's page, and the way back to the thanks: whoever sees them has given."""
    browser, address = Browser(), f"{town.site}/en/c/{SLUG}/give/"
    form = browser.form_of(browser.get(address))
    form |= {"preset": "other", "amount": "500", "email": f"{who}@example.com", "name": ""}
    page = browser.post(address, form)
    session = re.search(r"cs_test_\w+", page)
    assert session is not None, page[:2000]
    complete = f"{town.stripe}/_control/checkout_sessions/{session[0]}/complete"
    browser.post(complete, {"card": "4242424242424242", "authenticate": "pass"})
    known = json.loads(browser.get_raw(f"{town.stripe}/v1/checkout/sessions/{session[0]}", key=True))
    assert "Thank you" in browser.get(known["success_url"])


def coins_in(town: Town, seconds: float, mark: str, givers: int) -> Round:
    """So many people give, each one coin after another."""
    took: list[float] = []
    over = time.monotonic() + seconds

    def gives(person: int) -> None:
        number = 0
        while (began := time.monotonic()) < over:
            number += 1
            one_coin(town, f"{mark}-{person}-{number}")
            took.append(time.monotonic() - began)

    began, web, live = time.monotonic(), cpu_of(town.running["web"].pid), cpu_of(town.running["live"].pid)
    people = [threading.Thread(target=gives, args=(person,)) for person in range(givers)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    passed = time.monotonic() - began
    web, live = cpu_of(town.running["web"].pid) - web, cpu_of(town.running["live"].pid) - live
    return Round(len(took) / passed, statistics.median(took), web / passed, live / passed)


def watched_for(town: Town, watchers: Watchers, seconds: float, mark: str, givers: int) -> Round:
    """The same while everybody watches. What their own process takes is said, too: it is on the same machine."""
    watchers.say("tell")
    began, cpu = time.monotonic(), cpu_of(watchers.process.pid)
    found = coins_in(town, seconds, mark, givers)
    passed = time.monotonic() - began
    found.watchers_cpu = (cpu_of(watchers.process.pid) - cpu) / passed
    found.answers = round(sum(watchers.say("tell")["answers"].values()) / passed)
    return found


def cpu_of(group: int) -> float:
    """The seconds of CPU that a group of processes has used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def until_seen(town: Town, crowds: dict[str, Watchers], how: str, mark: str) -> float:
    """Seconds from the moment at which a coin is in the ledger until the last watcher has seen it."""
    watch(crowds, how)
    watchers = crowds[how]
    before = set(watchers.say("tell")["seen_by"])
    giver = threading.Thread(target=one_coin, args=(town, mark))
    with psycopg.connect(town.servers["postgres"].url, autocommit=True) as books:
        charges = b"SELECT count(*) FROM campaigns_journalentry WHERE kind = 'charge'"
        known = books.execute(charges).fetchone()
        giver.start()
        while books.execute(charges).fetchone() == known:
            time.sleep(0.005)
    confirmed = time.monotonic()
    giver.join()
    while time.monotonic() < confirmed + 60:
        time.sleep(0.2)
        told = watchers.say("tell")
        new = [amount for amount, by in told["seen_by"].items() if amount not in before and by == WATCHERS]
        if new:
            return float(told["last_seen"][new[-1]]) - confirmed
    raise AssertionError(f"Not everybody saw the coin: {told}")


def test_a_thousand_watchers(town: Town, show: Callable[[object], None]) -> None:
    """live_watchers: how fast people give while a thousand watch, against nobody; and when the last one sees a coin."""
    crowds = {how: Watchers(f"{town.site}/en/c/{SLUG}/live/", WATCHERS, how) for how in HOW}
    found: dict[str, list[dict[str, Round]]] = {name: [] for name in GIVERS}
    try:
        # The first coin waits for templates and connections that the others find.
        one_coin(town, "first")
        coins_in(town, 3, "warm", 3)
        for turn in range(ROUNDS):
            for name, givers in GIVERS.items():
                found[name].append(one_round(town, crowds, turn, givers))
        waits = {how: [until_seen(town, crowds, how, f"last-{how}-{number}") for number in range(COINS)] for how in HOW}
    finally:
        for crowd in crowds.values():
            crowd.end()
    for how in HOW:
        for name, rounds in found.items():
            for line in report(how, name, rounds):
                show(line)
        usual, late = statistics.median(waits[how]), max(waits[how])
        show(f"{EMPTY} {usual:>8.2f} s until the last of {WATCHERS} has seen it (at most {late:.2f}): each {how}")


def watch(crowds: dict[str, Watchers], how: str) -> None:
    """Only these watch from now on."""
    for each, crowd in crowds.items():
        crowd.say("go" if each == how else "rest")
    time.sleep(2)


def one_round(town: Town, crowds: dict[str, Watchers], turn: int, givers: int) -> dict[str, Round]:
    """Giving while nobody watches, while each asks and while each has a stream: one after another, in turn."""
    found, ways = {}, ["", *HOW]
    first = turn % len(ways)
    for how in ways[first:] + ways[:first]:
        watch(crowds, how)
        mark = f"{how}-{turn}-{givers}"
        found[how] = (
            watched_for(town, crowds[how], SECONDS, mark, givers) if how else coins_in(town, SECONDS, mark, givers)
        )
    return found


def report(how: str, name: str, rounds: list[dict[str, Round]]) -> Iterator[str]:
    pairs = [(found[how], found[""]) for found in rounds]
    rates, times = [one.rate / other.rate for one, other in pairs], [one.took / other.took for one, other in pairs]
    usual = statistics.median(other.rate for _, other in pairs)
    web = statistics.median(one.web_cpu / one.rate - other.web_cpu / other.rate for one, other in pairs) * usual
    live, own = (statistics.median(getattr(one, whose) for one, _ in pairs) for whose in ("live_cpu", "watchers_cpu"))
    answers = statistics.median(one.answers for one, _ in pairs)
    yield (
        f"{'live_watchers':<18} {statistics.median(rates):>8.2f} x the coins a second that are given unwatched"
        f"          ({min(rates):.2f} to {max(rates):.2f}; {usual:.1f} a second: {name}, each {how})"
    )
    yield f"{EMPTY} {statistics.median(times):>8.2f} x as long for one coin ({min(times):.2f} to {max(times):.2f})"
    yield (
        f"{EMPTY} {web:>8.2f} of a core more for the web, {live:.2f} for the streams, {own:.2f} for the watchers; "
        f"{answers:.0f} answers a second"
    )
