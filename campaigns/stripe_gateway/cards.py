"""Cards that are saved for the close: the setup intent that saved one, and how one is forgotten."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from campaigns.stripe_gateway.asking import StripeRefuses, as_json, ask, client, moment


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A setup intent with its card. `status` is succeeded once a card was saved, and then there is a payment method.

    `expires_on` is the last day of the card's last month.
    """

    setup_intent: str
    status: str
    created: datetime
    metadata: dict[str, str]
    customer: str = ""
    payment_method: str = ""
    expires_on: date | None = None


def saved_card(setup_intent: str) -> SavedCard:
    expand: Any = {"expand": ["payment_method"]}
    facts = as_json(ask(lambda: client().v1.setup_intents.retrieve(setup_intent, params=expand)))
    method = facts.get("payment_method") or {}
    return SavedCard(
        setup_intent=facts["id"],
        status=facts["status"],
        created=moment(facts["created"]),
        metadata=dict(facts.get("metadata") or {}),
        customer=facts.get("customer") or "",
        payment_method=method.get("id", ""),
        expires_on=_last_day(method.get("card") or {}),
    )


@dataclass(frozen=True, slots=True)
class Detached:
    """A payment method that belongs to nobody any more, and can never be charged again."""

    id: str


def detach_card(payment_method: str, *, key: str) -> Detached:
    """Take a card from its customer for good. One that is detached already stays so, without an error."""
    options: Any = {"idempotency_key": key}
    try:
        ask(lambda: client().v1.payment_methods.detach(payment_method, options=options))
    except StripeRefuses:
        # Stripe refuses this, by whatever words, for one that belongs to nobody. Only a look can tell.
        found = as_json(ask(lambda: client().v1.payment_methods.retrieve(payment_method)))
        if found.get("customer"):
            raise
    return Detached(payment_method)


def _last_day(card: dict[str, Any]) -> date | None:
    year, month = card.get("exp_year"), card.get("exp_month")
    return date(int(year), int(month), monthrange(int(year), int(month))[1]) if year and month else None
