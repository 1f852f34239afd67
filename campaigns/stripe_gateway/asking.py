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
    """No answer, or one that says nothing: what was asked may or may not have happened."""


class StripeBusy(Exception):
    """Nothing was done; ask again a little later."""


class StripeRefuses(Exception):
    """Nothing was done, and asking the same again would not help. `code` is Stripe's."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code


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


def as_json(thing: Any) -> dict[str, Any]:
    """A thing of Stripe's as plain JSON: a StripeObject is no dict, and its plain to_dict() holds Decimals."""
    return dict(thing.to_dict(for_json=True))


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
