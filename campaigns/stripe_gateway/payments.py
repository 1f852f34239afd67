"""Hosted pages, payments and refunds, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.stripe_gateway.asking import as_json, ask, client, moment


@dataclass(frozen=True, slots=True)
class Checkout:
    """Stripe's hosted page. `status` is open, complete or expired; `amount` is in minor units.

    In the mode setup it saves a card and charges nothing: it has a setup intent and no amount.
    """

    id: str
    url: str
    status: str
    payment_intent: str
    expires_at: datetime
    amount: int
    currency: str
    mode: str = "payment"
    setup_intent: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class RefundFact:
    """`status` is pending, requires_action, succeeded, failed or canceled; `pledge` whose coin it says it is."""

    id: str
    amount: int
    status: str
    created: datetime
    pledge: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What Stripe says of one payment now. `charge` is empty until money was taken; `fee` None until it is known.

    A hold has the status requires_capture and no charge; one that was let go is canceled, `ended_because` says why.
    """

    payment_intent: str
    status: str
    amount: int
    currency: str
    metadata: dict[str, str]
    charge: str = ""
    charged_at: datetime | None = None
    balance_transaction: str = ""
    fee: int | None = None
    refunds: tuple[RefundFact, ...] = ()
    ended_because: str = ""


def create_checkout(parameters: dict[str, Any], *, key: str) -> Checkout:
    options: Any = {"idempotency_key": key}
    session = ask(lambda: client().v1.checkout.sessions.create(params=parameters, options=options))  # type: ignore[arg-type]
    return _checkout(session)


def checkout(session_id: str) -> Checkout:
    return _checkout(ask(lambda: client().v1.checkout.sessions.retrieve(session_id)))


def checkout_for(reference: str, *, since: datetime, until: datetime) -> Checkout | None:
    """The page that was made for a `client_reference_id` in that time; None when Stripe has none."""
    created: Any = {"created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())}, "limit": 100}
    pages = ask(lambda: list(client().v1.checkout.sessions.list(params=created).auto_paging_iter()))
    return next((_checkout(page) for page in pages if page.client_reference_id == reference), None)


def expire_checkout(session_id: str) -> Checkout:
    """Raises StripeRefuses when the session is complete or expired already: look again then."""
    return _checkout(ask(lambda: client().v1.checkout.sessions.expire(session_id)))


def payment(payment_intent: str) -> PaymentFacts:
    """A payment with its charge, fee and refunds, as they are now: two calls."""
    expand: Any = {"expand": ["latest_charge.balance_transaction"]}
    intent = ask(lambda: client().v1.payment_intents.retrieve(payment_intent, params=expand))
    listing: Any = {"payment_intent": payment_intent, "limit": 100}
    refunds = ask(lambda: list(client().v1.refunds.list(params=listing).auto_paging_iter()))
    return facts_of(as_json(intent), [as_json(refund) for refund in refunds])


def facts_of(facts: dict[str, Any], refunds: list[dict[str, Any]]) -> PaymentFacts:
    """A payment intent as values; its latest charge and that one's balance transaction must be expanded.

    Money that is only held is no charge, and what Stripe lists as the refund of it gave nobody anything back.
    """
    charge = facts.get("latest_charge") or {}
    taken = charge if charge.get("paid") and charge.get("captured") else {}
    balance = taken.get("balance_transaction") or {}
    return PaymentFacts(
        payment_intent=facts["id"],
        status=facts["status"],
        amount=int(taken.get("amount", facts["amount"])),
        currency=str(facts["currency"]).upper(),
        metadata=dict(facts.get("metadata") or {}),
        charge=taken.get("id", ""),
        charged_at=moment(taken["created"]) if taken else None,
        balance_transaction=balance.get("id", ""),
        fee=balance.get("fee"),
        refunds=tuple(_refund(refund) for refund in refunds) if taken else (),
        ended_because=facts.get("cancellation_reason") or "",
    )


def refund(parameters: dict[str, Any], *, key: str) -> RefundFact:
    options: Any = {"idempotency_key": key}
    made = ask(lambda: client().v1.refunds.create(params=parameters, options=options))  # type: ignore[arg-type]
    return _refund(as_json(made))


def _checkout(session: Any) -> Checkout:
    facts = as_json(session)
    return Checkout(
        id=facts["id"],
        url=facts.get("url") or "",
        status=facts["status"],
        payment_intent=facts.get("payment_intent") or "",
        expires_at=moment(facts["expires_at"]),
        amount=int(facts.get("amount_total") or 0),
        currency=str(facts.get("currency") or "").upper(),
        mode=facts["mode"],
        setup_intent=facts.get("setup_intent") or "",
        customer=facts.get("customer") or "",
    )


def _refund(facts: dict[str, Any]) -> RefundFact:
    whose = str((facts.get("metadata") or {}).get("genseki_pledge", ""))
    return RefundFact(facts["id"], int(facts["amount"]), str(facts["status"]), moment(facts["created"]), whose)
