"""Any order and repetition of what Stripe tells of a captured hold, and of a disputed coin, ends the same."""

import dataclasses
import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from campaigns import stripe_gateway
from campaigns.actions import close_steps
from campaigns.actions.close_campaign import begin_close
from campaigns.actions.retry_soft_declines import hold_parameters
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Campaign, CloseRun, Dispute, OutboxMessage, Pledge
from campaigns.stripe_gateway import client as stripe_client
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe, entries
from tests.faults.test_confluence import deliver, orders, paid, refund_at_stripe
from tests.saved_cards import an_all_or_nothing_campaign, promise
from tests.stripe_sandbox import PATIENCE, Sandbox
from tests.world import an_open_campaign, now, set_out

pytestmark = pytest.mark.django_db
FULL = bool(os.environ.get("FAULTS_FULL"))
MOST = 6 if FULL else 5
#: What tells nothing of a payment that is not told by the others, and is left out first.
QUIET = ("payment_intent.created", "payment_method.attached", "charge.refund.updated", "customer.created")


@dataclass(frozen=True)
class End:
    """What must not depend on the order. `disputes` are their words, and how much was withdrawn and lost."""

    entries: frozenset[tuple[object, ...]]
    state: str
    refunded: int
    disputes: tuple[tuple[str, int, int], ...]
    mails: tuple[str, ...]


def end_of(campaign: Campaign) -> End:
    pledge = Pledge.objects.get(campaign=campaign)
    disputes = Dispute.objects.order_by("stripe_id").values_list("status", "withdrawn", "lost")
    mails = OutboxMessage.objects.order_by("key").values_list("template", flat=True)
    # Which mail went out may depend on what was known first; that none went out twice may not.
    assert len(set(mails)) == len(mails), mails
    return End(frozenset(entries(campaign)), pledge.state, pledge.refunded, tuple(disputes), tuple(mails))


