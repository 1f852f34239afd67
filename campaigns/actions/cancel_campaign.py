"""Cancel a campaign before any payout: everybody gets everything back."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.give_back_unfunded import give_everything_back
from campaigns.lifecycle import NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign


def cancel_campaign(campaign: Campaign, *, at: datetime, by: str, reason: str) -> None:
    """Raises NotPossibleNow when it has not opened yet, is closing, in training, released or over."""
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if not held.is_public:
            raise NotPossibleNow("What has not opened is nobody's business, and a cancelled campaign is everybody's.")
        give_everything_back(held, reason=reason, at=at, by=by)
    campaign.refresh_from_db()
