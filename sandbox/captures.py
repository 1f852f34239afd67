"""Money that is held: captured, let go on request, or let go by itself after seven days."""

import time

from sandbox import charges, events, movements, oracle
from sandbox.card_answers import card_of
from sandbox.currencies import fee_for, shown
from sandbox.ids import new_id
from sandbox.parameters import EXPAND, Fields, Labels, OneOf, Text, Whole
from sandbox.wire import ApiError, Json
from sandbox.world import Call

CAPTURE = Fields(
    {
        **EXPAND,
        "amount_to_capture": Whole(1),
        "metadata": Labels(keep_empty=True),
        "statement_descriptor_suffix": Text(22),
    }
)
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
CANCEL = Fields({**EXPAND, "cancellation_reason": OneOf(REASONS)})
MAY_BE_CANCELED = ("requires_payment_method", "requires_action", "requires_confirmation", "requires_capture")
STATE = "payment_intent_unexpected_state"


def wrong_state(intent: Json, message: str) -> ApiError:
    """The refusal that shows the intent as it is."""
    return ApiError(400, message, code=STATE, extra={"payment_intent": intent})


def take(call: Call, intent: Json, charge: Json) -> None:
    """Notes that a charge took its money: intent, settling and the oracle's book."""
    amount = charge["amount_captured"]
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    call.store.replace(intent)
    charges.start_settling(call, charge, intent["capture_method"])
    fee = fee_for(amount, intent["currency"])
    receipt = oracle.Receipt(
        payment_intent=intent["id"],
        charge=charge["id"],
        amount=amount,
        currency=intent["currency"],
        fee=fee,
        email=charge["billing_details"]["email"],
        metadata=intent["metadata"],
        origin=call.store.private(intent["id"]),
        at=call.now,
    )
    oracle.record_payment(call.store, receipt)
    movements.record_of_charge(call, "captured", amount, charge, fee=fee)
    if card_of(call, call.store.get(charge["payment_method"])).then:
        due = time.time() + call.world.options.settle_delay
        call.store.add_job(due, "follow_payment", {"charge": charge["id"]})


def release(call: Call, charge: Json, amount: int) -> None:
    """Lets go of a hold, whole or in part. Stripe shows that as a refund which moved no balance."""
    refund = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    call.store.insert(refund, {"release": True})
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.replace(charge)
    movements.record_of_charge(call, "released", amount, charge, subject=refund["id"])


def capture(call: Call, intent: Json) -> Json:
    """POST /v1/payment_intents/{id}/capture; what is not captured is let go."""
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        )
        raise wrong_state(intent, message)
    given = call.params
    amount: int = given["amount_to_capture"] if "amount_to_capture" in given else intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        most = shown(intent["amount_capturable"], intent["currency"])
        message = f"The amount to capture is greater than what can be captured: {most}."
        raise ApiError(400, message, code="amount_too_large", param="amount_to_capture")
    merged = {**intent["metadata"], **call.params.get("metadata", {})}
    intent["metadata"] = {key: value for key, value in merged.items() if value}
    charge = call.store.get(intent["latest_charge"])
    charge.update(captured=True, amount_captured=amount)
    if amount < charge["amount"]:
        release(call, charge, charge["amount"] - amount)
    call.store.replace(charge)
    take(call, intent, charge)
    events.emit(call, "charge.captured", charge, {"captured": False, "amount_captured": 0})
    events.emit(call, "payment_intent.succeeded", intent)
    return intent


def cancel_intent(call: Call, intent: Json, reason: str | None, *, expired: bool = False) -> Json:
    """Ends an intent that was not paid, and lets go of what it held."""
    held = intent["status"] == "requires_capture"
    intent.update(
        status="canceled",
        canceled_at=call.now,
        cancellation_reason=reason,
        next_action=None,
        amount_capturable=0,
    )
    call.store.replace(intent)
    if held:
        charge = call.store.get(intent["latest_charge"])
        before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
        release(call, charge, charge["amount"])
        events.emit(call, "charge.expired" if expired else "charge.refunded", charge, before)
    events.emit(call, "payment_intent.canceled", intent)
    return intent


def cancel(call: Call, intent: Json) -> Json:
    """POST /v1/payment_intents/{id}/cancel; one that Checkout made is ended by expiring its session."""
    if intent["status"] not in MAY_BE_CANCELED:
        raise wrong_state(
            intent, f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        )
    if call.store.private(intent["id"]).get("session"):
        message = "You cannot cancel the PaymentIntent of a Checkout Session: expire the session instead."
        raise wrong_state(intent, message)
    return cancel_intent(call, intent, call.params.get("cancellation_reason"))


DEADLINE = "json_extract(doc, '$.payment_method_details.card.capture_before')"
HELD = (
    "FROM objects INDEXED BY held_charges WHERE kind = 'charge' AND json_extract(doc, '$.status') = 'succeeded'"
    " AND json_extract(doc, '$.captured') = 0"
)
NEXT = f"SELECT min({DEADLINE}) AS due {HELD} AND json_extract(doc, '$.refunded') = 0"
OVERDUE = (
    f"SELECT json_extract(doc, '$.payment_intent') AS intent {HELD} AND json_extract(doc, '$.refunded') = 0"
    f" AND {DEADLINE} <= ?"
)


def expire_overdue(call: Call) -> None:
    """Ends every authorisation that was held for too long."""
    for row in call.store.rows(OVERDUE, call.now):
        intent = call.store.get(row["intent"])
        if intent["status"] == "requires_capture":
            cancel_intent(call, intent, "automatic", expired=True)


def current(call: Call, intent: Json) -> Json:
    """The intent as it is now: a hold whose time is over has ended, whether or not anybody looked before."""
    if intent["status"] == "requires_capture":
        charge = call.store.get(intent["latest_charge"])
        if charge["payment_method_details"]["card"]["capture_before"] <= call.now:
            return cancel_intent(call, intent, "automatic", expired=True)
    return intent
