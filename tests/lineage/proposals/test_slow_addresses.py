"""An address that answers late, or leads nowhere, costs a worker a little time and nobody else anything."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from lineage import tasks
from lineage.actions import read_addresses as reading
from lineage.actions.ask_for_address import ask_for_address
from lineage.actions.read_addresses import read_addresses
from lineage.fetching import FetchFailed, FetchRefused, Way, fetch
from lineage.models import Fetch
from tests.at_once import at_once
from tests.lineage.proposals.world import NOON, yui
from tests.lineage.test_fetching import HOST, always, got, way_to
from tests.lineage.tls_server import page, serving


def a_minute(host: str) -> Sequence[str]:
    time.sleep(60)
    return ["127.0.0.1"]


def test_a_name_that_is_looked_up_for_ever_takes_no_longer_than_all_of_it_may() -> None:
    begun = time.monotonic()

    with pytest.raises(FetchFailed, match="took too long") as error:
        fetch(f"https://{HOST}/", hosts={HOST}, timeout=0.2, way=Way(resolve=a_minute))

    assert time.monotonic() - begun < 45 and error.value.again


def test_an_answer_that_sends_on_to_what_is_no_address_is_refused(tmp_path: Path) -> None:
    moved = page(b"", "Location: https://[", status="302 Found")

    with serving(always(moved), tmp_path, HOST) as server, pytest.raises(FetchRefused, match="no address"):
        got(f"https://{HOST}/", replace(way_to(server), redirect_hosts=()))


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_at_a_time_waits_for_other_machines(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_HOSTS = [HOST]
    monkeypatch.setattr(reading, "ENOUGH", 300.0)
    for number in range(3):
        ask_for_address(f"https://{HOST}/{number}", by=yui(), at=NOON)
    waiting, together = [], []

    def get(url: str, **_limits: Any) -> Any:
        waiting.append(url)
        together.append(len(waiting))
        time.sleep(0.3)
        waiting.remove(url)
        raise FetchRefused("this is no address that can be read")

    at_once(*[lambda: read_addresses(at=NOON, get=get)] * 3)

    assert max(together) == 1
    assert not Fetch.objects.filter(state="waiting").exists()


@pytest.mark.django_db
def test_after_a_slow_address_the_others_wait_for_the_next_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_HOSTS = [HOST]
    monkeypatch.setattr(reading, "ENOUGH", 0.05)
    for number in range(3):
        ask_for_address(f"https://{HOST}/{number}", by=yui(), at=NOON)

    def get(url: str, **_limits: Any) -> Any:
        time.sleep(0.1)
        raise FetchRefused("this is no address that can be read")

    assert [read_addresses(at=NOON, get=get) for _ in range(4)] == [1, 1, 1, 0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_a_worker_that_hangs_while_it_reads_is_replaced() -> None:
    assert tasks.read.time_limit == 120
