"""Customers, as far as a payment needs them."""

from sandbox import card_answers, events, payment_methods
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Labels, Text
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

CREATE = Fields(
    {
        **EXPAND,
        "email": Text(512),
        "name": Text(256),
        "description": Text(),
        "phone": Text(20),
        "metadata": Labels(),
    }
)
UPDATE = Fields(
    {
        **EXPAND,
        "email": Text(512),
        "name": Text(256),
        "description": Text(),
        "phone": Text(20),
        "metadata": Labels(keep_empty=True),
    }
)
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "email": Text()})


def check_email(email: str, param: str) -> None:
    """Refuses what cannot be an address."""
    name, at, host = email.partition("@")
    if not (name and at and host) or any(sign.isspace() for sign in email) or "@" in host:
        raise ApiError(400, f"Invalid email address: {email}", code="email_invalid", param=param)


def add_customer(call: Call, details: Json) -> Json:
    """Writes a customer with the given email, name, phone, description and metadata."""
    customer = call.store.insert(
        {
            "id": new_id("cus_"),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": call.now,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": details.get("description"),
            "discount": None,
            "email": details.get("email"),
            "invoice_prefix": new_id("")[:8].upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": details.get("metadata", {}),
            "name": details.get("name"),
            "next_invoice_sequence": 1,
            "phone": details.get("phone"),
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    events.emit(call, "customer.created", customer)
    return customer


def create(call: Call) -> Json:
    """POST /v1/customers."""
    if "email" in call.params:
        check_email(call.params["email"], "email")
    return add_customer(call, call.params)


def find_customer(call: Call, identifier: str, param: str = "id", status: int = 404) -> Json:
    """The customer of this id, or Stripe's error."""
    customer = call.store.find(identifier, "customer")
    if customer is None:
        raise missing_resource("customer", identifier, param, status=status)
    return customer


def retrieve(call: Call) -> Json:
    """GET /v1/customers/{id}."""
    return find_customer(call, call.identifier)


def update(call: Call) -> Json:
    """POST /v1/customers/{id}: metadata is merged, and an empty value removes its key."""
    customer = find_customer(call, call.identifier)
    if "email" in call.params:
        check_email(call.params["email"], "email")
    given = {name: value for name, value in call.params.items() if name not in ("expand", "metadata")}
    before = {name: customer[name] for name in given}
    merged = {**customer["metadata"], **call.params.get("metadata", {})}
    customer.update(given, metadata={key: value for key, value in merged.items() if value})
    call.store.replace(customer)
    events.emit(call, "customer.updated", customer, before)
    return customer


def attach_method(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/attach: the bank is asked, as when a card is saved."""
    if "customer" not in call.params:
        raise ApiError(400, "Missing required param: customer.", code="parameter_missing", param="customer")
    customer = find_customer(call, call.params["customer"], "customer", status=400)
    method = payment_methods.find_method(call, call.identifier)
    card_answers.check_saving(call, method)
    return payment_methods.attach_to(call, method, customer["id"])
