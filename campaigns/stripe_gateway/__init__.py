"""The only package that imports stripe. It speaks in our words: facts come out as values, failures as three errors.

The API version is the one that the pinned package was made for; the webhook endpoint must be set to the same.
"""

from campaigns.stripe_gateway.asking import (
    API_VERSION,
    CardDeclined,
    StripeBusy,
    StripeRefuses,
    StripeSilent,
    ask,
    client,
)
from campaigns.stripe_gateway.asynchronous import AsynchronousStripe
from campaigns.stripe_gateway.cards import Detached, SavedCard, detach_card, saved_card
from campaigns.stripe_gateway.connect import (
    PayeeFacts,
    ReversalFact,
    TransferFacts,
    create_payee,
    create_transfer,
    onboarding_address,
    payee,
    payee_made_for,
    reverse_transfer,
    transfer,
    transfers_of,
)
from campaigns.stripe_gateway.disputes import DisputeFacts, DisputeMovement, WarningFacts, dispute, fraud_warning
from campaigns.stripe_gateway.holds import Hold, change_hold, hold
from campaigns.stripe_gateway.listing import (
    HeldPayment,
    Movement,
    balance,
    holds_since,
    movements_of,
    movements_since,
)
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
    "AsynchronousStripe",
    "CardDeclined",
    "Checkout",
    "Detached",
    "DisputeFacts",
    "DisputeMovement",
    "Forged",
    "HeldPayment",
    "Hold",
    "Movement",
    "PayeeFacts",
    "PaymentFacts",
    "RefundFact",
    "ReversalFact",
    "SavedCard",
    "StripeBusy",
    "StripeRefuses",
    "StripeSilent",
    "TransferFacts",
    "WarningFacts",
    "ask",
    "balance",
    "change_hold",
    "checkout",
    "checkout_for",
    "client",
    "create_checkout",
    "create_payee",
    "create_transfer",
    "detach_card",
    "dispute",
    "events_since",
    "expire_checkout",
    "fraud_warning",
    "hold",
    "holds_since",
    "movements_of",
    "movements_since",
    "onboarding_address",
    "payee",
    "payee_made_for",
    "payment",
    "refund",
    "reverse_transfer",
    "saved_card",
    "transfer",
    "transfers_of",
    "verify",
]
