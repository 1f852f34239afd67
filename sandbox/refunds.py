"""Refunds of a charge, whole or in parts; they succeed at once and may fail later."""

import time

from sandbox import balance, disputes, events, fraud_warnings, movements, oracle
from sandbox.card_answers import card_of
from sandbox.currencies import shown
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Labels, OneOf, Text, Whole
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
CREATE = Fields(
    {
        **EXPAND,
        "charge": Text(),
        "payment_intent": Text(),
        "amount": Whole(1, 99_999_999),
        "currency": Text(),
        "reason": OneOf(REASONS),
        "metadata": Labels(),
    }
)
UPDATE = Fields({**EXPAND, "metadata": Labels(keep_empty=True)})
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "charge": Text(), "payment_intent": Text()})
USUAL_FAILURE = "expired_or_canceled_card"


def _charge_of(call: Call) -> Json:
    """The paid charge that the parameters name, by itself or by its payment intent."""
    given = call.params
    if ("charge" in given) == ("payment_intent" in given):
        raise ApiError(400, "One of charge or payment_intent is required.", code="parameter_missing", param="charge")
    identifier = given.get("charge")
    if identifier is None:
        intent = call.store.find(given["payment_intent"], "payment_intent")
        if intent is None:
            raise missing_resource("payment_intent", given["payment_intent"], "payment_intent")
        identifier = intent["latest_charge"]
        if intent["status"] != "succeeded" or identifier is None:
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise ApiError(400, message, code="payment_intent_unexpected_state", param="payment_intent")
    charge = call.store.find(identifier, "charge")
    if charge is None:
        raise missing_resource("charge", identifier, "charge")
    if not charge["paid"] or not charge["captured"]:
        raise ApiError(400, f"Charge {identifier} was not paid, so there is nothing to refund.", param="charge")
    return charge


