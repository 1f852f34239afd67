"""Disputes and early fraud warnings, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.stripe_gateway.asking import as_json, ask, client, moment


@dataclass(frozen=True, slots=True)
class DisputeMovement:
    """What a dispute did to the balance. `amount` is negative when money was withdrawn, positive when it came again;
    `fee` is positive when Stripe took one, negative when it gave one back."""

    id: str
    amount: int
    fee: int
    currency: str
    created: datetime


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A dispute as Stripe tells of it now, amounts in minor units. `due_by` is until when evidence is taken."""

    id: str
    charge: str
    payment_intent: str
    amount: int
    currency: str
    status: str
    reason: str
    created: datetime
    due_by: datetime | None
    movements: tuple[DisputeMovement, ...] = ()


@dataclass(frozen=True, slots=True)
class WarningFacts:
    """An early fraud warning: a bank suspects this payment."""

    id: str
    charge: str
    payment_intent: str
    fraud_type: str
    created: datetime


def dispute(dispute_id: str) -> DisputeFacts:
    facts = as_json(ask(lambda: client().v1.disputes.retrieve(dispute_id)))
    due = (facts.get("evidence_details") or {}).get("due_by")
    return DisputeFacts(
        id=facts["id"],
        charge=_id(facts["charge"]),
        payment_intent=_id(facts.get("payment_intent")),
        amount=int(facts["amount"]),
        currency=str(facts["currency"]).upper(),
        status=str(facts["status"]),
        reason=str(facts.get("reason") or ""),
        created=moment(facts["created"]),
        due_by=moment(due) if due else None,
        movements=tuple(_movement(one) for one in facts.get("balance_transactions") or ()),
    )


def fraud_warning(warning_id: str) -> WarningFacts:
    facts = as_json(ask(lambda: client().v1.radar.early_fraud_warnings.retrieve(warning_id)))
    return WarningFacts(
        id=facts["id"],
        charge=_id(facts["charge"]),
        payment_intent=_id(facts.get("payment_intent")),
        fraud_type=str(facts["fraud_type"]),
        created=moment(facts["created"]),
    )


def _movement(facts: dict[str, Any]) -> DisputeMovement:
    return DisputeMovement(
        id=facts["id"],
        amount=int(facts["amount"]),
        fee=int(facts.get("fee") or 0),
        currency=str(facts["currency"]).upper(),
        created=moment(facts["created"]),
    )


def _id(thing: Any) -> str:
    """The id of something that is named or expanded."""
    return str(thing.get("id", "") if isinstance(thing, dict) else thing or "")