def remember_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing happens at Stripe while the orders are walked: each of its answers is asked for once."""
    answers: dict[tuple[str, str], Any] = {}
    for name in ("checkout", "payment", "dispute", "saved_card"):
        ask = getattr(stripe_gateway, name)

        def once(identifier: str, ask: Callable[[str], Any] = ask, name: str = name) -> Any:
            if (name, identifier) not in answers:
                answers[name, identifier] = ask(identifier)
            return answers[name, identifier]

        monkeypatch.setattr(stripe_gateway, name, once)


def the_ends(campaign: Campaign, events: list[dict[str, Any]], seed: int) -> set[End]:
    """Every order of these events, with repetitions; what came of each."""
    ends: set[End] = set()

    def check(_: list[dict[str, Any]]) -> None:
        ends.add(end_of(campaign))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert orders(events, check, random.Random(seed)) == math.factorial(len(events)) >= 24
    return ends


def held_and_captured(sandbox: Sandbox, pledge: Pledge) -> str:
    """The goal was reached, and a closer died who had captured: nothing of that is written down here."""
    v1 = stripe_client().v1
    parameters: Any = hold_parameters(pledge)
    intent = v1.payment_intents.create(params=parameters).id
    settle_pledge(pledge.pk, at=now(), intent=intent)
    assert close_steps.verdict(CloseRun.objects.get(), now()) == {"raised": 500, "outcome": "funded"}
    v1.payment_intents.capture(intent)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any(event["type"] == "charge.updated" for event in sandbox.events()):
            return intent
        time.sleep(0.01)
    raise AssertionError("the sandbox has not told of the fee")


def captured(sandbox: Sandbox, pledge: Pledge) -> None:
    held_and_captured(sandbox, pledge)


def captured_and_a_part_given_back(sandbox: Sandbox, pledge: Pledge) -> None:
    refund_at_stripe(sandbox, held_and_captured(sandbox, pledge), 200)


def captured_and_disputed(sandbox: Sandbox, pledge: Pledge) -> None:
    decide(sandbox, disputed(sandbox, held_and_captured(sandbox, pledge)), "lost")


def disputed(sandbox: Sandbox, intent: str, **also: str) -> str:
    return str(sandbox.control("POST", f"charges/{intent}/dispute", **also)["id"])


def decide(sandbox: Sandbox, dispute: str, outcome: str) -> None:
    sandbox.control("POST", f"disputes/{dispute}/close", outcome=outcome)


HOLDS: dict[str, tuple[Callable[[Sandbox, Pledge], None], tuple[str, int]]] = {
    "captured": (captured, ("paid", 0)),
    "captured, and a part given back": (captured_and_a_part_given_back, ("paid", 200)),
    "captured, disputed and lost": (captured_and_disputed, ("refunded", 500)),
}


@pytest.mark.parametrize("story", sorted(HOLDS))
def test_every_order_of_a_captured_payments_events_ends_the_same(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, story: str
) -> None:
    happens, told = HOLDS[story]
    campaign = an_all_or_nothing_campaign(goal=500, deadline=now())
    pledge = promise(campaign)
    assert begin_close(campaign.pk, at=now()) is not None
    happens(sandbox, pledge)
    remember_looks(monkeypatch)
    events = [event for event in sandbox.events() if event["type"] not in QUIET][-MOST:]

    (end,) = the_ends(campaign, events, seed=4)

    assert (end.state, end.refunded) == told
    for event in events:
        deliver(event)
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=now())


def lost(sandbox: Sandbox, pledge: Pledge) -> None:
    decide(sandbox, disputed(sandbox, paid(sandbox, pledge)), "lost")


def won(sandbox: Sandbox, pledge: Pledge) -> None:
    decide(sandbox, disputed(sandbox, paid(sandbox, pledge)), "won")


def a_part_lost_and_another_given_back(sandbox: Sandbox, pledge: Pledge) -> None:
    intent = paid(sandbox, pledge)
    refund_at_stripe(sandbox, intent, 100)
    decide(sandbox, disputed(sandbox, intent, amount="300"), "lost")


def still_open(sandbox: Sandbox, pledge: Pledge) -> None:
    disputed(sandbox, paid(sandbox, pledge))


# What happened at Stripe; in the end the pledge's state, what is gone of it, and the dispute's word.
DISPUTES: dict[str, tuple[Callable[[Sandbox, Pledge], None], tuple[str, int, str]]] = {
    "lost": (lost, ("refunded", 500, "lost")),
    "won": (won, ("paid", 0, "won")),
    "a part lost and another given back": (a_part_lost_and_another_given_back, ("paid", 400, "lost")),
    "still open": (still_open, ("paid", 0, "needs_response")),
}


def told_of(sandbox: Sandbox, happens: Callable[[Sandbox, Pledge], None]) -> tuple[Campaign, list[dict[str, Any]]]:
    """A campaign to whose only coin it happened, and the last of what Stripe tells of it, with the payment itself."""
    campaign = an_open_campaign(ceiling=None)
    happens(sandbox, set_out(campaign))
    told = [event for event in sandbox.events() if event["type"] not in QUIET]
    first = next(event for event in told if event["type"] == "checkout.session.completed")
    return campaign, [first, *[event for event in told if event is not first][-(MOST - 1) :]]


@pytest.mark.parametrize("story", sorted(DISPUTES))
def test_every_order_of_a_disputed_payments_events_ends_the_same(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, story: str
) -> None:
    happens, told = DISPUTES[story]
    campaign, events = told_of(sandbox, happens)
    remember_looks(monkeypatch)

    (end,) = the_ends(campaign, events, seed=7)

    assert (end.state, end.refunded) == told[:2] and [word for word, _, _ in end.disputes] == [told[2]]
    for event in events:
        deliver(event)
    assert_the_books_are_those_of_stripe(sandbox)
    assert_every_invariant_holds(at=now())


def test_if_events_were_believed_instead_of_looking_the_order_would_matter(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what an event says of a dispute is how it stood then, and the last word would be any of them."""
    campaign, events = told_of(sandbox, won)
    remember_looks(monkeypatch)
    look = stripe_gateway.dispute
    words = {event["id"]: event for event in events if event["type"].startswith("charge.dispute.")}

    def deliver_believing(event: dict[str, Any]) -> None:
        if event["id"] in words:
            said = event["data"]["object"]
            seen = look(said["id"])
            kept = seen.movements[: len(said["balance_transactions"])]
            monkeypatch.setattr(
                stripe_gateway, "dispute", lambda _: dataclasses.replace(seen, status=said["status"], movements=kept)
            )
        deliver(event)

    monkeypatch.setattr("tests.faults.test_confluence.deliver", deliver_believing)

    assert len(the_ends(campaign, events, seed=7)) > 1
