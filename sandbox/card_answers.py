"""What the card behind a payment method answers now: its own way, an order of a test, or its age."""

from sandbox.cards import BY_NUMBER, Card, Refusal, is_past
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

DECLINE_CODES = (
    *("generic_decline", "insufficient_funds", "lost_card", "stolen_card", "do_not_honor", "expired_card"),
    *("incorrect_cvc", "processing_error", "card_velocity_exceeded", "authentication_required"),
)


def card_of(call: Call, method: Json) -> Card:
    """The test card behind a payment method."""
    return BY_NUMBER[call.store.private(method["id"])["number"]]


def wants_cardholder(call: Call, method: Json, *, off_session: bool) -> bool:
    """Whether the bank wants 3-D Secure for a payment now. A card that was saved with it is asked once only."""
    hidden = call.store.private(method["id"])
    if hidden.get("order", {}).get("decline_code") == "authentication_required":
        return True
    card = card_of(call, method)
    if not card.three_d_secure or not off_session:
        return card.three_d_secure
    return card.always or not (card.prepared or hidden.get("prepared", False))


def refusal_of(call: Call, method: Json) -> Refusal | None:
    """Why a charge is declined now, or None; uses up one turn of what a test ordered."""
    hidden = call.store.private(method["id"])
    order = hidden.get("order")
    if order and order["decline_code"] != "authentication_required":
        order["times"] -= 1
        hidden["order"] = order if order["times"] > 0 else None
        call.store.save_private(method["id"], {name: value for name, value in hidden.items() if value is not None})
        return Refusal(order["decline_code"])
    card = card_of(call, method)
    if card.refusal is None and is_past(method["card"]["exp_month"], method["card"]["exp_year"], call.now):
        return Refusal("expired_card")
    return card.refusal


def order_decline(call: Call, identifier: str, decline_code: str, times: int) -> Json:
    """From now on the card declines `times` charges, or with `none` answers as it does by itself."""
    method = call.store.find(identifier, "payment_method")
    if method is None:
        raise missing_resource("PaymentMethod", identifier)
    if decline_code not in (*DECLINE_CODES, "none"):
        raise ApiError(400, f"decline_code is none, or one of {', '.join(DECLINE_CODES)}.", param="decline_code")
    hidden = call.store.private(identifier)
    hidden.pop("order", None)
    if decline_code != "none":
        hidden["order"] = {"decline_code": decline_code, "times": times}
    call.store.save_private(identifier, hidden)
    return method


def refusal_to_save(call: Call, method: Json) -> Refusal | None:
    """Why the bank does not let the card be saved, or None."""
    card = card_of(call, method)
    return None if card.saves else card.refusal


def check_saving(call: Call, method: Json) -> None:
    """Raises Stripe's 402 for a card that cannot be saved."""
    refusal = refusal_to_save(call, method)
    if refusal is not None:
        extra = {"decline_code": refusal.decline_code, "advice_code": refusal.advice}
        raise ApiError(402, refusal.message, kind="card_error", code=refusal.code, extra=extra)
