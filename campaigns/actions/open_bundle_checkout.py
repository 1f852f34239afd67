"""Get Stripe's hosted page for a bundle: one payment, with one line for each campaign."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns import attempts, pace
from campaigns.actions.hold_bundle import HeldBundle, hold_bundle
from campaigns.actions.open_checkout import LEARN_AFTER, PAGE_LIVES, CheckoutUnavailable, page_of, remember_checkout
from campaigns.actions.pause_site import is_site_paused
from campaigns.actions.start_bundle import BundleRefused
from campaigns.actions.start_pledge import room_left
from campaigns.lifecycle import GIVING
from campaigns.models import Attempt, Bundle, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.totals import totals


def open_bundle_checkout(bundle: Bundle, *, at: datetime) -> str:
    """The address to send the supporter to. A form sent twice leads to the same page; a paid one to its thanks.

    Raises CheckoutUnavailable, and BundleRefused for a campaign that was filled since the form was sent. Nothing is
    charged then.
    """
    with transaction.atomic():
        held = hold_bundle(bundle.pk)
        states = {pledge.state for pledge in held.pledges}
        if states == {Pledge.State.CHECKOUT} and held.bundle.session_url:
            return held.bundle.session_url
        if states != {Pledge.State.CREATED}:
            return bundle_address(held.bundle)
        _refuse_what_closed(held, at=at)
        total = sum(pledge.total for pledge in held.pledges)
        asked = _parameters(held, at=at)
        attempt = attempts.plan(held.bundle, Attempt.Kind.CHECKOUT, asked, at=at, amount=total, once=True)
        # If the answer is lost, or this process dies, the sweep learns what became of the page.
        Bundle.objects.filter(pk=bundle.pk).update(check_at=at + LEARN_AFTER)
    # A close that waits for its own turns gives way.
    pace.wait_for_a_visitors_turn()
    try:
        page = page_of(attempt, at=at)
    except (StripeSilent, StripeBusy, StripeRefuses) as error:
        raise CheckoutUnavailable(str(error)) from error
    if page is None:
        raise CheckoutUnavailable("Stripe has no page for this bundle")
    remember_checkout(held.pledges[0], page, at=at)
    return page.url


def bundle_address(bundle: Bundle) -> str:
    """The page that a supporter of a bundle comes back to; a secret link."""
    with override(bundle.language):
        return settings.SITE_URL + reverse("thanks", args=[bundle.token])


def _refuse_what_closed(held: HeldBundle, *, at: datetime) -> None:
    if is_site_paused():
        raise CheckoutUnavailable("The site takes no coins at the moment.")
    for pledge in held.pledges:
        campaign = pledge.campaign
        over = campaign.deadline is None or campaign.deadline <= at
        if held.stages[campaign.pk] not in GIVING or over or campaign.giving_paused:
            raise CheckoutUnavailable(f"{campaign.slug} takes no coins at the moment.")
        if room_left(campaign, totals(campaign)) == 0:
            raise BundleRefused("closed", campaign)


def _parameters(held: HeldBundle, *, at: datetime) -> dict[str, Any]:
    """Everything that Stripe is told. The metadata lead back from any object of Stripe's to the bundle."""
    bundle = held.bundle
    with override(bundle.language):
        names = [pledge.campaign.heading for pledge in held.pledges]
        back = settings.SITE_URL + reverse("bundle")
    chosen = "&".join(f"c={pledge.campaign.slug}" for pledge in held.pledges)
    lines = [
        {
            "quantity": 1,
            "price_data": {
                "currency": bundle.currency.lower(),
                "unit_amount": pledge.total,
                "product_data": {"name": name},
            },
        }
        for pledge, name in zip(held.pledges, names, strict=True)
    ]
    metadata = {"genseki_bundle": str(bundle.pk)}
    return {
        "mode": "payment",
        "submit_type": "pay",
        "locale": bundle.language,
        "client_reference_id": f"bundle-{bundle.pk}",
        "customer_email": bundle.email,
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "line_items": lines,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int((at + PAGE_LIVES).timestamp()),
        "success_url": f"{bundle_address(bundle)}?back=1",
        "cancel_url": f"{back}?cancelled=1&{chosen}",
    }
