"""Cancel a campaign before any payout: everybody gets everything back."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.give_back_unfunded import give_everything_back
from campaigns.locks import hold_campaign
from campaigns.models import Campaign


def cancel_campaign(campaign: Campaign, *, at: datetime, by: str, reason: str) -> None:
    """Raises NotPossibleNow when it is closing, in training, released or over."""
    with transaction.atomic():
        give_everything_back(hold_campaign(campaign.pk), reason=reason, at=at, by=by)
    campaign.refresh_from_db()
