"""Stripe's door in bad weather: what is told twice, too early, too late, by nobody, or while something is away."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import Settings

from campaigns import stripe_handlers, stripe_inbox, tasks
from campaigns.actions import merge_facts
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.queue_mail import queue_mails
from campaigns.models import JournalEntry, OutboxMessage, Pledge, StripeEvent
from tests.at_once import at_once
from tests.faults.agreement import assert_the_books_are_those_of_stripe, receipts
from tests.faults.crash.harness import forked
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, give, journal, now, set_out, tell

pytestmark = pytest.mark.django_db


def an_event(**also: Any) -> dict[str, Any]:
    return {"id": "evt_1", "type": "x.y", "created": 1, "livemode": False, "data": {"object": {}}, **also}


def event_of(sandbox: Sandbox, kind: str) -> dict[str, Any]:
    return next(event for event in sandbox.events() if event["type"] == kind)


def handled(event: dict[str, Any]) -> StripeEvent:
    stripe_inbox.keep(event, json.dumps(event), at=now())
    stripe_inbox.handle(event["id"], at=now())
    return StripeEvent.objects.get(pk=event["id"])


@pytest.fixture
def a_hung_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Somebody takes the connection and never says a word, as a stopped process does."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        monkeypatch.setattr(tasks, "_queue_away_until", 0.0)
        monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        monkeypatch.setattr(current_app, "_pool", None)
        current_app.amqp._producer_pool = None
        yield silent
        current_app.amqp._producer_pool = None


def times_asked(silent: socket.socket) -> int:
    """How often somebody has come since this was asked last."""
    silent.setblocking(False)
    asked = 0
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            asked += 1
    return asked


def test_with_a_hung_queue_the_door_answers_and_the_clock_handles_it(
    sandbox: Sandbox, client: Client, a_hung_queue: socket.socket
) -> None:
    sandbox.pay(set_out(an_open_campaign()).session_id)
    first, *others = sandbox.events()

    began = time.monotonic()
    answers = [tell(client, first)]
    waited, asked = time.monotonic() - began, times_asked(a_hung_queue)
    answers += [tell(client, event) for event in others]

    assert set(answers) == {200} and len(answers) >= 4
    assert asked and tasks._queue_away_until > 0, "the queue was not asked at all, so this shows nothing"
    assert waited < 20 and times_asked(a_hung_queue) == 0, "one visitor waits, and the others do not"
    tasks.handle_due_events()
    assert Pledge.objects.get().state == Pledge.State.PAID


def test_while_the_database_is_away_nothing_is_acknowledged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is refused")

    monkeypatch.setattr(StripeEvent.objects, "create", away)
    assert tell(client, an_event()) == 503
    monkeypatch.undo()

    assert tell(client, an_event()) == 200
    assert StripeEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_door_that_dies_before_it_answers_is_told_again_and_handles_it_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.pay(set_out(an_open_campaign()).session_id)
    event = event_of(sandbox, "checkout.session.completed")
    # The event is committed; the next thing would be the hint to the queue, and then the answer.
    monkeypatch.setattr(tasks, "hint", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    ended = forked(lambda: tell(Client(), event))
    monkeypatch.undo()

    assert os.WTERMSIG(ended) == signal.SIGKILL
    assert tell(Client(), event) == 200
    assert handled(event).state == StripeEvent.State.HANDLED
    assert JournalEntry.objects.filter(kind="charge").count() == 1
    assert OutboxMessage.objects.filter(template="receipt").count() == 1


def test_while_a_secret_is_changed_both_are_good_and_then_only_the_new_one(client: Client, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    assert [tell(client, an_event(id=secret), secret=secret) for secret in ("whsec_old", "whsec_new")] == [200, 200]

    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]
    assert [tell(client, an_event(id=f"{secret}2"), secret=secret) for secret in ("whsec_old", "whsec_new")] == [
        400,
        200,
    ]


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nobody_is_believed(client: Client, settings: Settings, secrets: list[str]) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [secret for secret in secrets if secret]

    assert tell(client, an_event(), secret="") == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"{}", None),
        (b"{}", ""),
        (b"{}", "t=,v1="),
        (b"{}", "t=1"),
        (b"{}", "v1=00"),
        (b"\xff\xfe", "t=1,v1=00"),
        (b"{", "t=99999999999999999999,v0=00"),
        (b"[]", "t=nan,v1=00"),
    ],
)
def test_whatever_is_at_the_door_it_answers_400_and_keeps_nothing(
    client: Client, body: bytes, header: str | None
) -> None:
    headers = {} if header is None else {"Stripe-Signature": header}

    answer = client.post("/stripe/webhook/", data=body, content_type="application/json", headers=headers)

    assert answer.status_code == 400 and b"Traceback" not in answer.content
    assert not StripeEvent.objects.exists()


def test_a_body_of_five_megabytes_is_refused_unread(client: Client) -> None:
    answer = client.post("/stripe/webhook/", data=b"x" * 5_000_000, content_type="application/json")

    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["invoice.paid", "v1.something.new", "customer.created"])
def test_a_kind_of_event_that_we_do_not_know_is_kept_and_ignored(client: Client, kind: str) -> None:
    assert tell(client, an_event(type=kind, api_version="2099-01-01.tomorrow")) == 200

    assert stripe_inbox.handle("evt_1", at=now())
    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED


@pytest.mark.parametrize("data", [{}, {"object": None}, {"object": {"metadata": {"genseki_pledge": "1"}}}, []])
def test_an_event_without_its_fields_is_tried_again_and_stops_nobody(
    sandbox: Sandbox, client: Client, data: object
) -> None:
    sandbox.pay(set_out(an_open_campaign()).session_id)
    assert tell(client, an_event(type="charge.succeeded", data=data)) == 200
    assert tell(client, event_of(sandbox, "checkout.session.completed")) == 200

    stripe_inbox.handle_due(at=now())

    assert Pledge.objects.get().state == Pledge.State.PAID
    broken = StripeEvent.objects.get(pk="evt_1")
    assert broken.state in (StripeEvent.State.RECEIVED, StripeEvent.State.IGNORED)
    assert broken.state == StripeEvent.State.IGNORED or broken.error


@pytest.mark.parametrize("kind", ["checkout.session.expired", "payment_intent.canceled", "refund.failed"])
def test_late_bad_news_does_not_take_back_a_success(sandbox: Sandbox, kind: str) -> None:
    pledge = give(sandbox, an_open_campaign())
    metadata = {"genseki_pledge": str(pledge.pk)}
    thing = {"id": pledge.session_id if "session" in kind else pledge.payment_intent_id, "metadata": metadata}
    if kind == "refund.failed":
        thing = {"id": "re_x", "payment_intent": pledge.payment_intent_id, "metadata": {}}

    assert stripe_handlers.dispatch(kind, thing, at=now())

    assert Pledge.objects.get().state == Pledge.State.PAID
    assert journal(pledge.campaign) == ["charge", "fee"]


def test_an_event_that_is_faster_than_our_own_row_waits_for_it(sandbox: Sandbox) -> None:
    pledge = set_out(an_open_campaign())
    sandbox.pay(pledge.session_id)
    event = event_of(sandbox, "checkout.session.completed")
    nobody = {"genseki_pledge": str(pledge.pk + 1_000)}
    early = {**event, "id": "evt_early", "data": {"object": {**event["data"]["object"], "metadata": nobody}}}

    kept = handled(early)

    assert kept.state == StripeEvent.State.RECEIVED and kept.next_at is not None and "NotYet" in kept.error
    assert Pledge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_kinds_of_news_of_one_payment_at_one_instant_are_one_charge(sandbox: Sandbox) -> None:
    campaign = an_open_campaign()
    for number in range(5):
        pledge = set_out(campaign, name=f"Giver{number}")
        sandbox.pay(pledge.session_id)
        named = [event for event in sandbox.events() if f'"genseki_pledge": "{pledge.pk}"' in json.dumps(event)]

        def told(event: dict[str, Any]) -> Callable[[], object]:
            return lambda: handled(event)

        at_once(*[told(event) for event in named])
        assert receipts(pledge) == 1

    assert JournalEntry.objects.filter(kind="charge").count() == 5
    stripe_inbox.handle_due(at=now() + timedelta(minutes=5))
    expire_pledges(at=now() + timedelta(minutes=5))
    assert_the_books_are_those_of_stripe(sandbox)


def test_a_receipt_is_written_with_the_payment_or_not_at_all(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent before the commit, and nothing is lost after it: the mail is a row of the same transaction."""
    pledge = set_out(an_open_campaign())
    sandbox.pay(pledge.session_id)
    event = event_of(sandbox, "checkout.session.completed")

    def breaks(mails: Sequence[OutboxMessage]) -> None:
        queue_mails(mails)
        raise RuntimeError("the process is gone")

    monkeypatch.setattr(merge_facts, "queue_mails", breaks)
    handled(event)
    assert (receipts(pledge), journal(pledge.campaign)) == (0, [])
    monkeypatch.undo()

    stripe_inbox.handle_due(at=now() + timedelta(minutes=1))

    assert receipts(pledge) == 1 and "charge" in journal(pledge.campaign)


