"""Any order, repetition and moment of one payment's events ends the same: the ledger, the pledge, the mail (I18)."""

import itertools
import json
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import stripe_gateway, stripe_handlers, stripe_inbox
from campaigns.models import Campaign, Pledge, StripeEvent
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe, entries, receipts
from tests.stripe_sandbox import PATIENCE, Sandbox
from tests.world import an_open_campaign, books, now, set_out

pytestmark = pytest.mark.django_db
FULL = bool(os.environ.get("FAULTS_FULL"))
EXAMPLES = 1_000 if FULL else 20
Event = dict[str, Any]


@dataclass(frozen=True)
class End:
    """What must not depend on the order. `entries` are the ledger's, without numbers and hashes."""

    entries: frozenset[tuple[object, ...]]
    state: str
    refunded: int
    receipts: int


def end_of(campaign: Campaign) -> End:
    pledge = Pledge.objects.get(campaign=campaign)
    return End(frozenset(entries(campaign)), pledge.state, pledge.refunded, receipts(pledge))


def deliver(event: Event) -> None:
    """As the door and the queue do it. An event that was handled before is merged once more all the same."""
    if stripe_inbox.keep(event, json.dumps(event), at=now()) is not None:
        stripe_inbox.handle(event["id"], at=now())
        assert StripeEvent.objects.get(pk=event["id"]).state in ("handled", "ignored")
    else:
        stripe_handlers.dispatch(event["type"], event["data"]["object"], at=now())


def paid(sandbox: Sandbox, pledge: Pledge) -> str:
    """The payment's id, once Stripe has told everybody of its fee, which it does a moment later."""
    intent = str(sandbox.pay(pledge.session_id)["payment_intent"])
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if any(event["type"] == "charge.updated" for event in sandbox.events()):
            return intent
        time.sleep(0.01)
    raise AssertionError("the sandbox has not told of the fee")


def paid_and_given_back(sandbox: Sandbox, pledge: Pledge) -> None:
    refund_at_stripe(sandbox, paid(sandbox, pledge))


def paid_a_part_given_back_and_another_bounced(sandbox: Sandbox, pledge: Pledge) -> None:
    intent = paid(sandbox, pledge)
    refund_at_stripe(sandbox, intent, 200)
    sandbox.control("POST", f"refunds/{refund_at_stripe(sandbox, intent, 100)}/fail")


def refund_at_stripe(sandbox: Sandbox, intent: str, amount: int | None = None) -> str:
    """Somebody refunds at Stripe's dashboard; the refund's id."""
    fields = {} if amount is None else {"amount": str(amount)}
    return str(sandbox.control("POST", f"charges/{intent}/refund", **fields)["id"])


# What happened at Stripe, and in the end the pledge's state, what was given back, and how many receipts went out.
STORIES: dict[str, tuple[Callable[[Sandbox, Pledge], object], tuple[str, int, int]]] = {
    "paid": (paid, ("paid", 0, 1)),
    "paid and given back": (paid_and_given_back, ("refunded", 500, 0)),
    "a part given back, another bounced": (paid_a_part_given_back_and_another_bounced, ("paid", 200, 1)),
}


def orders(events: list[Event], check: Callable[[list[Event]], None], twice: random.Random) -> int:
    """Deliver the events in every order, as a walk over the tree of orders; each step is undone by a savepoint.

    Any step may be followed by an event that was told before. How many orders there were.
    """

    def walk(told: list[Event], left: list[Event]) -> int:
        if not left:
            check(told)
            return 1
        found = 0
        for number, event in enumerate(left):
            with transaction.atomic():
                deliver(event)
                if told and twice.random() < 0.2:
                    deliver(twice.choice(told))
                found += walk([*told, event], left[:number] + left[number + 1 :])
                transaction.set_rollback(True)
        return found

    return walk([], events)


