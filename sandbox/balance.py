"""Balance transactions: what each movement did to the platform's balance, fees included."""

from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Text
from sandbox.wire import Json, missing_resource
from sandbox.world import Call

AVAILABLE_AFTER = 2 * 24 * 3600
RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "currency": Text(), "source": Text(), "type": Text()})


def add_balance_transaction(
    call: Call,
    *,
    kind: str,
    category: str,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    description: str | None = None,
) -> Json:
    """Writes a movement of `amount` minor units, negative when money leaves, before the fee."""
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Sandbox processing fees",
        "type": "stripe_fee",
    }
    return call.store.insert(
        {
            "id": new_id("txn_"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": call.now + (AVAILABLE_AFTER if amount > 0 else 0),
            "balance_type": "payments",
            "created": call.now,
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [detail] if fee else [],
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )


def with_status(call: Call, movement: Json) -> Json:
    """The movement, available once its day has come."""
    return {**movement, "status": "available" if movement["available_on"] <= call.now else "pending"}


def retrieve(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}."""
    movement = call.store.find(call.identifier, "balance_transaction")
    if movement is None:
        raise missing_resource("balance transaction", call.identifier)
    return movement
