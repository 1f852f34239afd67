"""The money is there, and the trainer begins."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign, Update


def begin_training(campaign: Campaign, *, at: datetime, by: User) -> Update:
    """Raises NotPossibleNow unless the campaign is funded. Followers are told."""
    if campaign.stage != Stage.FUNDED:
        raise NotPossibleNow("Training begins when the campaign is funded.")
    with transaction.atomic():
        move_campaign(campaign, Stage.TRAINING, at=at, by=f"user {by.pk}")
        return publish_update(
            campaign, Update.Kind.TRAINING, at=at, author=by, data={"training_days": campaign.training_days}
        )