@pytest.fixture
def looks_are_remembered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing happens at Stripe while the orders are walked, so each of its true answers is asked for once."""
    answers: dict[str, Any] = {}
    for name in ("checkout", "payment"):
        ask = getattr(stripe_gateway, name)

        def once(identifier: str, ask: Callable[[str], Any] = ask) -> Any:
            if identifier not in answers:
                answers[identifier] = ask(identifier)
            return answers[identifier]

        monkeypatch.setattr(stripe_gateway, name, once)
    yield


@pytest.mark.usefixtures("looks_are_remembered")
@pytest.mark.parametrize(
    ("story", "most"),
    [("paid", 6), ("paid and given back", 6 if FULL else 5), ("a part given back, another bounced", 6)],
)
def test_every_order_of_up_to_six_events_ends_the_same(sandbox: Sandbox, story: str, most: int) -> None:
    happens, told = STORIES[story]
    campaign = an_open_campaign()
    happens(sandbox, set_out(campaign))
    # Of an intent that was only made nobody need hear. The last are kept, since what bounced is told last.
    events = [event for event in sandbox.events() if event["type"] != "payment_intent.created"]
    events = events if len(events) <= most else [*events[: most - 3], *events[-3:]]
    ends: set[End] = set()

    def check(_: list[Event]) -> None:
        ends.add(end_of(campaign))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    count = orders(events, check, random.Random(4))

    assert count == math.factorial(len(events))
    (end,) = ends
    assert (end.state, end.refunded, end.receipts) == told


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(min_value=0), story=st.sampled_from(sorted(STORIES)))
def test_many_orders_of_all_events_with_repetitions_end_the_same(sandbox: Sandbox, seed: int, story: str) -> None:
    order = random.Random(seed)
    with transaction.atomic():
        happens, told = STORIES[story]
        sandbox.forget()
        campaign = an_open_campaign()
        happens(sandbox, set_out(campaign))
        events = sandbox.events()
        events = events + order.choices(events, k=order.randrange(len(events)))
        order.shuffle(events)

        for event in events:
            deliver(event)

        end = end_of(campaign)
        assert (end.state, end.refunded, end.receipts) == told
        assert_the_books_are_those_of_stripe(sandbox)
        assert_every_invariant_holds(at=now(), strictly=True)
        transaction.set_rollback(True)


# Between two steps at Stripe any of the news so far is told, in any order; numbers choose which.
TELLING = st.lists(st.integers(min_value=0, max_value=30), max_size=4)
STEPS = st.lists(st.tuples(st.sampled_from(["a part", "the rest", "bounce"]), TELLING), max_size=4)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(early=TELLING, steps=STEPS, seed=st.integers(min_value=0))
def test_whenever_we_look_while_it_happens_the_end_is_the_same(
    sandbox: Sandbox, early: list[int], steps: list[tuple[str, list[int]]], seed: int
) -> None:
    """We look at Stripe as it is at that moment, so what we see on the way differs: the end must not."""
    with transaction.atomic():
        sandbox.forget()
        campaign = an_open_campaign()
        pledge = set_out(campaign)
        intent = paid(sandbox, pledge)
        tell_some(sandbox, early)
        for step, told in steps:
            happen(sandbox, intent, step)
            tell_some(sandbox, told)
        events = sandbox.events()
        random.Random(seed).shuffle(events)
        for event in events:
            deliver(event)

        went_back = sum(one["amount"] for one in sandbox.oracle()["refunds"] if not one["failed"])
        pledge.refresh_from_db()
        assert pledge.refunded == went_back
        assert pledge.state == ("refunded" if went_back == 500 else "paid")
        assert books(campaign) == balances(500, went_back, fee=18)
        assert receipts(pledge) <= 1
        assert_the_books_are_those_of_stripe(sandbox)
        assert_every_invariant_holds(at=now(), strictly=True)
        transaction.set_rollback(True)


def tell_some(sandbox: Sandbox, numbers: list[int]) -> None:
    events = sandbox.events()
    for number in numbers:
        deliver(events[number % len(events)])


def happen(sandbox: Sandbox, intent: str, step: str) -> None:
    """One thing at Stripe's dashboard or at a bank, if it is possible now."""
    payment = sandbox.oracle()["payments"][0]
    left = payment["amount"] - payment["refunded"]
    if step == "bounce":
        sound = [one["refund"] for one in sandbox.oracle()["refunds"] if not one["failed"]]
        if sound:
            sandbox.control("POST", f"refunds/{sound[-1]}/fail")
    elif left:
        refund_at_stripe(sandbox, intent, min(left, 130) if step == "a part" else left)


def balances(total: int, back: int, *, fee: int) -> dict[str, int]:
    """The accounts of a pledge of which `back` went back, whatever happened on the way."""
    if back == total:
        return {"stripe-clearing": -fee, "platform": fee}
    return {"stripe-clearing": total - back - fee, "campaign-held": back - total, "processor-fees": fee}


def test_the_walk_over_orders_takes_every_order_once(sandbox: Sandbox) -> None:
    """The control of the walk itself: four events that mean nothing have 24 orders, each of them different."""
    events = [
        {"id": f"evt_{number}", "type": "x", "created": 1, "livemode": False, "data": {"object": {}}}
        for number in range(4)
    ]
    seen: list[tuple[str, ...]] = []

    orders(events, lambda told: seen.append(tuple(event["id"] for event in told)), random.Random(1))

    assert set(seen) == set(itertools.permutations(event["id"] for event in events)) and len(seen) == 24
    assert not StripeEvent.objects.exists()
