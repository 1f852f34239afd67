"""Take no more coins for now. The deadline goes on."""

from datetime import datetime

from django.contrib.auth.models import User

from campaigns.actions.move_campaign import move_campaign
from campaigns.lifecycle import Stage
from campaigns.models import Campaign


def pause_campaign(campaign: Campaign, *, at: datetime, by: User, reason: str = "") -> None:
    """Raises NotPossibleNow unless it is open. Payments that are under way still count."""
    move_campaign(campaign, Stage.PAUSED, at=at, by=f"user {by.pk}", reason=reason)
