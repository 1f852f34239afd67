"""`make bench`: each row prints its ratio to a peer of the same run. Nothing here asserts a time."""

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from campaigns import tasks
from campaigns.models import StripeEvent
from campaigns.totals import totals
from lineage.engine.judging import judge
from lineage.engine.reading import read
from tests.bench.measuring import Row, compare
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, now, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[Row], None]:
    def printed(row: Row) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


def select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def test_an_event_taken_in(client: Client, monkeypatch: pytest.MonkeyPatch, show: Callable[[Row], None]) -> None:
    """webhook_ingest: a signed event from the request to its committed row, against the bare insert of that row."""
    monkeypatch.setattr(tasks, "hint", lambda *_: None)
    numbers = itertools.count()

    def event() -> dict[str, Any]:
        return {"id": f"evt_{next(numbers)}", "type": "x", "created": 1, "livemode": False, "data": {"object": {}}}

    def told() -> None:
        assert tell(client, event()) == 200

    def inserted() -> None:
        made = event()
        StripeEvent.objects.create(
            id=made["id"], type="x", livemode=False, created=datetime(2026, 1, 1, tzinfo=UTC),
            payload=json.dumps(made), received_at=now(),
        )  # fmt: skip

    show(compare("webhook_ingest", told, "a bare INSERT of the same row", inserted, 50))


def test_the_sums_of_a_campaign(sandbox: Sandbox, show: Callable[[Row], None]) -> None:
    """totals: every sum that a page shows, from the ledger, against the emptiest query there is."""
    campaign = an_open_campaign(ceiling=None)
    for number in range(20):
        give(sandbox, campaign, name=f"Person{number}")

    show(compare("totals", lambda: totals(campaign), "SELECT 1", select_one, 50))


def test_a_file_judged(show: Callable[[Row], None]) -> None:
    """judge: the BRA family read and all its questions answered, against parsing its JSON."""
    with open("lineage/data/bra.json", encoding="utf-8") as file:
        text = file.read()

    show(compare("judge", lambda: judge(read(text)), "parsing the same JSON", lambda: json.loads(text), 10))
