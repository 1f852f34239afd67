"""Get Stripe's hosted page for a pledge. Nothing is charged until the supporter pays there."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns import attempts, money, stripe_gateway
from campaigns.lifecycle import GIVING
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import Checkout, StripeBusy, StripeRefuses, StripeSilent

PAGE_LIVES = timedelta(minutes=32)  # Stripe wants at least 30 minutes from the moment it gets the request.
LEARN_AFTER = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=10)


class CheckoutUnavailable(Exception):
    """Stripe's page could not be had. Nothing was charged."""


def open_checkout(pledge: Pledge, *, at: datetime) -> str:
    """The address to send the supporter to. A form sent twice leads to the same page; a paid pledge to its thanks."""
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)
        if pledge.state == Pledge.State.CHECKOUT and pledge.session_url:
            return pledge.session_url
        if pledge.state != Pledge.State.CREATED:
            return thanks_address(pledge)
        campaign = pledge.campaign
        over = campaign.deadline is None or campaign.deadline <= at
        if stage not in GIVING or over or campaign.giving_paused:
            raise CheckoutUnavailable("The campaign takes no coins at the moment.")
        asked = _parameters(pledge, at=at)
        attempt = attempts.plan(pledge, Attempt.Kind.CHECKOUT, asked, at=at, amount=pledge.total, once=True)
        # If the answer is lost, or this process dies, the sweep learns what became of the page.
        pledge.check_at = at + LEARN_AFTER
        pledge.save(update_fields=["check_at"])
    try:
        page = attempts.carry_out(attempt, _create, at=at)
    except (StripeSilent, StripeBusy, StripeRefuses, attempts.TooLateToRepeat) as error:
        raise CheckoutUnavailable(str(error)) from error
    remember_checkout(pledge, page, at=at)
    return page.url


def remember_checkout(pledge: Pledge, page: Checkout, *, at: datetime) -> None:
    """Tie Stripe's page to its pledge, once; the sweep looks after it when it has run out."""
    Pledge.objects.filter(pk=pledge.pk, state=Pledge.State.CREATED).update(
        state=Pledge.State.CHECKOUT,
        session_id=page.id,
        session_url=page.url,
        session_expires_at=page.expires_at,
        check_at=page.expires_at + timedelta(minutes=1),
    )


def learn_checkout(pledge: Pledge, *, at: datetime) -> bool:
    """Learn what became of a page whose answer was lost, without a second page; False when there is none: it is over.

    Raises the gateway's StripeSilent and StripeBusy while it cannot be known.
    """
    with transaction.atomic():
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        attempt = pledge.attempts.filter(kind=Attempt.Kind.CHECKOUT).order_by("-sequence").first()
        if pledge.state != Pledge.State.CREATED:
            return True
        if attempt is None or attempt.state == Attempt.State.FAILED:
            pledge.state, pledge.check_at = Pledge.State.EXPIRED, None
            pledge.save(update_fields=["state", "check_at"])
            return False
    page = _page_of(attempt, at=at)
    if page is None:
        return learn_checkout(pledge, at=at)
    remember_checkout(pledge, page, at=at)
    return True


def _page_of(attempt: Attempt, *, at: datetime) -> Checkout | None:
    """By its id, by the same call with the same key, or by a look at Stripe. None, and the attempt failed, for none."""
    if attempt.stripe_id:
        return stripe_gateway.checkout(attempt.stripe_id)
    try:
        return attempts.carry_out(attempt, _create, at=at)
    except StripeRefuses:
        return None
    except attempts.TooLateToRepeat:
        sent = attempt.sent_at or attempt.planned_at
        until = sent + attempts.KEY_LIVES + CLOCKS_DIFFER
        made = stripe_gateway.checkout_for(str(attempt.pledge_id), since=sent - CLOCKS_DIFFER, until=until)
        attempts.conclude(attempt, made.id if made else "", at=at)
        return made


def close_page(session_id: str) -> None:
    """Expire a page at Stripe. One that was paid or ran out in this very moment stays as it is: look which."""
    try:
        stripe_gateway.expire_checkout(session_id)
    except StripeRefuses:
        pass


def thanks_address(pledge: Pledge) -> str:
    with override(pledge.language):
        return settings.SITE_URL + reverse("thanks", args=[pledge.token])


def _create(parameters: dict[str, Any], key: str) -> Checkout:
    return stripe_gateway.create_checkout(parameters, key=key)


def _parameters(pledge: Pledge, *, at: datetime) -> dict[str, Any]:
    """Everything that Stripe is told. The metadata lead back from any object of Stripe's to the pledge."""
    campaign = pledge.campaign
    with override(pledge.language):
        back = settings.SITE_URL + reverse("give", args=[campaign.slug])
        name = campaign.heading
    metadata = {"genseki_pledge": str(pledge.pk), "genseki_campaign": campaign.slug}
    return {
        "mode": "payment",
        "submit_type": "pay",
        "locale": pledge.language,
        "client_reference_id": str(pledge.pk),
        "customer_email": pledge.email,
        "allowed_payment_method_types": ["card"],
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
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "transfer_group": f"campaign-{campaign.pk}"},
        "expires_at": int((at + PAGE_LIVES).timestamp()),
        "success_url": f"{thanks_address(pledge)}?back=1",
        "cancel_url": f"{back}?cancelled=1&amount={money.plain(pledge.amount, pledge.currency)}",
    }
