"""A card is asked for money: succeeded, declined, or another page first."""

from sandbox import charges, events, oracle
from sandbox.cards import Card
from sandbox.currencies import fee_for
from sandbox.payment_methods import card_of
from sandbox.wire import Json
from sandbox.world import Call

FAILED_AUTHENTICATION = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


def attempt(call: Call, intent: Json, method: Json, page: Json) -> Json:
    """Tries a payment method; answers the intent as it is afterwards.

    `page` has the `url` of the 3-D Secure page and the `return_url` after it.
    """
    intent["payment_method"] = method["id"]
    intent["last_payment_error"] = None
    intent["next_action"] = None
    card = card_of(call, method)
    if not card.three_d_secure:
        return _charge(call, intent, method, card, authenticated=False)
    intent["status"] = "requires_action"
    intent["next_action"] = {"redirect_to_url": page, "type": "redirect_to_url"}
    call.store.replace(intent)
    events.emit(call, "payment_intent.requires_action", intent)
    return intent


def authenticate(call: Call, intent: Json, passed: bool) -> Json:
    """The 3-D Secure page was answered; answers the intent as it is afterwards."""
    method = call.store.get(intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charge(call, intent, method, card_of(call, method), authenticated=True)
    return fail_for(call, intent, "payment_intent_authentication_failure", FAILED_AUTHENTICATION, method)


def fail_for(call: Call, intent: Json, code: str, message: str, method: Json) -> Json:
    """The payment failed before any charge was tried."""
    return _fail(call, intent, {"code": code, "message": message, "payment_method": method, "type": "card_error"})


def _charge(call: Call, intent: Json, method: Json, card: Card, *, authenticated: bool) -> Json:
    charge = charges.add_charge(call, intent, method, card, authenticated=authenticated)
    intent["latest_charge"] = charge["id"]
    if card.code is None:
        return _succeed(call, intent, charge)
    events.emit(call, "charge.failed", charge)
    error = {
        "advice_code": "try_again_later",
        "charge": charge["id"],
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "payment_method": method,
        "type": "card_error",
    }
    return _fail(call, intent, error)


def _fail(call: Call, intent: Json, error: Json) -> Json:
    intent.update(status="requires_payment_method", last_payment_error=error, payment_method=None)
    call.store.replace(intent)
    events.emit(call, "payment_intent.payment_failed", intent)
    return intent


def _succeed(call: Call, intent: Json, charge: Json) -> Json:
    intent.update(status="succeeded", amount_received=intent["amount"])
    call.store.replace(intent)
    receipt = oracle.Receipt(
        payment_intent=intent["id"],
        charge=charge["id"],
        amount=intent["amount"],
        currency=intent["currency"],
        fee=fee_for(intent["amount"], intent["currency"]),
        email=charge["billing_details"]["email"],
        metadata=intent["metadata"],
        origin=call.store.private(intent["id"]),
        at=call.now,
    )
    oracle.record_payment(call.store, receipt)
    events.emit(call, "charge.succeeded", charge)
    events.emit(call, "payment_intent.succeeded", intent)
    return intent
