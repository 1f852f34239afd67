"""Cancel a campaign before any payout: everybody gets everything back."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.give_back_unfunded import give_everything_back
from campaigns.actions.stop_payouts import stop_payouts
from campaigns.lifecycle import NotPossibleNow, Stage, is_charged_at_the_close
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Payout


def cancel_campaign(campaign: Campaign, *, at: datetime, by: str, reason: str) -> None:
    """Raises NotPossibleNow when it has not opened yet, is closing, in training, paid out in part, released or over."""
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if not held.is_public:
            raise NotPossibleNow("What has not opened is nobody's business, and a cancelled campaign is everybody's.")
        if held.stage == Stage.UNFUNDED and is_charged_at_the_close(held.kind):
            raise NotPossibleNow("It is over: it missed its goal, and nobody was charged.")
        stop_payouts(held, reason="cancelled")
        if Payout.objects.filter(campaign=held).exclude(state=Payout.State.FAILED).exists():
            raise NotPossibleNow("A part is paid out already, or on its way: what is left is given back by giving up.")
        give_everything_back(held, reason=reason, at=at, by=by)
    campaign.refresh_from_db()
