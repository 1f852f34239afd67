"""The platform bears what a trainer was paid too much and does not give back."""

from datetime import datetime

from django.db import transaction

from campaigns import ledger
from campaigns.actions.raise_alarm import close_alarm
from campaigns.locks import hold_campaign
from campaigns.models import Campaign


def bear_shortfall(campaign: Campaign, *, at: datetime, by: str) -> int:
    """How much was borne, in minor units; nothing when nothing is missing any more. `by` is "user 7" or "the clock"."""
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        missing = ledger.payable(held).missing
        if missing:
            ledger.post_shortfall(held, missing, at=at)
        close_alarm(key=f"shortfall:{held.pk}", at=at, by=by)
    return missing
