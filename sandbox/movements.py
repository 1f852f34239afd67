"""Every movement of money as the oracle remembers it, with the request that caused it; and sums of them.

Kinds: `authorised` and `released` hold and let go; `captured`, `refunded`, `refund_failed`, `disputed`, `reinstated`
are between the cardholder and the platform; `transferred` and `reversed` between the platform and an account.
Amounts are positive; the kind says the direction.
"""

import json
from collections.abc import Iterable
from sqlite3 import Row

from sandbox.store import Store
from sandbox.wire import Json
from sandbox.world import Call

KINDS = (
    *("authorised", "released", "captured", "refunded", "refund_failed", "disputed", "reinstated"),
    *("transferred", "reversed"),
)
SUMS = (*KINDS, "fees", "dispute_fees")
PLEDGE_KEYS = ("pledge", "pledge_id")


def record(
    call: Call,
    kind: str,
    amount: int,
    currency: str,
    *,
    subject: str,
    labels: Json,
    charge: Json | None = None,
    fee: int = 0,
) -> None:
    """Writes a movement of the object `subject`; `labels` are what sums are made by."""
    call.store.rows(
        "INSERT INTO oracle_movements (kind, object, payment_intent, charge, amount, currency, fee, metadata,"
        " idempotency_key, request, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        kind,
        subject,
        charge["payment_intent"] if charge else None,
        charge["id"] if charge else None,
        amount,
        currency,
        fee,
        json.dumps(labels),
        call.idempotency_key,
        call.request_id,
        call.now,
    )


def record_of_charge(call: Call, kind: str, amount: int, charge: Json, *, subject: str = "", fee: int = 0) -> None:
    """Writes a movement of a charge, labelled with the metadata of its session, its intent and its group."""
    origin = call.store.private(charge["payment_intent"])
    labels = {**origin.get("session_metadata", {}), **charge["metadata"]}
    if charge["transfer_group"]:
        labels["transfer_group"] = charge["transfer_group"]
    named = subject or charge["id"]
    record(call, kind, amount, charge["currency"], subject=named, labels=labels, charge=charge, fee=fee)


def told(store: Store, unique: Iterable[str] = ()) -> Json:
    """The movements, their sums by currency and by label, and what was charged twice.

    `unique` names the labels of which each value may be charged once; without it those that end like a pledge's.
    """
    found = [_movement(row) for row in store.rows("SELECT * FROM oracle_movements ORDER BY id")]
    total: Json = {}
    by_label: Json = {}
    for movement in found:
        _add(total, movement)
        for key, value in movement["metadata"].items():
            _add(by_label.setdefault(key, {}).setdefault(value, {}), movement)
    twice = _charged_twice(found, tuple(unique))
    return {"movements": found, "sums": total, "sums_by_metadata": by_label, "charged_twice": twice}


def _movement(row: Row) -> Json:
    return {**dict(row), "metadata": json.loads(row["metadata"])}


def _add(total: Json, movement: Json) -> None:
    sums = total.setdefault(movement["currency"], dict.fromkeys(SUMS, 0))
    sums[movement["kind"]] += movement["amount"]
    sums["dispute_fees" if movement["kind"] in ("disputed", "reinstated") else "fees"] += movement["fee"]


def _charged_twice(found: list[Json], unique: tuple[str, ...]) -> list[Json]:
    """The labels with more than one capture that was not given back whole, oldest first."""
    back: dict[str, int] = {}
    for movement in found:
        sign = {"refunded": 1, "refund_failed": -1}.get(movement["kind"], 0)
        back[movement["charge"]] = back.get(movement["charge"], 0) + sign * movement["amount"]
    charges: dict[tuple[str, str], list[Json]] = {}
    for movement in found:
        for key, value in movement["metadata"].items():
            named = key in unique if unique else key.endswith(PLEDGE_KEYS)
            if named and movement["kind"] == "captured":
                charges.setdefault((key, value), []).append(movement)
    return [
        {
            "key": key,
            "value": value,
            "charges": [capture["charge"] for capture in captures],
            "idempotency_keys": [capture["idempotency_key"] for capture in captures],
            "kept": sum(capture["amount"] > back.get(capture["charge"], 0) for capture in captures),
        }
        for (key, value), captures in charges.items()
        if len(captures) > 1
    ]
