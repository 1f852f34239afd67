"""The mail that thanks for a payment, once for each."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.queue_mail import a_mail
from campaigns.models import OutboxMessage, Pledge


def receipt_of(pledge: Pledge, *, at: datetime) -> OutboxMessage:
    """It is not queued yet. The pledge says when it was paid."""
    with override(pledge.language):
        links = {
            "thanks_url": settings.SITE_URL + reverse("thanks", args=[pledge.token]),
            # What is charged at the close is charged when nothing can be taken back any more.
            "take_back_url": ""
            if pledge.charged_at_the_close
            else settings.SITE_URL + reverse("take_back", args=[pledge.token]),
            "campaign_url": settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug]),
        }
        heading = pledge.campaign.heading
    return a_mail(
        key=f"receipt:{pledge.pk}",
        to=pledge.email,
        language=pledge.language,
        template="receipt",
        at=at,
        context={
            "campaign": heading,
            "amount": pledge.amount,
            "covered_fee": pledge.covered_fee,
            "total": pledge.total,
            "currency": pledge.currency,
            "paid_at": (pledge.paid_at or at).isoformat(),
            "zone": pledge.campaign.zone,
            "reference": pledge.payment_intent_id,
            **links,
        },
    )
