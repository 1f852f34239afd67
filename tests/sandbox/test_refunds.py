"""Refunds: whole, in parts, too much, and those that fail later."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually


def refund(stand: Stand, **params: Any) -> stripe.Refund:
    given: Any = params
    return stand.client().v1.refunds.create(params=given)


def charge_of(stand: Stand, session: dict[str, Any]) -> stripe.Charge:
    [charge] = stand.client().v1.charges.list(params={"payment_intent": session["payment_intent"]}).data
    return charge


def test_a_whole_refund_gives_everything_back_but_the_fee(stand: Stand) -> None:
    session = stand.paid()

    given_back = refund(stand, payment_intent=session["payment_intent"], reason="requested_by_customer")

    charge = charge_of(stand, session)
    movement = stand.client().v1.balance_transactions.retrieve(str(given_back.balance_transaction))
    assert (given_back.status, given_back.amount, given_back.reason) == ("succeeded", 500, "requested_by_customer")
    assert (charge.refunded, charge.amount_refunded, charge.status) == (True, 500, "succeeded")
    assert (movement.type, movement.amount, movement.fee, movement.net) == ("refund", -500, 0, -500)
    eventually(lambda: {"refund.created", "charge.refunded", "refund.updated"} <= set(stand.receiver.types()))


def test_parts_add_up_and_never_exceed_the_charge(stand: Stand) -> None:
    session = stand.paid()
    charge = charge_of(stand, session).id

    refund(stand, charge=charge, amount=200)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        refund(stand, charge=charge, amount=301)
    part = charge_of(stand, session)
    refund(stand, charge=charge, amount=300)
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        refund(stand, charge=charge)

    assert (part.refunded, part.amount_refunded) == (False, 200)
    assert too_much.value.param == "amount" and "¥300" in str(too_much.value)
    assert nothing_left.value.code == "charge_already_refunded"
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 500


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "", "100000000"])
def test_an_amount_that_is_none_is_refused(stand: Stand, amount: str) -> None:
    intent = stand.paid()["payment_intent"]

    refused = stand.api("POST", "refunds", {"payment_intent": intent, "amount": amount})

    assert (refused.status, refused.json["error"]["param"]) == (400, "amount")


def test_a_refund_needs_a_payment(stand: Stand) -> None:
    declined = stand.complete(stand.open_session().id, card="4000000000000002")
    for params, status in (
        ({}, 400),
        ({"charge": "ch_unknown"}, 404),
        ({"payment_intent": "pi_unknown"}, 404),
        ({"payment_intent": declined["payment_intent"]}, 400),
        ({"charge": charge_of(stand, declined).id}, 400),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            refund(stand, **params)

        assert refused.value.http_status == status


def test_a_refund_that_fails_later_gives_the_money_back_to_the_balance(stand: Stand) -> None:
    session = stand.paid()
    first = refund(stand, payment_intent=session["payment_intent"], amount=200)

    stand.control("POST", f"refunds/{first.id}/fail", failure_reason="lost_or_stolen_card")

    failed = stand.client().v1.refunds.retrieve(first.id, {"expand": ["failure_balance_transaction"]})
    movement: stripe.BalanceTransaction = failed.failure_balance_transaction  # type: ignore[assignment]
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (movement.type, movement.amount) == ("refund_failure", 200)
    assert charge_of(stand, session).amount_refunded == 0
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 0
    eventually(lambda: "refund.failed" in stand.receiver.types())
    assert refund(stand, payment_intent=session["payment_intent"]).amount == 500


def test_a_failed_refund_does_not_fail_twice(stand: Stand) -> None:
    first = refund(stand, payment_intent=stand.paid()["payment_intent"])
    stand.control("POST", f"refunds/{first.id}/fail")

    again = stand.try_control("POST", f"refunds/{first.id}/fail")

    assert again.status == 400


def test_metadata_is_merged_and_emptied(stand: Stand) -> None:
    first = refund(stand, payment_intent=stand.paid()["payment_intent"], metadata={"pledge": "7", "by": "staff"})

    changed = stand.client().v1.refunds.update(first.id, params={"metadata": {"by": "", "why": "asked"}})

    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"pledge": "7", "why": "asked"}
