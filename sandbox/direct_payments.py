"""Payment intents that a server makes and confirms by itself, with Stripe's `pm_card_...` test methods.

This is what a charge without the payer present needs. A decline answers 402 and
keeps what happened, so the idempotency key replays it.
"""

from sandbox import payment_intents, payments
from sandbox.cards import BY_TOKEN, Card
from sandbox.currencies import accepted_currency, check_amount
from sandbox.parameters import EXPAND, Fields, Labels, OneOf, Text, Whole, YesNo
from sandbox.payment_methods import Payer, add_payment_method
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

CREATE = Fields(
    {
        **EXPAND,
        "amount": Whole(),
        "currency": Text(),
        "confirm": YesNo(),
        "payment_method": Text(),
        "customer": Text(),
        "off_session": YesNo(),
        "description": Text(1000),
        "metadata": Labels(),
        "receipt_email": Text(512),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
        "capture_method": OneOf(("automatic", "automatic_async"), unsupported=("manual",)),
    },
    required=("amount", "currency"),
)
AUTHENTICATION_REQUIRED = "Your card was declined. This transaction requires authentication."


def create(call: Call) -> Json:
    """POST /v1/payment_intents."""
    given = call.params
    currency = accepted_currency(given["currency"], "currency")
    check_amount(given["amount"], currency, "amount")
    if "customer" in given and call.store.find(given["customer"], "customer") is None:
        raise missing_resource("customer", given["customer"], "customer", status=400)
    card = _card(call)
    intent = payment_intents.add_intent(call, given["amount"], currency, given, {})
    if card is None:
        return intent
    method = add_payment_method(call, Payer(card, email=given.get("receipt_email")), given.get("customer"))
    if card.three_d_secure:
        payments.fail_for(call, intent, "authentication_required", AUTHENTICATION_REQUIRED, method)
    else:
        payments.attempt(call, intent, method, {})
    if intent["status"] != "succeeded":
        raise _declined(intent)
    return intent


def _card(call: Call) -> Card | None:
    """The test card to confirm with; None when the intent is not to be confirmed yet."""
    given = call.params
    if not given.get("confirm", False):
        return None
    token = given.get("payment_method")
    if token is None:
        raise ApiError(400, "confirm needs a payment_method.", code="parameter_missing", param="payment_method")
    card = BY_TOKEN.get(token)
    if card is None:
        raise missing_resource("PaymentMethod", token, "payment_method", status=400)
    if card.three_d_secure and not given.get("off_session", False):
        message = "This sandbox asks for 3-D Secure on its Checkout page only, or refuses with off_session=true."
        raise ApiError(400, message, param="payment_method")
    return card


def _declined(intent: Json) -> ApiError:
    """402 with the reason and the intent, which keeps it too."""
    error = intent["last_payment_error"]
    kept = ("advice_code", "charge", "decline_code", "payment_method")
    extra = {name: error[name] for name in kept if name in error}
    return ApiError(
        402,
        error["message"],
        kind="card_error",
        code=error["code"],
        extra={**extra, "payment_intent": intent},
    )
