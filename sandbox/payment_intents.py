"""Payment intents: one for each payment, however many cards are tried for it."""

from sandbox import events
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, OneOf, Text
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

RETRIEVE = Fields({**EXPAND, "client_secret": Text()})
LIST = Fields({**PAGE, **CREATED, "customer": Text()})
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
CANCEL = Fields({**EXPAND, "cancellation_reason": OneOf(REASONS)})
TAKEN_OVER = ("customer", "description", "receipt_email", "statement_descriptor_suffix", "transfer_group")
ABSENT = dict.fromkeys(
    (
        *("application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason"),
        *("last_payment_error", "latest_charge", "next_action", "on_behalf_of", "payment_method"),
        *("payment_method_configuration_details", "processing", "review", "setup_future_usage", "shipping"),
        *("source", "statement_descriptor", "transfer_data"),
    )
)
CARD_OPTIONS = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
MAY_BE_CANCELED = ("requires_payment_method", "requires_action", "requires_confirmation", "requires_capture")


def add_intent(call: Call, amount: int, currency: str, details: Json, origin: Json) -> Json:
    """Writes an intent; `details` are the parameters that describe it, `origin` the session behind it."""
    identifier = new_id("pi_")
    document: Json = {
        "id": identifier,
        "object": "payment_intent",
        **ABSENT,
        **{name: details.get(name) for name in TAKEN_OVER},
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": details.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "livemode": False,
        "metadata": details.get("metadata", {}),
        "payment_method_options": {"card": CARD_OPTIONS},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    call.store.insert(document, origin)
    events.emit(call, "payment_intent.created", document)
    return document


def cancel_intent(call: Call, intent: Json, reason: str | None) -> Json:
    """Ends an intent that was not paid."""
    intent.update(
        status="canceled",
        canceled_at=call.now,
        cancellation_reason=reason,
        next_action=None,
        amount_capturable=0,
    )
    call.store.replace(intent)
    events.emit(call, "payment_intent.canceled", intent)
    return intent


def find_intent(call: Call, identifier: str) -> Json:
    """The intent of this id, or Stripe's 404."""
    intent = call.store.find(identifier, "payment_intent")
    if intent is None:
        raise missing_resource("payment_intent", identifier, "intent")
    return intent


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{id}."""
    return find_intent(call, call.identifier)


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/cancel; one that Checkout made is ended by expiring its session."""
    intent = find_intent(call, call.identifier)
    state = "payment_intent_unexpected_state"
    if intent["status"] not in MAY_BE_CANCELED:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise ApiError(400, message, code=state, extra={"payment_intent": intent})
    if call.store.private(intent["id"]).get("session"):
        message = "You cannot cancel the PaymentIntent of a Checkout Session: expire the session instead."
        raise ApiError(400, message, code=state, extra={"payment_intent": intent})
    return cancel_intent(call, intent, call.params.get("cancellation_reason"))
