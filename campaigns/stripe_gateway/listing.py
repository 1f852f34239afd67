"""What moved on our balance at Stripe, and what is held there: for whoever compares it with the books."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.stripe_gateway.asking import as_json, ask, client, moment


@dataclass(frozen=True, slots=True)
class Movement:
    """One balance transaction. `net` is minor units after Stripe's fee, negative when money leaves.

    `source` is the id of what moved it (charge, refund, dispute, transfer ...), or its own where there is none;
    `thing` that object as JSON, as far as Stripe gave it.
    """

    id: str
    kind: str
    net: int
    currency: str
    source: str
    created: datetime
    thing: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldPayment:
    """A payment that is authorised and neither captured nor let go."""

    payment_intent: str
    amount: int
    currency: str
    metadata: dict[str, str]


def movements_since(since: datetime | None) -> list[Movement]:
    """All of them since a moment (None: ever), newest first: one call for every hundred."""
    listing: dict[str, Any] = {"limit": 100, "expand": ["data.source"]}
    if since is not None:
        listing["created"] = {"gte": int(since.timestamp())}
    return _listed(listing)


def movements_of(source: str) -> list[Movement]:
    """Whatever one charge, refund, dispute or transfer ever moved."""
    return _listed({"limit": 100, "source": source, "expand": ["data.source"]})


def balance() -> dict[str, int]:
    """By currency, what is on our balance: available or pending, in minor units."""
    told = as_json(ask(lambda: client().v1.balance.retrieve()))
    sums: dict[str, int] = {}
    for line in (*told["available"], *told["pending"]):
        currency = str(line["currency"]).upper()
        sums[currency] = sums.get(currency, 0) + int(line["amount"])
    return sums


def holds_since(since: datetime) -> list[HeldPayment]:
    """Payments made since a moment that wait to be captured. A hold lives seven days at Stripe."""
    listing: Any = {"limit": 100, "created": {"gte": int(since.timestamp())}}
    found = ask(lambda: list(client().v1.payment_intents.list(params=listing).auto_paging_iter()))
    held = (as_json(intent) for intent in found if intent.status == "requires_capture")
    return [
        HeldPayment(one["id"], int(one["amount"]), str(one["currency"]).upper(), dict(one.get("metadata") or {}))
        for one in held
    ]


def _listed(listing: Any) -> list[Movement]:
    found = ask(lambda: list(client().v1.balance_transactions.list(params=listing).auto_paging_iter()))
    return [_movement(as_json(one)) for one in found]


def _movement(facts: dict[str, Any]) -> Movement:
    source = facts.get("source") or facts["id"]
    thing = source if isinstance(source, dict) else {}
    return Movement(
        id=facts["id"],
        kind=str(facts["type"]),
        net=int(facts["net"]),
        currency=str(facts["currency"]).upper(),
        source=str(thing.get("id") or source),
        created=moment(facts["created"]),
        thing=thing,
    )