def _amount(call: Call, charge: Json) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    currency = charge["currency"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(400, message, code="charge_already_refunded", param="charge")
    if str(call.params.get("currency", currency)).lower() != currency:
        raise ApiError(400, f"The charge is in {currency}.", param="currency")
    amount: int = call.params.get("amount", left)
    if amount > left:
        message = (
            f"Refund amount ({shown(amount, currency)}) is greater than "
            f"unrefunded amount on charge ({shown(left, currency)})"
        )
        raise ApiError(400, message, param="amount")
    return amount


def create(call: Call) -> Json:
    """POST /v1/refunds."""
    charge = _charge_of(call)
    amount = _amount(call, charge)
    return make(call, charge, amount, reason=call.params.get("reason"), metadata=call.params.get("metadata", {}))


def from_dashboard(call: Call, charge: Json, amount: int | None) -> Json:
    """A refund that somebody made by hand at Stripe: no request of a client, no metadata."""
    left = charge["amount"] - charge["amount_refunded"]
    if not charge["captured"] or not 0 < (left if amount is None else amount) <= left:
        raise ApiError(400, f"Of charge {charge['id']} {left} minor units could be refunded.", param="amount")
    return make(call, charge, left if amount is None else amount, reason="requested_by_customer", metadata={})


def make(call: Call, charge: Json, amount: int, *, reason: str | None, metadata: Json) -> Json:
    """Gives money back; it stays pending where the balance is short, or the card has its own way."""
    if disputes.forbids_refund(call, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(400, message, code="charge_disputed", kept=True)
    refund = {**_refund_document(call, charge, amount), "reason": reason, "metadata": metadata}
    way = card_of(call, call.store.get(charge["payment_method"])).refunds
    if call.store.setting("refunds", "lenient") == "strict" and balance.available(call, charge["currency"]) < amount:
        refund.update(status="pending", pending_reason="insufficient_funds")
    elif way == "pending":
        refund.update(status="pending", pending_reason="processing")
    else:
        refund["balance_transaction"] = _movement(call, refund, "refund", -amount)["id"]
    call.store.insert(refund)
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.replace(charge)
    oracle.record_refund(
        call.store,
        refund=refund["id"],
        charge=charge["id"],
        amount=amount,
        currency=charge["currency"],
        at=call.now,
    )
    movements.record_of_charge(call, "refunded", amount, charge, subject=refund["id"])
    events.emit(call, "refund.created", refund)
    events.emit(call, "charge.refunded", charge, previous)
    fraud_warnings.settle_warnings(call, charge)
    due = time.time() + call.world.options.settle_delay
    later = {"pending": "succeed_refund", "fails_later": "fail_refund"}.get(way, "reference_refund")
    call.store.add_job(due, later, {"refund": refund["id"]})
    return refund


def _refund_document(call: Call, charge: Json, amount: int) -> Json:
    return {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"},
            "type": "card",
        },
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def succeed(call: Call, identifier: str) -> Json:
    """A refund that was pending goes through; one that is not pending stays as it is."""
    refund = find_refund(call, identifier)
    if refund["status"] != "pending":
        return refund
    before = {"status": "pending", "balance_transaction": None}
    refund["balance_transaction"] = _movement(call, refund, "refund", -refund["amount"])["id"]
    refund["status"] = "succeeded"
    refund.pop("pending_reason", None)
    call.store.replace(refund)
    events.emit(call, "refund.updated", refund, before)
    due = time.time() + call.world.options.settle_delay
    call.store.add_job(due, "reference_refund", {"refund": identifier})
    return refund


WAITING = (
    "SELECT id, json_extract(doc, '$.amount') AS amount, json_extract(doc, '$.currency') AS currency FROM objects"
    " WHERE kind = 'refund' AND json_extract(doc, '$.pending_reason') = 'insufficient_funds' ORDER BY seq"
)


def pay_waiting(call: Call) -> None:
    """Lets the refunds go through for which the balance is enough by now, oldest first."""
    for row in call.store.rows(WAITING):
        if balance.available(call, row["currency"]) >= row["amount"]:
            succeed(call, row["id"])


def _movement(call: Call, refund: Json, kind: str, amount: int) -> Json:
    return balance.add_balance_transaction(
        call,
        balance.Move(
            kind=kind,
            category=kind,
            amount=amount,
            currency=refund["currency"],
            source=refund["id"],
            description="REFUND FOR CHARGE" if kind == "refund" else "REFUND FAILED",
        ),
    )


def add_reference(call: Call, identifier: str) -> None:
    """The card network's reference arrives a little later, and `refund.updated` with it."""
    refund = call.store.get(identifier)
    if refund["status"] != "succeeded" or refund["destination_details"]["card"]["reference_status"] != "pending":
        return
    card = refund["destination_details"]["card"]
    before = {"destination_details": {"card": {"reference": None, "reference_status": "pending"}}}
    card.update(reference=new_id("").lower(), reference_status="available")
    call.store.replace(refund)
    events.emit(call, "refund.updated", refund, before)


def fail(call: Call, identifier: str, reason: str) -> Json:
    """A refund bounces: the money is back in the balance and the charge is less refunded."""
    refund = find_refund(call, identifier)
    if refund["status"] not in ("succeeded", "pending") or call.store.private(identifier).get("release"):
        raise ApiError(400, f"Refund {identifier} has already failed, or is none that could.")
    before = {"status": refund["status"]}
    refund.update(status="failed", failure_reason=reason)
    refund.pop("pending_reason", None)
    if refund["balance_transaction"] is not None:
        refund["failure_balance_transaction"] = _movement(call, refund, "refund_failure", refund["amount"])["id"]
    call.store.replace(refund)
    charge = call.store.get(refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    call.store.replace(charge)
    oracle.record_failed_refund(call.store, identifier)
    movements.record_of_charge(call, "refund_failed", refund["amount"], charge, subject=identifier)
    events.emit(call, "refund.failed", refund)
    events.emit(call, "refund.updated", refund, before)
    return refund


def find_refund(call: Call, identifier: str) -> Json:
    """The refund of this id, or Stripe's 404."""
    refund = call.store.find(identifier, "refund")
    if refund is None:
        raise missing_resource("refund", identifier)
    return refund


def retrieve(call: Call) -> Json:
    """GET /v1/refunds/{id}."""
    return find_refund(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/refunds/{id}: metadata is merged, and an empty value removes its key."""
    refund = find_refund(call, call.identifier)
    before = refund["metadata"]
    merged = {**before, **call.params.get("metadata", {})}
    refund["metadata"] = {key: value for key, value in merged.items() if value}
    call.store.replace(refund)
    events.emit(call, "refund.updated", refund, {"metadata": before})
    return refund
