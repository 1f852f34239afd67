"""A card is asked for money: succeeded, held, declined, or another page first."""

from sandbox import captures, charges, events, movements, payment_methods
from sandbox.card_answers import refusal_of, wants_cardholder
from sandbox.cards import Refusal
from sandbox.wire import ApiError, Json
from sandbox.world import Call

FAILED_AUTHENTICATION = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)
STAYS_WITH_CALLER = ("advice_code", "charge", "decline_code", "payment_method")


def attempt(call: Call, intent: Json, method: Json, page: Json, *, off_session: bool = False) -> Json:
    """Tries a payment method; answers the intent as it is afterwards.

    `page` has the `url` of the 3-D Secure page and the `return_url` after it. Without the cardholder there is no page:
    a bank that wants 3-D Secure then declines.
    """
    intent["payment_method"] = method["id"]
    intent["last_payment_error"] = None
    intent["next_action"] = None
    if not wants_cardholder(call, method, off_session=off_session):
        return _charge(call, intent, method, refusal_of(call, method), authenticated=False)
    if off_session:
        return _charge(call, intent, method, Refusal("authentication_required"), authenticated=False)
    intent["status"] = "requires_action"
    intent["next_action"] = next_action_of(page)
    call.store.replace(intent)
    events.emit(call, "payment_intent.requires_action", intent)
    return intent


def next_action_of(page: Json) -> Json:
    """How the cardholder gets to the 3-D Secure page: by an address, or by Stripe's script where none leads back."""
    if page.get("return_url"):
        return {"redirect_to_url": page, "type": "redirect_to_url"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": page["url"], "type": "three_d_secure_redirect"}}


def authenticate(call: Call, intent: Json, passed: bool) -> Json:
    """The 3-D Secure page was answered; answers the intent as it is afterwards."""
    method = call.store.get(intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charge(call, intent, method, refusal_of(call, method), authenticated=True)
    return fail_for(call, intent, "payment_intent_authentication_failure", FAILED_AUTHENTICATION, method)


def fail_for(call: Call, intent: Json, code: str, message: str, method: Json) -> Json:
    """The payment failed before any charge was tried."""
    return _fail(call, intent, {"code": code, "message": message, "payment_method": method, "type": "card_error"})


def declined(intent: Json) -> ApiError:
    """402 with the reason and the intent, which keeps it too."""
    error = intent["last_payment_error"]
    extra = {name: error[name] for name in STAYS_WITH_CALLER if name in error}
    return ApiError(
        402,
        error["message"],
        kind="card_error",
        code=error["code"],
        extra={**extra, "payment_intent": intent},
    )


def _charge(call: Call, intent: Json, method: Json, refusal: Refusal | None, *, authenticated: bool) -> Json:
    charge = charges.add_charge(call, intent, method, refusal, authenticated=authenticated)
    intent["latest_charge"] = charge["id"]
    if refusal is None:
        return _accept(call, intent, method, charge)
    events.emit(call, "charge.failed", charge)
    error = {
        "advice_code": refusal.advice,
        "charge": charge["id"],
        "code": refusal.code,
        "decline_code": refusal.decline_code,
        "message": refusal.message,
        "payment_method": method,
        "type": "card_error",
    }
    return _fail(call, intent, error)


def _fail(call: Call, intent: Json, error: Json) -> Json:
    intent.update(status="requires_payment_method", last_payment_error=error, payment_method=None)
    call.store.replace(intent)
    events.emit(call, "payment_intent.payment_failed", intent)
    return intent


def _accept(call: Call, intent: Json, method: Json, charge: Json) -> Json:
    if method["customer"] is None:
        payment_methods.remember(call, method, spent=True)
    movements.record_of_charge(call, "authorised", charge["amount"], charge)
    if not charge["captured"]:
        intent.update(status="requires_capture", amount_capturable=charge["amount"])
        call.store.replace(intent)
        events.emit(call, "charge.succeeded", charge)
        events.emit(call, "payment_intent.amount_capturable_updated", intent)
        return intent
    captures.take(call, intent, charge)
    events.emit(call, "charge.succeeded", charge)
    events.emit(call, "payment_intent.succeeded", intent)
    return intent
