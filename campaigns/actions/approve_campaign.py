"""The staff agree that a campaign may open."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.open_campaign import open_when_agreed
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign


class StaffOnly(Exception):
    """Somebody who is not on the staff tried to decide."""


def approve_campaign(campaign: Campaign, *, at: datetime, by: User) -> Campaign:
    """Opens it at once when the trainer has accepted; else it opens when they do.

    Raises StaffOnly, NotPossibleNow, and what `open_campaign` raises; then nothing was approved.
    """
    if not by.is_staff:
        raise StaffOnly
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.stage != Stage.REVIEW:
            raise NotPossibleNow("Only a campaign in review can be approved.")
        held.approved_at = held.approved_at or at
        held.save(update_fields=["approved_at"])
        if not open_when_agreed(held, at=at, by=by):
            _tell_organiser(held, at=at)
    held.refresh_from_db()
    return held


def _tell_organiser(campaign: Campaign, *, at: datetime) -> None:
    """Only while something is still missing: that it has opened is a mail of its own."""
    with override(campaign.language):
        address = settings.SITE_URL + reverse("my_campaigns")
        heading = campaign.heading
    queue_mail(
        key=f"approved:{campaign.pk}:{campaign.stage_version}",
        to=campaign.organiser.email,
        language=campaign.language,
        template="approved",
        at=at,
        context={"campaign": heading, "my_campaigns_url": address},
    )
