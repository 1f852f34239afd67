"""Mails about a card that was asked at a close: confirm it, it was declined, it failed, it was let go."""

from datetime import datetime

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from campaigns.actions.queue_mail import queue_mail
from campaigns.models import Pledge


def tell_of_card(pledge: Pledge, template: str, *, at: datetime, number: int | None = None) -> None:
    """`template` is confirm_card, card_declined, card_failed, released or match_unneeded.

    Each comes once, or once a `number`. Call it in the transaction that changes the pledge.
    """
    with override(pledge.language):
        context = {
            "campaign": pledge.campaign.heading,
            "campaign_url": settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug]),
            "total": pledge.total,
            "currency": pledge.currency,
            "confirm_url": settings.SITE_URL + reverse("confirm_hold", args=[pledge.token]),
            "thanks_url": settings.SITE_URL + reverse("thanks", args=[pledge.token]),
            "renew_url": settings.SITE_URL + _renewing(pledge),
            "until": pledge.confirm_until.isoformat() if pledge.confirm_until else "",
            "zone": pledge.campaign.zone,
        }
    key = f"confirm:{pledge.pk}:{number}" if number is not None else f"{template}:{pledge.pk}"
    queue_mail(key=key, to=pledge.email, language=pledge.language, template=template, at=at, context=context)


def _renewing(pledge: Pledge) -> str:
    try:
        return reverse("renew_card", args=[pledge.token])
    except NoReverseMatch:
        return reverse("thanks", args=[pledge.token])
