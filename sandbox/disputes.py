"""Disputes: the bank takes a payment back, and perhaps gives it again."""

import time

from sandbox import balance, events, fraud_warnings, movements
from sandbox.currencies import DISPUTE_FEES, USUAL_DISPUTE_FEE
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Labels, Text, YesNo
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

DAYS_TO_ANSWER = 7
REASONS = (
    *("bank_cannot_process", "credit_not_processed", "customer_initiated", "duplicate", "fraudulent", "general"),
    *("incorrect_account_details", "insufficient_funds", "product_not_received", "product_unacceptable"),
    *("subscription_canceled", "unrecognized"),
)
TEXTS = ("customer_email_address", "customer_name", "product_description", "refund_policy_disclosure", "service_date")
EVIDENCE = Fields({**{name: Text(20_000) for name in TEXTS}, "uncategorized_text": Text(20_000)})
UPDATE = Fields({**EXPAND, "evidence": EVIDENCE, "metadata": Labels(keep_empty=True), "submit": YesNo()})
RETRIEVE = Fields(EXPAND)
CLOSE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "charge": Text(), "payment_intent": Text()})
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
OUTCOMES = ("won", "lost", "warning_closed")
ENDINGS = {"winning_evidence": "won", "losing_evidence": "lost"}
NO_EVIDENCE = dict.fromkeys(
    (
        *("access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure"),
        *("cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name"),
        *("customer_purchase_ip", "customer_signature", "duplicate_charge_documentation"),
        *("duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy"),
        *("refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation"),
        *("shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation"),
        *("shipping_tracking_number", "uncategorized_file", "uncategorized_text"),
    )
)


def open_dispute(call: Call, charge: Json, amount: int | None, reason: str, *, inquiry: bool = False) -> Json:
    """The cardholder went to the bank. An inquiry only asks; a dispute takes the money and a fee at once."""
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if not charge["captured"] or charge["disputed"] or not 0 < amount <= charge["amount"]:
        raise ApiError(400, f"Charge {charge['id']} cannot be disputed with this amount, or was disputed before.")
    if reason not in REASONS:
        raise ApiError(400, f"reason is one of {', '.join(REASONS)}.", param="reason")
    dispute = call.store.insert(_document(call, charge, amount, reason, inquiry))
    charge["disputed"] = True
    call.store.replace(charge)
    if not inquiry:
        _withdraw(call, dispute, charge)
    events.emit(call, "charge.dispute.created", dispute)
    if not inquiry:
        events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    fraud_warnings.settle_warnings(call, charge)
    return dispute


def _document(call: Call, charge: Json, amount: int, reason: str, inquiry: bool) -> Json:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**NO_EVIDENCE, "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": call.now + DAYS_TO_ANSWER * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _withdraw(call: Call, dispute: Json, charge: Json) -> None:
    currency = dispute["currency"]
    fee = DISPUTE_FEES.get(currency, USUAL_DISPUTE_FEE)
    _move(call, dispute, -dispute["amount"], "dispute", fee)
    movements.record_of_charge(call, "disputed", dispute["amount"], charge, subject=dispute["id"], fee=fee)


def _move(call: Call, dispute: Json, amount: int, category: str, fee: int) -> None:
    movement = balance.add_balance_transaction(
        call,
        balance.Move(
            kind="adjustment",
            category=category,
            amount=amount,
            currency=dispute["currency"],
            source=dispute["id"],
            fee=fee,
            fee_text="Dispute fee",
            description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}",
        ),
    )
    dispute["balance_transactions"].append(balance.with_status(call, movement))
    call.store.replace(dispute)


