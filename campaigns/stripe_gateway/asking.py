"""The client, and how a call is made: Stripe's errors become three of ours."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import stripe
from django.conf import settings

API_VERSION = stripe.api_version or ""
CONNECT_SECONDS, READ_SECONDS = 3, 12


class StripeSilent(Exception):
    """No answer, or one that says nothing: what was asked may or may not have happened.

    With `replayed`, Stripe has kept this answer under the key and gives it for ever: the call is over, the key is of no
    more use, and a look at Stripe shows what became of it.
    """

    def __init__(self, says: str, *, replayed: bool = False) -> None:
        super().__init__(says)
        self.replayed = replayed


class StripeBusy(Exception):
    """Nothing was done; ask again a little later."""


class StripeRefuses(Exception):
    """Nothing was done, and asking the same again would not help. `code` is Stripe's."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code


class CardDeclined(StripeRefuses):
    """The bank said no, so nothing was charged. `code` is the most exact one that Stripe has: insufficient_funds.

    `advice` is Stripe's advice_code, as do_not_try_again; `intent` the payment intent that is left.
    """

    def __init__(self, code: str, says: str, *, advice: str = "", intent: str = "") -> None:
        super().__init__(code, says)
        self.advice = advice
        self.intent = intent


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
        raise in_our_words(error) from error


def in_our_words(error: stripe.StripeError) -> Exception:
    """One of our errors for one of Stripe's."""
    if error.http_status in (401, 403, 409, 429):
        # Too many calls, another call with this key or on this object is under way, or an API key that has to be
        # put right first: that says nothing about what was asked, and must not be taken for a refusal of it.
        return StripeBusy(str(error))
    if isinstance(error, stripe.APIConnectionError | stripe.APIError | stripe.IdempotencyError):
        # Of a key that was used for something else, nobody knows what it did.
        replayed = (error.headers or {}).get("Idempotent-Replayed", "").lower() == "true"
        return StripeSilent(str(error), replayed=replayed and error.http_status is not None)
    says = error.user_message or str(error)
    if isinstance(error, stripe.CardError):
        body: Any = error.json_body or {}
        told = body.get("error") or {}
        intent = told.get("payment_intent") or {}
        code = told.get("decline_code") or error.code or "card_declined"
        return CardDeclined(code, says, advice=told.get("advice_code") or "", intent=intent.get("id") or "")
    return StripeRefuses(error.code or type(error).__name__, says)


def as_json(thing: Any) -> dict[str, Any]:
    """A thing of Stripe's as plain JSON: a StripeObject is no dict, and its plain to_dict() holds Decimals."""
    return dict(thing.to_dict(for_json=True))


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
