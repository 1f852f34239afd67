"""Take coins again after a pause."""

from datetime import datetime

from django.contrib.auth.models import User

from campaigns.actions.move_campaign import move_campaign
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign


def resume_campaign(campaign: Campaign, *, at: datetime, by: User) -> None:
    """Raises NotPossibleNow unless it is paused and its deadline is still to come."""
    if campaign.stage != Stage.PAUSED:
        raise NotPossibleNow("Only a paused campaign can go on.")
    if campaign.deadline is None or campaign.deadline <= at:
        raise NotPossibleNow("Its deadline has passed.")
    move_campaign(campaign, Stage.OPEN, at=at, by=f"user {by.pk}")
