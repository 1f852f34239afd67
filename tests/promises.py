"""The verbs of a promise: a card is saved, nothing is charged."""

from typing import Any

from campaigns.actions.consent import consent_for
from campaigns.actions.open_checkout import open_checkout
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.lifecycle import Kind
from campaigns.models import Campaign, Pledge
from campaigns.stripe_gateway import client
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, now


def an_all_or_nothing_campaign(slug: str = "bra", **terms: Any) -> Campaign:
    """Alice's campaign in dollars: goal 150, ceiling 250, a coin of 5, unless said otherwise."""
    given = {"goal": 15_000, "ceiling": 25_000, "currency": "USD", "coin": 500}
    return an_open_campaign(slug, kind=Kind.ALL_OR_NOTHING, **{**given, **terms})


def start_promise(campaign: Campaign, amount: int = 500, name: str = "Carol", **also: Any) -> Pledge:
    """Somebody fills in the form and ticks that the card may be saved."""
    matches_up_to = also.pop("matches_up_to", None)
    nonce, cover_fee = also.pop("form_nonce", f"form-{name}-{amount}-{matches_up_to}"), also.pop("cover_fee", False)
    giver = {"email": f"{name.lower()}@example.com", "language": "en", "name": name}
    return start_pledge(
        campaign,
        Giver(**{**giver, **also}),
        amount=amount,
        cover_fee=cover_fee,
        form_nonce=nonce,
        at=now(),
        matches_up_to=matches_up_to,
        consent=consent_for(campaign, amount, 0, "en", matches_up_to=matches_up_to),
    )


def set_out_to_promise(campaign: Campaign, amount: int = 500, name: str = "Carol", **also: Any) -> Pledge:
    """Somebody stands before Stripe's page, where a card is saved."""
    pledge = start_promise(campaign, amount, name, **also)
    open_checkout(pledge, at=now())
    pledge.refresh_from_db()
    return pledge


def promise(
    sandbox: Sandbox, campaign: Campaign, amount: int = 500, name: str = "Carol", *, card: str = "", **also: Any
) -> Pledge:
    """Somebody saves a card, and we hear of it. `card` is a number of the sandbox's list."""
    expiry = {key: str(also.pop(key)) for key in ("exp_month", "exp_year") if key in also}
    pledge = set_out_to_promise(campaign, amount, name, **also)
    sandbox.pay(pledge.session_id, **({"card": card} if card else {}), **expiry)
    return settle_pledge(pledge.pk, at=now())


def owner_of(payment_method: str) -> str | None:
    """The customer at Stripe whose card it is; None once it was taken away."""
    customer = client().v1.payment_methods.retrieve(payment_method).customer
    return None if customer is None else str(customer)
