"""`make bench`: what money costs, each row against a peer of the same run. Nothing here asserts a time."""

import hashlib
import hmac
import itertools
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from campaigns import ledger, tasks
from campaigns.ledger import Kind
from campaigns.locks import share_campaign
from campaigns.models import Campaign, StripeEvent
from campaigns.models.ledger import Account
from campaigns.totals import totals
from tests.bench import dj_stripe
from tests.bench.measuring import ROUNDS, Row
from tests.stripe_sandbox import SECRET, Sandbox
from tests.world import an_open_campaign, give, now

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS, WRITERS, COINS = 50, 16, 8
numbers = itertools.count(1)


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[[object], None]:
    def printed(row: object) -> None:
        with capsys.disabled():
            print(f"\n{row}", end="")

    return printed


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue gets no hint: what is measured is the taking in, and the handling comes afterwards on both sides."""
    monkeypatch.setattr(tasks, "hint", lambda *_: None)


def by_turns(name: str, thing: Callable[[], float], peer_name: str, peer: Callable[[], float], times: int) -> Row:
    """As `compare`, for things that time themselves: each answers the seconds of `times` of it."""
    ratios, each = [], []
    for turn in range(ROUNDS + 1):
        order = (thing, peer) if turn % 2 else (peer, thing)
        took = {run: run() for run in order}
        if turn:
            ratios.append(took[thing] / took[peer])
            each.append(took[thing] / times * 1000)
    return Row(name, peer_name, statistics.median(ratios), (min(ratios), max(ratios)), statistics.median(each))


# --- webhook_ingest


def signed(event: dict[str, Any]) -> dj_stripe.Call:
    """A copy of an event under a new id, as Stripe would post it now."""
    body = json.dumps({**event, "id": f"evt_bench_{next(numbers)}"})
    stamp = int(time.time())
    mark = hmac.new(SECRET.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return body, f"t={stamp},v1={mark}"


def took_in(client: Client, calls: list[dj_stripe.Call]) -> float:
    began = time.perf_counter()
    answers = [
        client.post("/stripe/webhook/", body, "application/json", headers={"Stripe-Signature": mark})
        for body, mark in calls
    ]
    took = time.perf_counter() - began
    assert {answer.status_code for answer in answers} == {200}
    return took


def test_an_event_taken_in_against_dj_stripe(
    sandbox: Sandbox, client: Client, quiet: None, show: Callable[[object], None]
) -> None:
    """webhook_ingest: a signed charge.succeeded from the request to its committed row, the same bytes on both sides."""
    give(sandbox, an_open_campaign())
    event = next(one for one in sandbox.events() if one["type"] == "charge.succeeded")
    batches: Iterator[list[dj_stripe.Call]] = ([signed(event) for _ in range(EVENTS)] for _ in itertools.count())
    try:
        with dj_stripe.running(os.environ["DATABASE_URL"], SECRET) as peer:
            pairs = [next(batches) for _ in range(ROUNDS + 1)]
            ours, theirs = iter(pairs), iter(pairs)
            row = by_turns(
                "webhook_ingest", lambda: took_in(client, next(ours)),
                "dj-stripe, the same bytes", lambda: peer.take_in(next(theirs))[0], EVENTS,
            )  # fmt: skip
            show(row)
            before, theirs_before = StripeEvent.objects.count(), peer.take_in([])[1]
            again = by_turns(
                "webhook_replayed", lambda: took_in(client, pairs[0]),
                "dj-stripe, the same events once more", lambda: peer.take_in(pairs[0])[0], EVENTS,
            )  # fmt: skip
            show(again)
            more, (_, theirs_after) = StripeEvent.objects.count() - before, peer.take_in([])
            show(
                f"{'':<18} rows more after {EVENTS * (ROUNDS + 1)} repetitions: {more}, {theirs_after - theirs_before}"
            )
            assert more == 0
    except dj_stripe.NoPeer as error:
        pytest.skip(f"dj-stripe's environment could not be made: {error}")


# --- donate_hot


def many_writers(write: Callable[[int], None]) -> float:
    """Seconds until every writer has written its coins. They are processes, each with a connection.

    All stand ready before it begins.
    """
    together = multiprocessing.get_context("fork")
    start, first = together.Barrier(WRITERS + 1), next(numbers) * WRITERS * COINS
    connection.close()

    def work(writer: int) -> None:
        connection.ensure_connection()
        start.wait()
        for coin in range(COINS):
            write(first + writer * COINS + coin)
        connection.close()

    writers = [together.Process(target=work, args=(writer,)) for writer in range(WRITERS)]
    for one in writers:
        one.start()
    start.wait()
    began = time.perf_counter()
    for one in writers:
        one.join()
    took = time.perf_counter() - began
    assert [one.exitcode for one in writers] == [0] * WRITERS
    return took


TABLES = """
DROP TABLE IF EXISTS bench_posting, bench_entry, bench_counter;
CREATE TABLE bench_entry (LIKE campaigns_journalentry INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE bench_posting (LIKE campaigns_posting INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TABLE bench_counter (id bigint PRIMARY KEY, raised bigint NOT NULL, entries int NOT NULL);
"""
ENTRY = """
INSERT INTO bench_entry (campaign_id, kind, external_ref, at, currency, memo, number, chained)
VALUES (%s, 'charge', %s, now(), 'JPY', '', %s, %s) RETURNING id
"""
POSTINGS = """
INSERT INTO bench_posting (entry_id, account, amount) VALUES (%s, 'stripe-clearing', 500), (%s, 'campaign-held', -500)
"""


def plain_insert(campaign: Campaign, number: int) -> None:
    """The same rows and indexes, without locks, chain, checks or balance: what any careless shop does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ENTRY, [campaign.pk, f"ch_{number}", -number, "0" * 64])
        (entry,) = cursor.fetchone()
        cursor.execute(POSTINGS, [entry, entry])


def counted_insert(campaign: Campaign, number: int) -> None:
    """The usual cure: hold the campaign's row alone, add to its sum, and insert."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT raised, entries FROM bench_counter WHERE id = %s FOR UPDATE", [campaign.pk])
        raised, entries = cursor.fetchone()
        cursor.execute(ENTRY, [campaign.pk, f"ch_{number}", entries + 1, "0" * 64])
        (entry,) = cursor.fetchone()
        cursor.execute(POSTINGS, [entry, entry])
        cursor.execute(
            "UPDATE bench_counter SET raised = %s, entries = %s WHERE id = %s",
            [raised + 500, entries + 1, campaign.pk],
        )


def posted(campaign: Campaign, number: int) -> None:
    """As a settled payment does it: the campaign shared, and one entry added to its chain."""
    with transaction.atomic():
        share_campaign(campaign.pk)
        ledger.post(
            kind=Kind.CHARGE,
            external_ref=f"ch_{number}",
            campaign=campaign,
            at=now(),
            postings={Account.STRIPE_CLEARING: 500, Account.CAMPAIGN_HELD: -500},
        )


# Python warns of forking where there are threads: those that are forked here hold no lock, and only write coins.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_many_write_to_one_campaign(show: Callable[[object], None]) -> None:
    """donate_hot: sixteen writers on one campaign's ledger, against plain rows and against a locked counter."""
    campaign = an_open_campaign(ceiling=None)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute("INSERT INTO bench_counter VALUES (%s, 0, 0)", [campaign.pk])
    try:
        for peer_name, peer in (
            ("plain INSERTs of the same rows", plain_insert),
            ("a row locked FOR UPDATE and a counter", counted_insert),
        ):
            row = by_turns(
                "donate_hot", lambda: many_writers(lambda number: posted(campaign, number)),
                peer_name, lambda peer=peer: many_writers(lambda number: peer(campaign, number)),  # type: ignore[misc]
                WRITERS * COINS,
            )  # fmt: skip
            show(row)
        wanted = 2 * (ROUNDS + 1) * WRITERS * COINS * 500
        drift = totals(campaign).raised - wanted
        with connection.cursor() as cursor:
            cursor.execute("SELECT raised FROM bench_counter")
            (counted,) = cursor.fetchone()
        show(f"{'':<18} money drift: {drift}; of the counter: {counted - wanted // 2}")
        assert drift == 0 and ledger.newest(campaign)[0] * 500 == wanted
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_posting, bench_entry, bench_counter")
