"""The sandbox's own account of who paid what, kept apart from the objects that the API shows.

A test compares the product's ledger with this: two descriptions of one truth
that share no code on the way.
"""

import json
from dataclasses import dataclass
from sqlite3 import Row

from sandbox import movements
from sandbox.store import Store
from sandbox.wire import Json


@dataclass(frozen=True)
class Receipt:
    """Money came in. `origin` holds the session, its metadata and client_reference_id, if there was one."""

    payment_intent: str
    charge: str
    amount: int
    currency: str
    fee: int
    email: str | None
    metadata: Json
    origin: Json
    at: int


def record_payment(store: Store, receipt: Receipt) -> None:
    """Writes a receipt down."""
    origin = receipt.origin
    store.rows(
        "INSERT INTO oracle_payments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        receipt.payment_intent,
        receipt.charge,
        receipt.amount,
        receipt.currency,
        receipt.fee,
        json.dumps(receipt.metadata),
        json.dumps(origin.get("session_metadata", {})),
        receipt.email,
        origin.get("session"),
        origin.get("client_reference_id"),
        receipt.at,
    )


def record_refund(store: Store, *, refund: str, charge: str, amount: int, currency: str, at: int) -> None:
    """Money went back."""
    sql = "INSERT INTO oracle_refunds (refund, charge, amount, currency, at) VALUES (?, ?, ?, ?, ?)"
    store.rows(sql, refund, charge, amount, currency, at)


def record_failed_refund(store: Store, refund: str) -> None:
    """A refund bounced: the money is here after all."""
    store.rows("UPDATE oracle_refunds SET failed = 1 WHERE refund = ?", refund)


def account(store: Store, unique: tuple[str, ...] = ()) -> Json:
    """All payments and refunds with totals by currency and by metadata, in minor units; and every movement."""
    with store.transaction():
        refunds = store.rows("SELECT * FROM oracle_refunds ORDER BY rowid")
        payments = store.rows("SELECT * FROM oracle_payments ORDER BY rowid")
    refunded: dict[str, int] = {}
    for row in refunds:
        if not row["failed"]:
            refunded[row["charge"]] = refunded.get(row["charge"], 0) + row["amount"]
    told = [_payment(row, refunded.get(row["charge"], 0)) for row in payments]
    intents = {row["charge"]: row["payment_intent"] for row in payments}
    return {
        "payments": told,
        "refunds": [_refund(row, intents) for row in refunds],
        "totals": _totals(told),
        "by_metadata": _by_metadata(told),
        **movements.told(store, unique),
    }


def _payment(row: Row, refunded: int) -> Json:
    return {
        "payment_intent": row["payment_intent"],
        "charge": row["charge"],
        "amount": row["amount"],
        "currency": row["currency"],
        "refunded": refunded,
        "fee": row["fee"],
        "metadata": json.loads(row["metadata"]),
        "session_metadata": json.loads(row["session_metadata"]),
        "client_reference_id": row["client_reference_id"],
        "customer_email": row["customer_email"],
        "session": row["session"],
        "at": row["at"],
    }


def _refund(row: Row, intents: dict[str, str]) -> Json:
    return {
        "refund": row["refund"],
        "payment_intent": intents.get(row["charge"]),
        "charge": row["charge"],
        "amount": row["amount"],
        "currency": row["currency"],
        "failed": bool(row["failed"]),
        "at": row["at"],
    }


def _add(total: Json, payment: Json) -> None:
    sums = total.setdefault(payment["currency"], {"charged": 0, "refunded": 0, "fees": 0, "payments": 0})
    sums["charged"] += payment["amount"]
    sums["refunded"] += payment["refunded"]
    sums["fees"] += payment["fee"]
    sums["payments"] += 1


def _totals(payments: list[Json]) -> Json:
    total: Json = {}
    for payment in payments:
        _add(total, payment)
    return total


def _by_metadata(payments: list[Json]) -> Json:
    """Sums for each key and value of the payment's own or its session's metadata."""
    found: Json = {}
    for payment in payments:
        for key, value in {**payment["session_metadata"], **payment["metadata"]}.items():
            _add(found.setdefault(key, {}).setdefault(value, {}), payment)
    return found
