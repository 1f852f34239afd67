"""Everything that Stripe is told of a hosted page. The metadata lead back from any object of Stripe's to the pledge."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from campaigns import money
from campaigns.models import Pledge

PAGE_LIVES = timedelta(minutes=32)  # Stripe wants at least 30 minutes from the moment it gets the request.
MOST_ON_THE_PAGE = 1200


def thanks_address(pledge: Pledge) -> str:
    with override(pledge.language):
        return settings.SITE_URL + reverse("thanks", args=[pledge.token])


def names_of(pledge: Pledge) -> dict[str, str]:
    """What Stripe writes on everything that belongs to a pledge."""
    return {"genseki_pledge": str(pledge.pk), "genseki_campaign": pledge.campaign.slug}


def promise_of(pledge: Pledge) -> dict[str, str]:
    """What is written on a saved card as well: the sum that it was saved for, of a match its cap."""
    return {**names_of(pledge), "genseki_promise": f"{pledge.matches_up_to or pledge.total} {pledge.currency}"}


def page_to_pay(pledge: Pledge, *, at: datetime) -> dict[str, Any]:
    with override(pledge.language):
        name = pledge.campaign.heading
    return {
        **_of_every_page(pledge, at=at),
        "mode": "payment",
        "submit_type": "pay",
        "customer_email": pledge.email,
        "adaptive_pricing": {"enabled": False},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": pledge.currency.lower(),
                    "unit_amount": pledge.total,
                    "product_data": {"name": name},
                },
            }
        ],
        "payment_intent_data": {
            "metadata": names_of(pledge),
            "transfer_group": f"campaign-{pledge.campaign_id}",
        },
    }


def page_to_save_a_card(pledge: Pledge, *, at: datetime) -> dict[str, Any]:
    """Nothing is charged there; what was agreed to stands beside the button where it is short enough for Stripe."""
    text = pledge.consent_text
    return {
        **_of_every_page(pledge, at=at),
        "mode": "setup",
        "currency": pledge.currency.lower(),
        "customer_email": pledge.email,
        "customer_creation": "always",
        "setup_intent_data": {"metadata": promise_of(pledge)},
        **({"custom_text": {"submit": {"message": text}}} if len(text) <= MOST_ON_THE_PAGE else {}),
    }


def page_to_renew_a_card(pledge: Pledge, number: int, *, at: datetime) -> dict[str, Any]:
    """The same for the customer who is known already. It has a reference of its own, by which it can be found."""
    asked = page_to_save_a_card(pledge, at=at)
    del asked["customer_email"], asked["customer_creation"]
    thanks = thanks_address(pledge)
    return {
        **asked,
        "customer": pledge.customer_id,
        "client_reference_id": f"{pledge.pk}-card-{number}",
        "success_url": f"{thanks}?back=1",
        "cancel_url": thanks,
    }


def _of_every_page(pledge: Pledge, *, at: datetime) -> dict[str, Any]:
    with override(pledge.language):
        back = settings.SITE_URL + reverse("give", args=[pledge.campaign.slug])
    return {
        "locale": pledge.language,
        "client_reference_id": str(pledge.pk),
        "allowed_payment_method_types": ["card"],
        "metadata": names_of(pledge),
        "expires_at": int((at + PAGE_LIVES).timestamp()),
        "success_url": f"{thanks_address(pledge)}?back=1",
        "cancel_url": f"{back}?cancelled=1&amount={money.plain(pledge.amount, pledge.currency)}",
    }