@pytest.mark.django_db(transaction=True)
def test_a_backlog_of_two_hours_is_worked_off_in_pieces_and_holds_no_visitor_up(
    sandbox: Sandbox, client: Client
) -> None:
    pledge = set_out(an_open_campaign())
    sandbox.pay(pledge.session_id)
    StripeEvent.objects.bulk_create(
        StripeEvent(
            id=f"evt_{number}",
            type="charge.succeeded",
            livemode=False,
            created=now(),
            payload=json.dumps(an_event(data={"object": {"id": "ch_x", "metadata": {}}})),
            received_at=now() - timedelta(hours=2),
            next_at=now() - timedelta(hours=2),
        )
        for number in range(1_000)
    )
    assert tell(client, event_of(sandbox, "checkout.session.completed")) == 200
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED)
    left: list[bool] = []

    def visits() -> None:
        for _ in range(5):
            assert Client().get("/en/c/bra/").status_code == 200
            left.append(waiting.exists())

    def works_off() -> None:
        while stripe_inbox.handle_due(at=now()):
            pass

    at_once(visits, works_off)

    assert Pledge.objects.get().state == Pledge.State.PAID
    assert not waiting.exists()
    # The first page did not wait until all was done.
    assert len(left) == 5 and left[0]


@pytest.mark.parametrize("field", ["currency", "amount"])
def test_a_payment_of_another_currency_or_amount_is_quarantined_and_counts_nowhere(
    sandbox: Sandbox, field: str
) -> None:
    campaign = an_open_campaign()
    pledge = set_out(campaign)
    sandbox.pay(pledge.session_id)
    Pledge.objects.filter(pk=pledge.pk).update(**({"currency": "USD"} if field == "currency" else {"amount": 499}))

    kept = handled(event_of(sandbox, "checkout.session.completed"))

    assert kept.state == StripeEvent.State.QUARANTINED and kept.error
    assert journal(campaign) == [] and Pledge.objects.get().state == Pledge.State.CHECKOUT
