"""A bank takes a payment back or suspects it, and what may still be refunded then."""

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually


def paid(stand: Stand, amount: int = 1000) -> tuple[str, str]:
    intent = stand.charge(stand.saved(), amount, metadata={"pledge": "7"})
    return intent.id, str(intent.latest_charge)


def disputed(stand: Stand, charge: str, **fields: object) -> str:
    return str(stand.control("POST", f"charges/{charge}/dispute", **fields)["id"])


def test_a_dispute_takes_the_amount_and_a_fee(stand: Stand) -> None:
    intent, charge = paid(stand)

    dispute = stand.client().v1.disputes.retrieve(disputed(stand, charge, reason="product_not_received"))

    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 1000, "product_not_received")
    [movement] = dispute.balance_transactions
    assert (movement.type, movement.amount, movement.fee, movement.net) == ("adjustment", -1000, 1500, -2500)
    assert stand.client().v1.charges.retrieve(charge).disputed
    told = [kind for kind in stand.kinds() if "dispute" in kind]
    assert told == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert [found.id for found in stand.client().v1.disputes.list(params={"payment_intent": intent}).data] == [
        dispute.id
    ]
    assert stand.sums() == {
        "authorised": 1000,
        "captured": 1000,
        "disputed": 1000,
        "fees": 59,
        "dispute_fees": 1500,
    }


def test_a_dispute_that_is_won_gives_the_amount_again_but_not_the_fee(stand: Stand) -> None:
    _, charge = paid(stand)
    dispute = disputed(stand, charge)

    stand.control("POST", f"disputes/{dispute}/close", outcome="won")

    won = stand.client().v1.disputes.retrieve(dispute)
    assert won.status == "won" and [movement.net for movement in won.balance_transactions] == [-2500, 1000]
    assert stand.lately(2) == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
    assert stand.sums()["reinstated"] == 1000 and stand.sums()["dispute_fees"] == 1500


def test_the_fee_may_come_back_too(stand: Stand) -> None:
    dispute = disputed(stand, paid(stand)[1])

    stand.control("POST", f"disputes/{dispute}/close", outcome="won", return_fee="true")

    assert "dispute_fees" not in stand.sums()


def test_a_dispute_that_is_lost_moves_nothing_more(stand: Stand) -> None:
    dispute = disputed(stand, paid(stand)[1])

    stand.control("POST", f"disputes/{dispute}/close", outcome="lost")

    assert stand.client().v1.disputes.retrieve(dispute).status == "lost"
    assert stand.lately(1) == ["charge.dispute.closed"] and "charge.dispute.funds_reinstated" not in stand.kinds()
    assert stand.try_control("POST", f"disputes/{dispute}/close", outcome="won").status == 400


def test_a_dispute_may_be_about_a_part(stand: Stand) -> None:
    dispute = disputed(stand, paid(stand)[1], amount=300)

    assert stand.client().v1.disputes.retrieve(dispute).amount == 300
    assert stand.sums()["disputed"] == 300


def test_an_inquiry_takes_nothing_until_it_becomes_a_dispute(stand: Stand) -> None:
    dispute = disputed(stand, paid(stand)[1], inquiry="true")
    asked = stand.client().v1.disputes.retrieve(dispute)
    assert (asked.status, asked.is_charge_refundable) == ("warning_needs_response", True)
    assert asked.balance_transactions == [] and "charge.dispute.funds_withdrawn" not in stand.kinds()

    stand.control("POST", f"disputes/{dispute}/escalate")

    assert stand.client().v1.disputes.retrieve(dispute).status == "needs_response"
    assert stand.lately(2) == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_closes_by_itself(stand: Stand) -> None:
    dispute = disputed(stand, paid(stand)[1], inquiry="true")

    closed = stand.client().v1.disputes.close(dispute)

    assert closed.status == "warning_closed"


def test_a_charge_that_is_disputed_cannot_be_refunded(stand: Stand) -> None:
    intent, charge = paid(stand)
    dispute = disputed(stand, charge)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.client().v1.refunds.create(params={"payment_intent": intent})

    assert refused.value.code == "charge_disputed"
    stand.control("POST", f"disputes/{dispute}/close", outcome="won")
    assert stand.client().v1.refunds.create(params={"payment_intent": intent}).status == "succeeded"


@pytest.mark.parametrize(("evidence", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides_a_little_later(stand: Stand, evidence: str, status: str) -> None:
    dispute = disputed(stand, paid(stand)[1])
    disputes = stand.client().v1.disputes

    handed_in = disputes.update(dispute, params={"evidence": {"uncategorized_text": evidence}})

    assert (handed_in.status, handed_in.evidence_details.submission_count) == ("under_review", 1)
    eventually(lambda: disputes.retrieve(dispute).status == status)
    assert "charge.dispute.updated" in stand.kinds()


@pytest.mark.parametrize(
    ("card", "status"),
    [("4000000000000259", "needs_response"), ("4000000000001976", "warning_needs_response")],
)
def test_some_cards_are_disputed_by_themselves(stand: Stand, card: str, status: str) -> None:
    stand.charge(stand.saved(card))

    [event] = eventually(lambda: stand.told("charge.dispute.created"))

    assert event["data"]["object"]["status"] == status


def test_a_hold_on_such_a_card_is_disputed_once_it_is_captured(stand: Stand) -> None:
    held = stand.charge(stand.saved("4000000000000259"), capture_method="manual")
    assert stand.told("charge.dispute.created") == []

    stand.client().v1.payment_intents.capture(held.id)

    assert eventually(lambda: stand.told("charge.dispute.created"))


def test_a_warning_comes_before_the_dispute_and_is_settled_by_a_refund(stand: Stand) -> None:
    intent, charge = paid(stand)
    warning = stand.control("POST", f"charges/{charge}/early_fraud_warning", fraud_type="unauthorized_use_of_card")
    warnings = stand.client().v1.radar.early_fraud_warnings
    assert warning["actionable"] and stand.lately(1) == ["radar.early_fraud_warning.created"]

    stand.client().v1.refunds.create(params={"payment_intent": intent})

    assert not warnings.retrieve(warning["id"]).actionable
    assert "radar.early_fraud_warning.updated" in stand.kinds()
    assert [found.id for found in warnings.list(params={"charge": charge}).data] == [warning["id"]]


def test_one_card_is_suspected_by_itself(stand: Stand) -> None:
    stand.charge(stand.saved("4000000000005423"))

    assert eventually(lambda: stand.told("radar.early_fraud_warning.created"))


def test_a_refund_is_made_at_the_dashboard(stand: Stand) -> None:
    intent, charge = paid(stand)

    refund = stand.control("POST", f"payment_intents/{intent}/refund", amount=400)

    assert (refund["amount"], refund["metadata"], refund["status"]) == (400, {}, "succeeded")
    [event] = stand.told("refund.created")
    assert event["request"] == {"id": None, "idempotency_key": None}
    assert stand.client().v1.charges.retrieve(charge).amount_refunded == 400
    assert stand.try_control("POST", f"charges/{charge}/refund", amount=601).status == 400
    assert stand.control("POST", f"charges/{charge}/refund")["amount"] == 600


@pytest.mark.parametrize("fields", [{"reason": "boredom"}, {"amount": 1001}, {"amount": 0}])
def test_a_dispute_that_makes_no_sense_is_refused(stand: Stand, fields: dict[str, object]) -> None:
    assert stand.try_control("POST", f"charges/{paid(stand)[1]}/dispute", **fields).status == 400