def escalate(call: Call, identifier: str) -> Json:
    """An inquiry becomes a dispute: now the money is taken."""
    dispute = find_dispute(call, identifier)
    if not dispute["status"].startswith("warning_") or dispute["status"] == "warning_closed":
        raise ApiError(400, f"Dispute {identifier} is no open inquiry.")
    before = {"status": dispute["status"], "is_charge_refundable": True}
    dispute.update(status="needs_response", is_charge_refundable=False)
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _withdraw(call, dispute, call.store.get(dispute["charge"]))
    events.emit(call, "charge.dispute.updated", dispute, before)
    events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def end(call: Call, identifier: str, outcome: str, *, return_fee: bool = False) -> Json:
    """The bank decided. Won: the amount comes back, the fee only if `return_fee` says so."""
    dispute = find_dispute(call, identifier)
    if dispute["status"] not in OPEN:
        raise ApiError(400, f"Dispute {identifier} is already closed.")
    if outcome not in OUTCOMES or (outcome == "warning_closed") != dispute["status"].startswith("warning_"):
        raise ApiError(400, "A dispute ends won or lost, an inquiry warning_closed.", param="outcome")
    before = {"status": dispute["status"]}
    dispute.update(status=outcome, is_charge_refundable=False)
    call.store.replace(dispute)
    if outcome == "won":
        fee = -DISPUTE_FEES.get(dispute["currency"], USUAL_DISPUTE_FEE) if return_fee else 0
        _move(call, dispute, dispute["amount"], "dispute_reversal", fee)
        charge = call.store.get(dispute["charge"])
        movements.record_of_charge(call, "reinstated", dispute["amount"], charge, subject=identifier, fee=fee)
        events.emit(call, "charge.dispute.funds_reinstated", dispute)
    events.emit(call, "charge.dispute.closed", dispute, before)
    return dispute


def end_if_open(call: Call, identifier: str, outcome: str) -> None:
    """The decision that the evidence asked for, unless it came some other way."""
    if find_dispute(call, identifier)["status"] in OPEN:
        end(call, identifier, outcome)


def forbids_refund(call: Call, charge: Json) -> bool:
    """Whether a dispute that is open or lost stands in the way of a refund."""
    if not charge["disputed"]:
        return False
    sql = "SELECT id FROM objects WHERE kind = 'dispute' AND json_extract(doc, '$.charge') = ?"
    found = [call.store.get(row["id"]) for row in call.store.rows(sql, charge["id"])]
    return any(
        not dispute["is_charge_refundable"] and dispute["status"] not in ("won", "warning_closed") for dispute in found
    )


def find_dispute(call: Call, identifier: str) -> Json:
    """The dispute of this id, or Stripe's 404."""
    dispute = call.store.find(identifier, "dispute")
    if dispute is None:
        raise missing_resource("dispute", identifier)
    return dispute


def retrieve(call: Call) -> Json:
    """GET /v1/disputes/{id}."""
    return find_dispute(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/disputes/{id}: evidence is handed in; Stripe's two test words decide the case a little later."""
    dispute = find_dispute(call, call.identifier)
    if dispute["status"] not in OPEN:
        raise ApiError(400, "This dispute is already closed.")
    before = {"status": dispute["status"]}
    given = call.params.get("evidence", {})
    dispute["evidence"].update(given)
    merged = {**dispute["metadata"], **call.params.get("metadata", {})}
    dispute["metadata"] = {key: value for key, value in merged.items() if value}
    if given:
        dispute["evidence_details"]["has_evidence"] = True
        if call.params.get("submit", True):
            dispute["evidence_details"].update(
                submission_count=dispute["evidence_details"]["submission_count"] + 1,
                submission_method="manual",
            )
            dispute["status"] = dispute["status"].replace("needs_response", "under_review")
            _decide_later(call, dispute)
    call.store.replace(dispute)
    events.emit(call, "charge.dispute.updated", dispute, before)
    return dispute


def _decide_later(call: Call, dispute: Json) -> None:
    outcome = ENDINGS.get(dispute["evidence"]["uncategorized_text"] or "")
    if outcome and dispute["status"] == "under_review":
        due = time.time() + call.world.options.settle_delay
        call.store.add_job(due, "end_dispute", {"dispute": dispute["id"], "outcome": outcome})


def close(call: Call) -> Json:
    """POST /v1/disputes/{id}/close: the platform gives in."""
    dispute = find_dispute(call, call.identifier)
    return end(call, dispute["id"], "warning_closed" if dispute["status"].startswith("warning_") else "lost")


def follow_payment(call: Call, charge: Json, what: str) -> None:
    """What Stripe's cards for this purpose bring about by themselves."""
    kind, _, reason = what.partition("_")
    if what == "fraud_warning":
        fraud_warnings.warn(call, charge, "made_with_stolen_card")
    elif not charge["disputed"]:
        open_dispute(call, charge, None, reason, inquiry=kind == "inquiry")
