"""Payment methods: what is kept of a test card, and whose it is."""

from dataclasses import dataclass

from sandbox import events
from sandbox.cards import BY_NUMBER, BY_TOKEN, Card
from sandbox.ids import new_id
from sandbox.parameters import EXPAND, PAGE, Fields, Labels, OneOf, Text, Whole
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

EMPTY_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
CARD_FIELDS = Fields(
    {"number": Text(30), "exp_month": Whole(1, 12), "exp_year": Whole(), "cvc": Text(4), "token": Text()},
)
BILLING = Fields({"email": Text(512), "name": Text(256), "phone": Text(20)})
CREATE = Fields(
    {**EXPAND, "type": OneOf(("card",)), "card": CARD_FIELDS, "billing_details": BILLING, "metadata": Labels()},
)
UPDATE = Fields(
    {
        **EXPAND,
        "card": Fields({"exp_month": Whole(1, 12), "exp_year": Whole()}),
        "billing_details": BILLING,
        "metadata": Labels(keep_empty=True),
    }
)
RETRIEVE = Fields(EXPAND)
DETACH = Fields(EXPAND)
ATTACH = Fields({**EXPAND, "customer": Text()}, required=())
LIST = Fields({**PAGE, "customer": Text(), "type": OneOf(("card",))})
LIST_OF_CUSTOMER = Fields({**PAGE, "type": OneOf(("card",))})
USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached "
    "from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a "
    "Customer first."
)
OF_SOMEBODY = "The payment method belongs to a customer, so the request has to name that customer."
OF_ANOTHER = "The payment method does not belong to the customer that the request names."


@dataclass(frozen=True)
class Payer:
    """Who pays, as the hosted page was filled in."""

    card: Card
    email: str | None = None
    name: str | None = None
    month: int = 12
    year: int = 2034


def billing_details(payer: Payer) -> Json:
    """The payer's name and address as objects carry them."""
    return {"address": dict(EMPTY_ADDRESS), "email": payer.email, "name": payer.name, "phone": None, "tax_id": None}


def add_payment_method(call: Call, payer: Payer, metadata: Json | None = None) -> Json:
    """Writes a card payment method of nobody's; the full test number stays hidden."""
    card = payer.card
    document = {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": billing_details(payer),
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": card.brand,
            "exp_month": payer.month,
            "exp_year": payer.year,
            "fingerprint": f"sandbox{card.number[-8:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": card.number[-4:],
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": call.now,
        "customer": None,
        "livemode": False,
        "metadata": metadata or {},
        "type": "card",
    }
    return call.store.insert(document, {"number": card.number})


def find_method(call: Call, identifier: str, param: str = "id", status: int = 404) -> Json:
    """The payment method of this id, or a new one for a `pm_card_...` token; Stripe's error when there is none."""
    if identifier in BY_TOKEN:
        return add_payment_method(call, Payer(BY_TOKEN[identifier]))
    method = call.store.find(identifier, "payment_method")
    if method is None:
        raise missing_resource("PaymentMethod", identifier, param, status=status)
    return method


def usable_method(call: Call, identifier: str, customer: str | None) -> Json:
    """The payment method to ask for money; refuses one that is used up or somebody else's."""
    method = find_method(call, identifier, "payment_method", status=400)
    if call.store.private(method["id"]).get("spent"):
        raise ApiError(400, USED_UP, param="payment_method")
    if method["customer"] is not None and method["customer"] != customer:
        message = OF_SOMEBODY if customer is None else OF_ANOTHER
        raise ApiError(400, message, param="payment_method" if customer else "customer")
    return method


def remember(call: Call, method: Json, **facts: object) -> None:
    """Notes something hidden about a payment method."""
    call.store.save_private(method["id"], {**call.store.private(method["id"]), **facts})


def attach_to(call: Call, method: Json, customer: str) -> Json:
    """Makes it the customer's, so that it may be charged again and again."""
    if method["customer"] == customer:
        return method
    if method["customer"] is not None:
        raise ApiError(400, "The payment method has already been attached to a customer.", param="payment_method")
    if call.store.private(method["id"]).get("spent"):
        raise ApiError(400, USED_UP, param="payment_method")
    method["customer"] = customer
    call.store.replace(method)
    events.emit(call, "payment_method.attached", method)
    return method


def create(call: Call) -> Json:
    """POST /v1/payment_methods: a test card by its number, or by a token such as `tok_visa`."""
    given = call.params.get("card", {})
    card = BY_TOKEN.get(given.get("token", "").replace("tok_", "pm_card_")) or BY_NUMBER.get(
        given.get("number", "").replace(" ", "")
    )
    if card is None:
        raise ApiError(402, "Your card number is incorrect.", kind="card_error", code="incorrect_number", param="card")
    billing = call.params.get("billing_details", {})
    expiry = (given.get("exp_month", 12), given.get("exp_year", 2034))
    return add_payment_method(
        call, Payer(card, billing.get("email"), billing.get("name"), *expiry), call.params.get("metadata")
    )


def retrieve(call: Call) -> Json:
    """GET /v1/payment_methods/{id}."""
    return find_method(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/payment_methods/{id}: the expiry, the holder and the metadata may change."""
    method = find_method(call, call.identifier)
    method["card"].update(call.params.get("card", {}))
    method["billing_details"].update(call.params.get("billing_details", {}))
    merged = {**method["metadata"], **call.params.get("metadata", {})}
    method["metadata"] = {key: value for key, value in merged.items() if value}
    call.store.replace(method)
    return method


def detach(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/detach: it can never be charged again."""
    return detach_method(call, find_method(call, call.identifier))


def detach_method(call: Call, method: Json) -> Json:
    """Takes it from its customer, for good."""
    if method["customer"] is None:
        raise ApiError(400, "The payment method is not attached to a customer, so it cannot be detached.")
    before = {"customer": method["customer"]}
    method["customer"] = None
    call.store.replace(method)
    remember(call, method, spent=True)
    events.emit(call, "payment_method.detached", method, before)
    return method


def renew(call: Call, identifier: str, month: int, year: int) -> Json:
    """The bank sent a new card: the network updates the expiry by itself."""
    method = find_method(call, identifier)
    before = {"card": {"exp_month": method["card"]["exp_month"], "exp_year": method["card"]["exp_year"]}}
    method["card"].update(exp_month=month, exp_year=year)
    call.store.replace(method)
    events.emit(call, "payment_method.automatically_updated", method, before)
    return method
