"""Charges: one for each time that a card was asked; the balance transaction arrives a little later."""

import time

from sandbox import balance, events
from sandbox.card_answers import card_of
from sandbox.cards import Refusal
from sandbox.currencies import fee_for
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Text
from sandbox.wire import Json, missing_resource
from sandbox.world import Call

RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "payment_intent": Text(), "customer": Text(), "transfer_group": Text()})
STATEMENT = "GENSEKI SANDBOX"
HELD_FOR = 7 * 24 * 3600
ABSENT = dict.fromkeys(
    (
        *("application", "application_fee", "application_fee_amount", "balance_transaction"),
        *("failure_balance_transaction", "on_behalf_of", "receipt_number", "receipt_url", "review", "shipping"),
        *("source", "source_transfer", "statement_descriptor", "transfer_data"),
    )
)


def outcome_of(refusal: Refusal | None) -> Json:
    """What the network and the risk check are said to have answered."""
    accepted = refusal is None
    return {
        "advice_code": refusal.advice if refusal else None,
        "network_advice_code": None,
        "network_decline_code": None if accepted else "01",
        "network_status": "approved_by_network" if accepted else "declined_by_network",
        "reason": refusal.decline_code if refusal else None,
        "risk_level": "normal",
        "risk_score": 20,
        "seller_message": "Payment complete." if accepted else "The bank declined the payment.",
        "type": "authorized" if accepted else "issuer_declined",
    }


def card_details(intent: Json, method: Json, authenticated: bool) -> Json:
    """The card as the charge remembers it."""
    card = method["card"]
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": new_id(""),
        "version": "2.2.0",
    }
    return {
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "brand": card["brand"],
        "checks": card["checks"],
        "country": card["country"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": new_id("")[:15],
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": secure if authenticated else None,
        "wallet": None,
    }


def add_charge(call: Call, intent: Json, method: Json, refusal: Refusal | None, *, authenticated: bool) -> Json:
    """Writes the charge of one attempt: refused, taken, or with manual capture held for seven days."""
    accepted = refusal is None
    taken = accepted and intent["capture_method"] != "manual"
    details = card_details(intent, method, authenticated)
    if accepted and not taken:
        details["capture_before"] = call.now + HELD_FOR
    document: Json = {
        "id": new_id("ch_"),
        "object": "charge",
        **ABSENT,
        **_from_intent(intent),
        "amount_captured": intent["amount"] if taken else 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "captured": taken,
        "created": call.now,
        "disputed": False,
        "failure_code": refusal.code if refusal else None,
        "failure_message": refusal.message if refusal else None,
        "fraud_details": {},
        "livemode": False,
        "outcome": outcome_of(refusal),
        "paid": accepted,
        "payment_method": method["id"],
        "payment_method_details": {"card": details, "type": "card"},
        "radar_options": {},
        "refunded": False,
        "status": "succeeded" if accepted else "failed",
    }
    return call.store.insert(document)


def _from_intent(intent: Json) -> Json:
    """What a charge takes over from its intent."""
    suffix = intent["statement_descriptor_suffix"]
    taken = ("amount", "currency", "customer", "description", "metadata", "receipt_email", "transfer_group")
    return {
        **{name: intent[name] for name in taken},
        "calculated_statement_descriptor": f"{STATEMENT}* {suffix}"[:22] if suffix else STATEMENT,
        "payment_intent": intent["id"],
        "statement_descriptor_suffix": suffix,
    }


def start_settling(call: Call, charge: Json, capture_method: str) -> None:
    """Money was taken: its balance transaction is there at once for `automatic`, and arrives later for the others."""
    if capture_method == "automatic":
        charge["balance_transaction"] = _movement(call, charge)["id"]
        call.store.replace(charge)
        return
    due = time.time() + call.world.options.settle_delay
    call.store.add_job(due, "settle_charge", {"charge": charge["id"]})


def settle(call: Call, charge_id: str) -> None:
    """The balance transaction arrives, and `charge.updated` with it; a second time does nothing."""
    charge = call.store.get(charge_id)
    if charge["balance_transaction"] is not None:
        return
    charge["balance_transaction"] = _movement(call, charge)["id"]
    call.store.replace(charge)
    events.emit(call, "charge.updated", charge, {"balance_transaction": None})


def _movement(call: Call, charge: Json) -> Json:
    card = card_of(call, call.store.get(charge["payment_method"]))
    amount = charge["amount_captured"]
    return balance.add_balance_transaction(
        call,
        balance.Move(
            kind="charge",
            category="charge",
            amount=amount,
            currency=charge["currency"],
            source=charge["id"],
            fee=fee_for(amount, charge["currency"]),
            description=charge["description"],
            available_after=0 if card.available_at_once else call.world.options.available_after,
        ),
    )


def find_charge(call: Call, identifier: str) -> Json:
    """The charge of this id, or Stripe's 404."""
    charge = call.store.find(identifier, "charge")
    if charge is None:
        raise missing_resource("charge", identifier)
    return charge


def retrieve(call: Call) -> Json:
    """GET /v1/charges/{id}."""
    return find_charge(call, call.identifier)
