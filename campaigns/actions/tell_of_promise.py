"""The mails about a card that is saved for the close. Nothing was charged by any of them."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from campaigns.actions.checkout_parameters import thanks_address
from campaigns.actions.consent import latest_charge_day
from campaigns.actions.queue_mail import queue_mail
from campaigns.models import Pledge


def tell_of_promise(pledge: Pledge, template: str, *, at: datetime, key: str = "") -> None:
    """`template` names the mail: promised, withdrawn, too_late, released_cancelled, card_expires.

    Once for each pledge and `key`, in the transaction of what it tells of.
    """
    with override(pledge.language):
        take_back = settings.SITE_URL + reverse("take_back", args=[pledge.token])
        campaign_url = settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug])
        heading = pledge.campaign.heading
        day = date_format(latest_charge_day(pledge.campaign), "DATE_FORMAT")
    queue_mail(
        key=key or f"{template}:{pledge.pk}",
        to=pledge.email,
        language=pledge.language,
        template=template,
        at=at,
        context={
            "campaign": heading,
            "campaign_url": campaign_url,
            "amount": pledge.amount,
            "covered_fee": pledge.covered_fee,
            "total": pledge.total,
            "currency": pledge.currency,
            "latest_charge_day": day,
            "consent": pledge.consent_text,
            "thanks_url": thanks_address(pledge),
            "take_back_url": take_back,
            "withdraw_url": take_back,
            "renew_url": thanks_address(pledge),
        },
    )
