"""Give a campaign back to its organiser, so that it can be changed: by the staff with a reason, or by the organiser."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign
from campaigns.models.campaigns import new_token


class ReasonMissing(Exception):
    """The staff return a campaign with a reason, since somebody has to mend it."""


class NotYours(Exception):
    """Neither its organiser nor the staff."""


def return_to_draft(campaign: Campaign, *, reason: str, at: datetime, by: User) -> Campaign:
    """review -> draft. All agreement is void: what was agreed to may change. Raises ReasonMissing, NotPossibleNow."""
    own = by == campaign.organiser
    if not own and not by.is_staff:
        raise NotYours
    if not own and not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.stage != Stage.REVIEW:
            raise NotPossibleNow("Only a campaign in review can be given back.")
        move_campaign(held, Stage.DRAFT, at=at, by=f"user {by.pk}", reason=reason)
        _forget_agreement(held)
        if not own:
            _tell_organiser(held, reason, at=at)
    return held


def _forget_agreement(campaign: Campaign) -> None:
    """A trainer who had agreed is asked anew, by a new link; the old one would agree to what they have not seen."""
    if campaign.trainer_accepted_at is not None and campaign.trainer_email:
        campaign.trainer_token = new_token()
    campaign.trainer, campaign.trainer_accepted_at, campaign.approved_at = None, None, None
    campaign.save(update_fields=["trainer", "trainer_accepted_at", "approved_at", "trainer_token"])
    campaign.promises.update(before="", planned="")


def _tell_organiser(campaign: Campaign, reason: str, *, at: datetime) -> None:
    with override(campaign.language):
        address = settings.SITE_URL + reverse("campaign_edit", args=[campaign.slug])
        heading = campaign.heading
    queue_mail(
        key=f"returned:{campaign.pk}:{campaign.stage_version}",
        to=campaign.organiser.email,
        language=campaign.language,
        template="returned",
        at=at,
        context={"campaign": heading, "reason": reason, "edit_url": address},
    )
