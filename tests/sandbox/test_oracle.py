"""The oracle tells every movement of money, what caused it, and what was charged twice."""

import random
from typing import Any

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually, fetch

# What each movement does to the platform's balance.
SIGNS = {"captured": 1, "refunded": -1, "refund_failed": 1, "disputed": -1, "reinstated": 1, "transferred": -1}
SIGNS |= {"reversed": 1, "fees": -1, "dispute_fees": -1}


def test_every_movement_is_told_with_its_key(stand: Stand) -> None:
    stand.control("POST", "balance", amount=10_000, currency="usd")
    saved = stand.saved()
    intent = stand.charge(saved, key="hold-7", capture_method="manual", metadata={"pledge": "7", "campaign": "bra"})
    client = stand.client()
    client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 800}, {"idempotency_key": "take-7"})
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100}, {"idempotency_key": "back-7"})
    account = stand.recipient()
    sent = client.v1.transfers.create(
        {"amount": 300, "currency": "usd", "destination": account, "metadata": {"campaign": "bra"}},
        {"idempotency_key": "out-1"},
    )
    client.v1.transfers.reversals.create(sent.id, {"amount": 50}, {"idempotency_key": "undo-1"})
    stand.control("POST", f"payment_intents/{intent.id}/dispute", amount=700)

    told = stand.oracle()

    assert [(move["kind"], move["amount"], move["idempotency_key"]) for move in told["movements"]] == [
        ("authorised", 1000, "hold-7"),
        ("released", 200, "take-7"),
        ("captured", 800, "take-7"),
        ("refunded", 100, "back-7"),
        ("transferred", 300, "out-1"),
        ("reversed", 50, "undo-1"),
        ("disputed", 700, None),
    ]
    bra = told["sums_by_metadata"]["campaign"]["bra"]["usd"]
    assert bra == told["sums"]["usd"]
    assert {name: amount for name, amount in bra.items() if amount} == {
        "authorised": 1000,
        "released": 200,
        "captured": 800,
        "refunded": 100,
        "disputed": 700,
        "transferred": 300,
        "reversed": 50,
        "fees": 53,
        "dispute_fees": 1500,
    }
    assert told["sums_by_metadata"]["pledge"]["7"]["usd"]["transferred"] == 0


def test_a_pledge_that_is_charged_twice_is_named(stand: Stand) -> None:
    saved = stand.saved()
    for key in ("first", "second"):
        stand.charge(saved, key=key, metadata={"shop_pledge": "7"})
    stand.charge(saved, key="third", metadata={"shop_pledge": "8"})

    [twice] = stand.oracle()["charged_twice"]

    assert (twice["key"], twice["value"], twice["kept"]) == ("shop_pledge", "7", 2)
    assert twice["idempotency_keys"] == ["first", "second"] and len(set(twice["charges"])) == 2


def test_a_second_charge_that_was_given_back_is_still_named_but_not_kept(stand: Stand) -> None:
    saved = stand.saved()
    for _ in range(2):
        again = stand.charge(saved, metadata={"pledge": "7"}).id
    stand.client().v1.refunds.create(params={"payment_intent": again})

    [twice] = stand.oracle()["charged_twice"]

    assert twice["kept"] == 1


def test_what_may_be_charged_once_can_be_named(stand: Stand) -> None:
    saved = stand.saved()
    for _ in range(2):
        stand.charge(saved, metadata={"order": "7", "pledge": "1"})

    named = fetch("GET", f"{stand.url}/_control/oracle?unique=order").json["charged_twice"]

    assert [twice["key"] for twice in named] == ["order"]


def test_a_hold_and_a_decline_are_no_charge(stand: Stand) -> None:
    stand.declined(stand.saved("4000000000000341"), metadata={"pledge": "7"})
    saved = stand.saved()
    for _ in range(2):
        stand.charge(saved, capture_method="manual", metadata={"pledge": "7"})

    assert stand.oracle()["charged_twice"] == []


def test_a_payment_on_the_page_is_labelled_by_its_session_too(stand: Stand) -> None:
    stand.paid(500, metadata={"pledge": "7"}, payment_intent_data={"transfer_group": "campaign-1"})

    sums = stand.oracle()["sums_by_metadata"]

    assert sums["pledge"]["7"]["jpy"]["captured"] == sums["transfer_group"]["campaign-1"]["jpy"]["captured"] == 500


class Life:
    """Things that happen to one account in an order that a seed decides; what Stripe would refuse does not happen."""

    def __init__(self, stand: Stand, seed: int) -> None:
        self.chance = random.Random(seed)
        self.stand, self.v1 = stand, stand.client().v1
        self.saved, self.trainer = stand.saved(), stand.recipient()
        self.intents: list[str] = []
        self.transfers: list[str] = []

    def amount(self) -> int:
        return self.chance.randint(50, 2000)

    def pay(self) -> None:
        how = self.chance.choice(("automatic", "automatic_async", "manual"))
        self.intents.append(self.stand.charge(self.saved, self.amount(), capture_method=how).id)

    def capture(self) -> None:
        self.v1.payment_intents.capture(self.chance.choice(self.intents), {"amount_to_capture": self.amount()})

    def cancel(self) -> None:
        self.v1.payment_intents.cancel(self.chance.choice(self.intents))

    def refund(self) -> None:
        params: Any = {"payment_intent": self.chance.choice(self.intents), "amount": self.amount()}
        refund = self.v1.refunds.create(params)
        if self.chance.random() < 0.3:
            self.stand.control("POST", f"refunds/{refund.id}/fail")

    def dispute(self) -> None:
        opened = self.stand.try_control("POST", f"payment_intents/{self.chance.choice(self.intents)}/dispute")
        if opened.status == 200:
            outcome = self.chance.choice(("won", "lost"))
            self.stand.control("POST", f"disputes/{opened.json['id']}/close", outcome=outcome)

    def transfer(self) -> None:
        params: Any = {"amount": self.amount(), "currency": "usd", "destination": self.trainer}
        self.transfers.append(self.v1.transfers.create(params).id)

    def reverse(self) -> None:
        self.v1.transfers.reversals.create(self.chance.choice(self.transfers), {"amount": self.amount()})

    def step(self) -> None:
        """The next thing."""
        deeds = (self.pay, self.pay, self.capture, self.cancel, self.refund, self.dispute, self.transfer, self.reverse)
        try:
            self.chance.choice(deeds)()
        except (stripe.InvalidRequestError, IndexError):
            return


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_and_the_balance_agree_whatever_happens(stand: Stand, seed: int) -> None:
    stand.control("POST", "balance", amount=1_000_000, currency="usd")
    life = Life(stand, seed)

    for _ in range(60):
        life.step()

    told = stand.oracle()
    captured = [move["charge"] for move in told["movements"] if move["kind"] == "captured"]
    listing: Any = {"type": "charge", "limit": 100}
    eventually(lambda: len(life.v1.balance_transactions.list(listing).data) == len(captured))
    moved = sum(SIGNS.get(name, 0) * amount for name, amount in told["sums"]["usd"].items())
    balance = life.v1.balance.retrieve()
    assert 1_000_000 + moved == balance.available[0].amount + balance.pending[0].amount
    sums = told["sums"]["usd"]
    held = sum(life.v1.payment_intents.retrieve(intent).amount_capturable for intent in life.intents)
    assert sums["authorised"] - sums["captured"] - sums["released"] == held
    assert told["totals"]["usd"]["charged"] == sums["captured"] and len(captured) > 5
