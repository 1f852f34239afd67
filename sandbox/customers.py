"""Customers, as far as a payment needs them."""

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
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "email": Text()})


def check_email(email: str, param: str) -> None:
    """Refuses what cannot be an address."""
    name, at, host = email.partition("@")
    if not (name and at and host) or any(sign.isspace() for sign in email) or "@" in host:
        raise ApiError(400, f"Invalid email address: {email}", code="email_invalid", param=param)


def add_customer(call: Call, details: Json) -> Json:
    """Writes a customer with the given email, name, phone, description and metadata."""
    return call.store.insert(
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


def create(call: Call) -> Json:
    """POST /v1/customers."""
    if "email" in call.params:
        check_email(call.params["email"], "email")
    return add_customer(call, call.params)


def retrieve(call: Call) -> Json:
    """GET /v1/customers/{id}."""
    customer = call.store.find(call.identifier, "customer")
    if customer is None:
        raise missing_resource("customer", call.identifier)
    return customer
