"""Payment intents: one for each payment, however many cards are tried for it."""

from sandbox import captures, events
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Labels, Text
from sandbox.wire import Json, missing_resource
from sandbox.world import Call

RETRIEVE = Fields({**EXPAND, "client_secret": Text()})
LIST = Fields({**PAGE, **CREATED, "customer": Text()})
UPDATE = Fields({**EXPAND, "metadata": Labels(keep_empty=True), "description": Text(1000), "receipt_email": Text(512)})
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
        "automatic_payment_methods": details.get("automatic_payment_methods"),
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


def find_intent(call: Call, identifier: str) -> Json:
    """The intent of this id as it is now, or Stripe's 404."""
    intent = call.store.find(identifier, "payment_intent")
    if intent is None:
        raise missing_resource("payment_intent", identifier, "intent")
    return captures.current(call, intent)


def retrieve(call: Call) -> Json:
    """GET /v1/payment_intents/{id}."""
    return find_intent(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/payment_intents/{id}: metadata is merged, and an empty value removes its key."""
    intent = find_intent(call, call.identifier)
    given = {name: value for name, value in call.params.items() if name not in ("expand", "metadata")}
    merged = {**intent["metadata"], **call.params.get("metadata", {})}
    intent.update(given, metadata={key: value for key, value in merged.items() if value})
    call.store.replace(intent)
    return intent


def capture(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/capture."""
    return captures.capture(call, find_intent(call, call.identifier))


def cancel(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/cancel."""
    return captures.cancel(call, find_intent(call, call.identifier))
