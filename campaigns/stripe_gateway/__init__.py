"""The only package that imports stripe. It speaks in our words: facts come out as values, failures as three errors.

The API version is the one that the pinned package was made for; the webhook endpoint must be set to the same.
"""

from campaigns.stripe_gateway.asking import API_VERSION, StripeBusy, StripeRefuses, StripeSilent, ask, client
from campaigns.stripe_gateway.payments import (
    Checkout,
    PaymentFacts,
    RefundFact,
    checkout,
    checkout_for,
    create_checkout,
    expire_checkout,
    payment,
    refund,
)
from campaigns.stripe_gateway.webhooks import Forged, events_since, verify

__all__ = [
    "API_VERSION",
    "Checkout",
    "Forged",
    "PaymentFacts",
    "RefundFact",
    "StripeBusy",
    "StripeRefuses",
    "StripeSilent",
    "ask",
    "checkout",
    "checkout_for",
    "client",
    "create_checkout",
    "events_since",
    "expire_checkout",
    "payment",
    "refund",
    "verify",
]
