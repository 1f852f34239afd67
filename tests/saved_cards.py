"""People who promise: their card is saved at Stripe, and nothing is charged until the close."""

from datetime import timedelta
from typing import Any

from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.lifecycle import Kind
from campaigns.models import Campaign, Pledge
from campaigns.stripe_gateway import client as stripe_client
from tests.stripe_sandbox import Sandbox
from tests.world import an_open_campaign, now

GOOD, ALWAYS_ASKS, CANNOT_BE_CHARGED = (
    "pm_card_visa",
    "pm_card_authenticationRequired",
    "pm_card_chargeCustomerFail",
)


def an_all_or_nothing_campaign(slug: str = "bra", **terms: Any) -> Campaign:
    """It is open and asks for 1,000 yen without a ceiling, for five more minutes."""
    usual = {"kind": Kind.ALL_OR_NOTHING, "goal": 1_000, "ceiling": None, "deadline": now() + timedelta(minutes=5)}
    return an_open_campaign(slug, **{**usual, **terms})


def promise(campaign: Campaign, amount: int = 500, name: str = "Carol", card: str = GOOD, **also: Any) -> Pledge:
    """A saved card and the pledge that it was saved for."""
    v1 = stripe_client().v1
    customer = v1.customers.create(params={"email": f"{name.lower()}@example.com"})
    method = v1.payment_methods.attach(card, params={"customer": customer.id})
    given: dict[str, Any] = {
        "form_nonce": f"form-{name}-{amount}",
        "currency": campaign.currency,
        "email": f"{name.lower()}@example.com",
        "name": name,
        "state": Pledge.State.SAVED,
        "created_at": now(),
        "saved_at": now(),
        "consented_at": now(),
        "consent_version": "1",
        "consent_text": "You agree.",
        "customer_id": customer.id,
        "payment_method_id": method.id,
    }
    return Pledge.objects.create(campaign=campaign, amount=amount, **{**given, **also})


def match(campaign: Campaign, cap: int, name: str = "Mallory", **also: Any) -> Pledge:
    """Somebody matches one for one up to so much."""
    return promise(campaign, cap, name, role=Pledge.Role.MATCH, matches_up_to=cap, **also)


def decline(sandbox: Sandbox, pledge: Pledge, code: str, times: int = 1) -> None:
    """The bank will say no from now on, so many times, or until told otherwise."""
    sandbox.control("POST", f"payment_methods/{pledge.payment_method_id}/decline", decline_code=code, times=str(times))


def the_close(hours: float = 0) -> list[str]:
    """The sweep, six minutes and so many hours from now; the campaigns that it has decided."""
    return close_due_campaigns(at=now() + timedelta(minutes=6, hours=hours))


def sums(sandbox: Sandbox, name: str, currency: str = "jpy") -> int:
    """What the sandbox's own book says was authorised, released, captured ..."""
    return int(sandbox.oracle()["sums"].get(currency, {}).get(name, 0))


def states(campaign: Campaign) -> dict[str, str]:
    """Each supporter and how the pledge stands."""
    return dict(Pledge.objects.filter(campaign=campaign).values_list("name", "state"))
