"""The platform's balance: balance transactions, fees included, and what they sum up to."""

from dataclasses import dataclass

from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Text
from sandbox.wire import Json, missing_resource
from sandbox.world import Call

RETRIEVE = Fields(EXPAND)
LIST = Fields({**PAGE, **CREATED, "currency": Text(), "source": Text(), "type": Text()})
SUMS = """
SELECT json_extract(doc, '$.currency') AS currency,
    sum(CASE WHEN json_extract(doc, '$.available_on') <= ? THEN json_extract(doc, '$.net') ELSE 0 END) AS available,
    sum(CASE WHEN json_extract(doc, '$.available_on') > ? THEN json_extract(doc, '$.net') ELSE 0 END) AS pending
FROM objects WHERE kind = 'balance_transaction' GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Move:
    """A movement of `amount` minor units, negative when money leaves, before the fee. `source` is its object's id."""

    kind: str
    category: str
    amount: int
    currency: str
    source: str | None
    fee: int = 0
    fee_text: str = "Sandbox processing fees"
    description: str | None = None
    available_after: int = 0


def add_balance_transaction(call: Call, move: Move) -> Json:
    """Writes a movement down."""
    detail = {
        "amount": move.fee,
        "application": None,
        "currency": move.currency,
        "description": move.fee_text,
        "type": "stripe_fee",
    }
    return call.store.insert(
        {
            "id": new_id("txn_"),
            "object": "balance_transaction",
            "amount": move.amount,
            "available_on": call.now + move.available_after,
            "balance_type": "payments",
            "created": call.now,
            "currency": move.currency,
            "description": move.description,
            "exchange_rate": None,
            "fee": move.fee,
            "fee_details": [detail] if move.fee else [],
            "net": move.amount - move.fee,
            "reporting_category": move.category,
            "source": move.source,
            "status": "pending",
            "type": move.kind,
        }
    )


def with_status(call: Call, movement: Json) -> Json:
    """The movement, available once its day has come."""
    return {**movement, "status": "available" if movement["available_on"] <= call.now else "pending"}


def sums(call: Call) -> dict[str, tuple[int, int]]:
    """By currency what is available, and what is pending, in minor units."""
    return {row["currency"]: (row["available"], row["pending"]) for row in call.store.rows(SUMS, call.now, call.now)}


def available(call: Call, currency: str) -> int:
    """What could be paid out of this currency now; negative when the platform owes."""
    return sums(call).get(currency, (0, 0))[0]


def platform(call: Call) -> Json:
    """GET /v1/balance."""
    found = sums(call)
    return {
        "object": "balance",
        "available": [_line(both[0], currency) for currency, both in found.items()],
        "livemode": False,
        "pending": [_line(both[1], currency) for currency, both in found.items()],
    }


def _line(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve(call: Call) -> Json:
    """GET /v1/balance_transactions/{id}."""
    movement = call.store.find(call.identifier, "balance_transaction")
    if movement is None:
        raise missing_resource("balance transaction", call.identifier)
    return movement
