"""The only module that imports stripe. It speaks in our words: facts come out as values, failures as three errors.

The API version is the one that the pinned package was made for; the webhook endpoint must be set to the same.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import stripe
from django.conf import settings

API_VERSION = stripe.api_version or ""
CONNECT_SECONDS, READ_SECONDS = 3, 12
FUTURE_SECONDS = 300


class StripeSilent(Exception):
    """No answer, or one that says nothing: what was asked may or may not have happened."""


class StripeBusy(Exception):
    """Nothing was done; ask again a little later."""


class StripeRefuses(Exception):
    """Nothing was done, and asking the same again would not help. `code` is Stripe's."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code


class Forged(Exception):
    """A webhook call that is not, or not provably, from our Stripe account."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Stripe's hosted page. `status` is open, complete or expired; `amount` is in minor units."""

    id: str
    url: str
    status: str
    payment_intent: str
    expires_at: datetime
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFact:
    """`status` is pending, requires_action, succeeded, failed or canceled."""

    id: str
    amount: int
    status: str
    created: datetime


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What Stripe says of one payment now. `charge` is empty until money was taken; `fee` None until it is known."""

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


@cache
def client() -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS))
    base: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, http_client=http, base_addresses=base, max_network_retries=1)


def ask[T](call: Callable[[], T]) -> T:
    """Make one call and turn Stripe's errors into ours."""
    try:
        return call()
    except stripe.StripeError as error:
        if error.http_status in (401, 403, 409, 429):
            # Too many calls, another call with this key or on this object is under way, or an API key that has to be
            # put right first: that says nothing about what was asked, and must not be taken for a refusal of it.
            raise StripeBusy(str(error)) from error
        if isinstance(error, stripe.APIConnectionError | stripe.APIError | stripe.IdempotencyError):
            # Of a key that was used for something else, nobody knows what it did.
            raise StripeSilent(str(error)) from error
        raise StripeRefuses(error.code or type(error).__name__, error.user_message or str(error)) from error


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
    facts = _json(intent)
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
        charged_at=_moment(taken["created"]) if taken else None,
        balance_transaction=balance.get("id", ""),
        fee=balance.get("fee"),
        refunds=tuple(_refund(_json(refund)) for refund in refunds),
    )


def refund(parameters: dict[str, Any], *, key: str) -> RefundFact:
    options: Any = {"idempotency_key": key}
    made = ask(lambda: client().v1.refunds.create(params=parameters, options=options))  # type: ignore[arg-type]
    return _refund(_json(made))


def events_since(moment: datetime) -> list[dict[str, Any]]:
    """Events that Stripe made since a moment, oldest first, as plain JSON: what a webhook may have failed to bring."""
    listing: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    found = ask(lambda: list(client().v1.events.list(params=listing).auto_paging_iter()))
    return [_json(event) for event in reversed(found)]


def verify(body: bytes, header: str | None) -> dict[str, Any]:
    """The event in a webhook call, once its signature on the raw bytes has been checked. Raises Forged."""
    if not header or not settings.STRIPE_WEBHOOK_SECRETS:
        raise Forged("the call is not signed")
    if not any(_signed(body, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise Forged("the signature does not match, or is too old")
    if _signed_at(header) > time.time() + FUTURE_SECONDS:
        raise Forged("the signature is dated in the future: check the clocks")
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Forged("the body is not JSON") from error
    if not isinstance(event, dict) or not isinstance(event.get("id"), str) or "type" not in event:
        raise Forged("the body is not an event")
    return event


def _signed(body: bytes, header: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300))
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _signed_at(header: str) -> float:
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    return float(stamps[0]) if stamps and stamps[0].isdigit() else float("inf")


def _json(thing: Any) -> dict[str, Any]:
    # A StripeObject is no dict, and its plain to_dict() holds Decimals.
    return dict(thing.to_dict(for_json=True))


def _checkout(session: Any) -> Checkout:
    facts = _json(session)
    return Checkout(
        id=facts["id"],
        url=facts.get("url") or "",
        status=facts["status"],
        payment_intent=facts.get("payment_intent") or "",
        expires_at=_moment(facts["expires_at"]),
        amount=int(facts.get("amount_total") or 0),
        currency=str(facts.get("currency") or "").upper(),
    )


def _refund(facts: dict[str, Any]) -> RefundFact:
    return RefundFact(facts["id"], int(facts["amount"]), str(facts["status"]), _moment(facts["created"]))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
