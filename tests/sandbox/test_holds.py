"""Money is held at the close: captured whole or in part, let go, or let go by itself after seven days."""

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually

DAY = 24 * 3600


def held(stand: Stand, amount: int = 1000) -> stripe.PaymentIntent:
    return stand.charge(stand.saved(), amount, capture_method="manual", metadata={"pledge": "7"})


def charge_of(stand: Stand, intent: str) -> stripe.Charge:
    [charge] = stand.client().v1.charges.list(params={"payment_intent": intent}).data
    return charge


def test_a_hold_takes_nothing_yet(stand: Stand) -> None:
    intent = held(stand)

    charge = charge_of(stand, intent.id)
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 1000, 0)
    assert (charge.status, charge.paid, charge.captured, charge.amount_captured) == ("succeeded", True, False, 0)
    assert charge.balance_transaction is None and charge.payment_method_details is not None
    card = charge.payment_method_details.card
    assert card is not None and card.capture_before == charge.created + 7 * DAY
    assert stand.lately(2) == ["charge.succeeded", "payment_intent.amount_capturable_updated"]
    assert stand.sums() == {"authorised": 1000} and stand.oracle()["payments"] == []


def test_a_hold_is_captured_whole(stand: Stand) -> None:
    intent = held(stand)

    captured = stand.client().v1.payment_intents.capture(intent.id)

    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 1000, 0)
    eventually(lambda: stand.told("charge.updated"))
    charge = charge_of(stand, intent.id)
    movement = stand.client().v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (charge.captured, charge.amount_captured, charge.refunded) == (True, 1000, False)
    assert (movement.amount, movement.fee) == (1000, 59)
    assert stand.kinds()[-3:] == ["charge.captured", "payment_intent.succeeded", "charge.updated"]
    assert stand.sums() == {"authorised": 1000, "captured": 1000, "fees": 59}


def test_a_hold_is_captured_in_part_and_the_rest_is_let_go(stand: Stand) -> None:
    intent = held(stand)

    captured = stand.client().v1.payment_intents.capture(intent.id, params={"amount_to_capture": 400})

    eventually(lambda: stand.told("charge.updated"))
    charge = charge_of(stand, intent.id)
    movement = stand.client().v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (captured.amount, captured.amount_received) == (1000, 400)
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (1000, 400, 600)
    assert movement.amount == 400
    [released] = stand.client().v1.refunds.list(params={"payment_intent": intent.id}).data
    assert (released.amount, released.balance_transaction) == (600, None)
    assert stand.sums() == {"authorised": 1000, "captured": 400, "released": 600, "fees": 42}


def test_more_than_is_held_cannot_be_captured(stand: Stand) -> None:
    intent = held(stand)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.client().v1.payment_intents.capture(intent.id, params={"amount_to_capture": 1001})

    assert refused.value.code == "amount_too_large"


def test_a_hold_is_let_go(stand: Stand) -> None:
    intent = held(stand)

    canceled = stand.client().v1.payment_intents.cancel(intent.id, params={"cancellation_reason": "abandoned"})

    charge = charge_of(stand, intent.id)
    assert (canceled.status, canceled.cancellation_reason, canceled.amount_capturable) == ("canceled", "abandoned", 0)
    assert (charge.captured, charge.refunded, charge.amount_refunded) == (False, True, 1000)
    assert stand.lately(2) == ["charge.refunded", "payment_intent.canceled"]
    assert stand.sums() == {"authorised": 1000, "released": 1000}
    assert stand.client().v1.balance_transactions.list().data == []


@pytest.mark.parametrize("ended", ["capture", "cancel"])
def test_what_is_captured_or_let_go_can_be_neither_again(stand: Stand, ended: str) -> None:
    intents = stand.client().v1.payment_intents
    intent = held(stand)
    getattr(intents, ended)(intent.id)

    for again in (intents.capture, intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            again(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"
        assert refused.value.error is not None and refused.value.error.payment_intent is not None


def test_a_hold_ends_by_itself_after_seven_days(stand: Stand) -> None:
    intent = held(stand)
    stand.control("POST", "clock", advance=7 * DAY - 60)
    assert stand.client().v1.payment_intents.retrieve(intent.id).status == "requires_capture"

    stand.control("POST", "clock", advance=120)

    eventually(lambda: stand.told("payment_intent.canceled"))
    ended = stand.client().v1.payment_intents.retrieve(intent.id)
    assert (ended.status, ended.cancellation_reason) == ("canceled", "automatic")
    assert charge_of(stand, intent.id).refunded
    assert stand.lately(2) == ["charge.expired", "payment_intent.canceled"]
    assert stand.sums() == {"authorised": 1000, "released": 1000}


def test_a_capture_that_comes_too_late_is_refused(stand: Stand) -> None:
    intent = held(stand)
    stand.control("POST", "clock", advance=7 * DAY + 1)

    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        stand.client().v1.payment_intents.capture(intent.id)


def test_a_hold_cannot_be_refunded(stand: Stand) -> None:
    intent = held(stand)

    with pytest.raises(stripe.InvalidRequestError):
        stand.client().v1.refunds.create(params={"payment_intent": intent.id})


def test_a_released_part_cannot_fail(stand: Stand) -> None:
    intent = held(stand)
    stand.client().v1.payment_intents.cancel(intent.id)
    [released] = stand.client().v1.refunds.list(params={"payment_intent": intent.id}).data

    assert stand.try_control("POST", f"refunds/{released.id}/fail").status == 400


def test_a_capture_is_replayed_by_its_key(stand: Stand) -> None:
    intent = held(stand)
    stand.control("POST", "faults", op="payment_intents.capture", kind="drop_after_commit")
    with pytest.raises(stripe.APIConnectionError):
        stand.client().v1.payment_intents.capture(intent.id, options={"idempotency_key": "capture-7"})

    again = stand.client().v1.payment_intents.capture(intent.id, options={"idempotency_key": "capture-7"})

    assert again.status == "succeeded" and stand.sums()["captured"] == 1000
