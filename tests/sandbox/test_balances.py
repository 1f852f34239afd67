"""The platform's balance: what is pending, what is available, and what waits for it."""

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually

DAY = 24 * 3600


def balance(stand: Stand) -> dict[str, tuple[int, int]]:
    told = stand.client().v1.balance.retrieve()
    pending = {line.currency: line.amount for line in told.pending}
    return {line.currency: (line.amount, pending[line.currency]) for line in told.available}


def settled(stand: Stand, count: int = 1) -> None:
    eventually(lambda: len(stand.told("charge.updated")) == count)


def test_a_payment_is_pending_for_two_days(stand: Stand) -> None:
    assert balance(stand) == {}
    stand.charge(stand.saved(), 1000)
    settled(stand)
    assert balance(stand) == {"usd": (0, 941)}

    stand.control("POST", "clock", advance=2 * DAY)

    assert balance(stand) == {"usd": (941, 0)}
    [movement] = stand.client().v1.balance_transactions.list().data
    assert movement.status == "available"


def test_a_capture_that_is_not_asynchronous_has_its_balance_transaction_at_once(stand: Stand) -> None:
    intent = stand.charge(stand.saved(), capture_method="automatic")

    [charge] = stand.client().v1.charges.list(params={"payment_intent": intent.id}).data

    assert charge.balance_transaction is not None
    assert stand.told("charge.succeeded")[0]["data"]["object"]["balance_transaction"] == charge.balance_transaction
    assert stand.told("charge.updated") == []


def test_one_card_puts_money_into_the_available_balance(stand: Stand) -> None:
    stand.charge(stand.saved("4000000000000077"), 1000)
    settled(stand)

    assert balance(stand) == {"usd": (941, 0)}


def test_currencies_are_kept_apart(stand: Stand) -> None:
    stand.paid(500, "jpy")
    stand.paid(300, "eur")
    settled(stand, 2)

    assert balance(stand) == {"eur": (0, 270), "jpy": (0, 482)}


def test_a_refund_that_the_balance_does_not_cover_waits_for_it(stand: Stand) -> None:
    stand.control("POST", "balance", refunds="strict")
    intent = stand.charge(stand.saved(), 1000).id
    settled(stand)

    refund = stand.client().v1.refunds.create(params={"payment_intent": intent, "amount": 900})

    assert (refund.status, refund.balance_transaction) == ("pending", None)
    assert refund.pending_reason == "insufficient_funds"
    stand.control("POST", "clock", advance=2 * DAY)
    eventually(lambda: stand.client().v1.refunds.retrieve(refund.id).status == "succeeded")
    assert balance(stand) == {"usd": (41, 0)}
    assert stand.told("refund.updated")[0]["data"]["object"]["status"] == "succeeded"


def test_the_platform_may_add_money_of_its_own(stand: Stand) -> None:
    stand.control("POST", "balance", refunds="strict", amount=5000, currency="usd")
    intent = stand.charge(stand.saved(), 1000).id

    assert stand.client().v1.refunds.create(params={"payment_intent": intent}).status == "succeeded"


def test_a_pending_refund_may_fail(stand: Stand) -> None:
    stand.control("POST", "balance", refunds="strict")
    intent = stand.charge(stand.saved(), 1000).id
    refund = stand.client().v1.refunds.create(params={"payment_intent": intent})

    stand.control("POST", f"refunds/{refund.id}/fail")

    failed = stand.client().v1.refunds.retrieve(refund.id)
    assert failed.status == "failed" and "failure_balance_transaction" not in failed
    assert stand.sums()["refunded"] == stand.sums()["refund_failed"] == 1000


@pytest.mark.parametrize(
    ("card", "first", "last"),
    [("4000000000007726", "pending", "succeeded"), ("4000000000005126", "succeeded", "failed")],
)
def test_two_cards_have_refunds_with_a_way_of_their_own(stand: Stand, card: str, first: str, last: str) -> None:
    intent = stand.charge(stand.saved(card)).id
    refunds = stand.client().v1.refunds

    refund: stripe.Refund = refunds.create(params={"payment_intent": intent})

    assert refund.status == first
    eventually(lambda: refunds.retrieve(refund.id).status == last)
    assert (last == "failed") == ("refund.failed" in stand.kinds())
