"""The door that Stripe calls: many at once, out of order, and with the queue away. On real PostgreSQL and Valkey."""

import time
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connection
from django.test import Client

from campaigns import stripe_inbox, tasks
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.models import CloseRun, JournalEntry, OutboxMessage, Pledge, StripeEvent, Transition, Update
from campaigns.stripe_gateway import client as stripe_client
from campaigns.totals import totals
from tests.at_once import at_once
from tests.stripe_sandbox import Sandbox, free_port
from tests.world import an_open_campaign, books, give, now, set_out, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def queue_is_rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_queue_away_until", 0.0)


def event_of(sandbox: Sandbox, kind: str) -> dict[str, Any]:
    return next(event for event in sandbox.events() if event["type"] == kind)


def test_one_event_told_fifty_times_at_once_is_one_row_one_entry_and_one_mail(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    sandbox.pay(set_out(campaign).session_id)
    event = event_of(sandbox, "checkout.session.completed")

    answers = at_once(*[lambda: tell(Client(), event)] * 50)
    at_once(*[lambda: stripe_inbox.handle(event["id"], at=now())] * 8)

    assert answers == [200] * 50
    assert StripeEvent.objects.count() == 1
    assert JournalEntry.objects.filter(kind="charge").count() == 1
    assert OutboxMessage.objects.filter(template="receipt").count() == 1


def test_without_the_key_the_same_event_would_be_kept_many_times(sandbox: Sandbox) -> None:
    """The negative control: take the primary key away, and the race is there."""
    event = {"id": "evt_x", "type": "x", "created": 1, "livemode": False, "data": {"object": {}}}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE campaigns_stripeevent DROP CONSTRAINT campaigns_stripeevent_pkey")
    try:
        at_once(*[lambda: tell(Client(), event)] * 20)
        assert StripeEvent.objects.filter(pk="evt_x").count() > 1
    finally:
        StripeEvent.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE campaigns_stripeevent ADD PRIMARY KEY (id)")


def test_a_refund_told_before_its_charge_ends_refunded_and_thanks_nobody(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    intent = sandbox.pay(pledge.session_id)["payment_intent"]
    stripe_client().v1.refunds.create(params={"payment_intent": intent})
    refunded, completed = event_of(sandbox, "charge.refunded"), event_of(sandbox, "checkout.session.completed")

    assert tell(client, refunded) == 200
    call_command("process_events")
    assert tell(client, completed) == 200
    call_command("process_events")

    assert Pledge.objects.get().state == Pledge.State.REFUNDED
    assert totals(campaign).raised == 0
    assert set(JournalEntry.objects.values_list("kind", flat=True)) >= {"charge", "refund", "refund-paid"}
    assert not OutboxMessage.objects.filter(template="receipt").exists()


@pytest.mark.parametrize("turn", range(4))
def test_any_order_of_one_payments_events_ends_the_same(sandbox: Sandbox, client: Client, turn: int) -> None:
    campaign = an_open_campaign()
    sandbox.pay(set_out(campaign).session_id)
    events = sandbox.events()
    events = [events, events[::-1], events[1:] + events[:1], events + events][turn]

    for event in events:
        assert tell(client, event) == 200
        call_command("process_events")

    assert books(campaign) == {"stripe-clearing": 482, "campaign-held": -500, "processor-fees": 18}


def test_with_the_queue_away_an_event_is_kept_and_the_clock_handles_it(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = an_open_campaign()
    sandbox.pay(set_out(campaign).session_id)
    nobody_there = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(current_app.conf, "broker_url", nobody_there)
    monkeypatch.setattr(current_app, "_pool", None)
    current_app.amqp._producer_pool = None

    began = time.monotonic()
    assert tell(client, event_of(sandbox, "checkout.session.completed")) == 200
    waited = time.monotonic() - began
    current_app.amqp._producer_pool = None

    assert tasks._queue_away_until > 0, "the queue was not asked at all, so this shows nothing"
    assert waited < 60
    assert StripeEvent.objects.get().state == StripeEvent.State.RECEIVED
    tasks.handle_due_events()
    assert Pledge.objects.get().state == Pledge.State.PAID


def test_two_workers_and_a_command_close_a_campaign_once(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=500, ceiling=500)
    give(sandbox, campaign)

    at_once(*[lambda: close_due_campaigns(at=now())] * 6)
    close_due_campaigns(at=now())

    assert list(Transition.objects.values_list("after", flat=True)) == ["closing", "funded"]
    assert CloseRun.objects.count() == 1 and Update.objects.count() == 1
    assert JournalEntry.objects.filter(kind="settle").count() == 1


def test_the_same_form_sent_by_twenty_at_once_is_one_pledge_and_one_page(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()

    pledges = at_once(*[lambda: set_out(campaign, form_nonce="the-form")] * 20)

    assert len(pledges) == 20
    assert Pledge.objects.count() == 1
    assert len({pledge.session_id for pledge in pledges}) == 1
    oracle_sessions = stripe_client().v1.checkout.sessions.list()
    assert len(oracle_sessions.data) == 1
