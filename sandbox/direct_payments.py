"""Payment intents that a server makes and confirms by itself, with saved cards or Stripe's `pm_card_...` methods.

This is what a charge without the payer present needs. A decline answers 402 and
keeps what happened, so the idempotency key replays it.
"""

from sandbox import payment_intents, payments
from sandbox.captures import wrong_state
from sandbox.currencies import accepted_currency, check_amount
from sandbox.parameters import EXPAND, Fields, Items, Kind, Labels, OneOf, Text, Whole, YesNo
from sandbox.payment_methods import usable_method
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

AUTOMATIC = Fields({"enabled": YesNo(), "allow_redirects": OneOf(("always", "never"))}, required=("enabled",))
HOW: dict[str, Kind] = {
    "payment_method": Text(),
    "off_session": YesNo(),
    "return_url": Text(),
    "error_on_requires_action": YesNo(),
    "allowed_payment_method_types": Items(Text()),
    "capture_method": OneOf(("automatic", "automatic_async", "manual")),
    "receipt_email": Text(512),
}
CREATE = Fields(
    {
        **EXPAND,
        **HOW,
        "amount": Whole(),
        "currency": Text(),
        "confirm": YesNo(),
        "customer": Text(),
        "automatic_payment_methods": AUTOMATIC,
        "description": Text(1000),
        "metadata": Labels(),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
    },
    required=("amount", "currency"),
)
CONFIRM = Fields({**EXPAND, **HOW})
MAY_BE_CONFIRMED = ("requires_payment_method", "requires_confirmation", "requires_action")
WITHOUT_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with one."
)


def create(call: Call) -> Json:
    """POST /v1/payment_intents."""
    given = call.params
    currency = accepted_currency(given["currency"], "currency")
    check_amount(given["amount"], currency, "amount")
    if "customer" in given and call.store.find(given["customer"], "customer") is None:
        raise missing_resource("customer", given["customer"], "customer", status=400)
    confirmed = given.get("confirm", False)
    if confirmed and "payment_method" not in given:
        raise ApiError(400, "confirm needs a payment_method.", code="parameter_missing", param="payment_method")
    for name in ("off_session", "return_url", "error_on_requires_action"):
        if name in given and not confirmed:
            raise ApiError(400, f"You cannot provide {name} without confirm=true.", param=name)
    method = usable_method(call, given["payment_method"], given.get("customer")) if "payment_method" in given else None
    intent = payment_intents.add_intent(call, given["amount"], currency, given, {})
    if method is None:
        return intent
    if not confirmed:
        intent.update(status="requires_confirmation", payment_method=method["id"])
        call.store.replace(intent)
        return intent
    return _confirmed(call, intent, method)


def confirm(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/confirm: the same intent again, perhaps with another card or the payer present."""
    intent = payment_intents.find_intent(call, call.identifier)
    if intent["status"] not in MAY_BE_CONFIRMED:
        message = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        raise wrong_state(intent, message)
    named = call.params.get("payment_method", intent["payment_method"])
    if named is None:
        raise wrong_state(intent, WITHOUT_METHOD)
    method = usable_method(call, named, intent["customer"])
    for name in ("capture_method", "receipt_email"):
        intent[name] = call.params.get(name, intent[name])
    return _confirmed(call, intent, method)


def _confirmed(call: Call, intent: Json, method: Json) -> Json:
    """Tries the card; raises Stripe's 402 when it is declined."""
    given = call.params
    page: Json = {"url": f"{call.world.base_url}/c/authenticate/{intent['id']}"}
    if "return_url" in given:
        page["return_url"] = given["return_url"]
    payments.attempt(call, intent, method, page, off_session=given.get("off_session", False))
    if intent["status"] == "requires_action" and given.get("error_on_requires_action", False):
        text = "This payment required an authentication action to complete, but `error_on_requires_action` was set."
        intent["next_action"] = None
        payments.fail_for(call, intent, "authentication_required", text, method)
    if intent["status"] == "requires_payment_method":
        raise payments.declined(intent)
    return intent
