"""Payment methods: what is kept of a test card."""

from dataclasses import dataclass

from sandbox.cards import BY_NUMBER, Card
from sandbox.ids import new_id
from sandbox.wire import Json
from sandbox.world import Call

EMPTY_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


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


def add_payment_method(call: Call, payer: Payer, customer: str | None = None) -> Json:
    """Writes a card payment method; the full test number stays hidden."""
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
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return call.store.insert(document, {"number": card.number})


def card_of(call: Call, method: Json) -> Card:
    """The test card behind a payment method."""
    return BY_NUMBER[call.store.private(method["id"])["number"]]
