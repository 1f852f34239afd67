"""The organiser gives a coin back: also after the close, while the money is there."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns import ledger
from campaigns.actions.plan_refund import left_to_give_back, plan_refund
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, Campaign, Pledge

REFUNDING = (Stage.OPEN, Stage.PAUSED, Stage.FUNDED, Stage.UNFUNDED, Stage.TRAINING)


class RefundRefused(Exception):
    """`reason` is not-now (the stage forbids it), not-paid, or ask-the-staff: the money is partly with the trainer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refund_by_organiser(pledge: Pledge, *, by: User, note: str, at: datetime) -> Attempt:
    """Plan that all of one pledge goes back. Raises RefundRefused, and NothingToGiveBack when it is on its way."""
    with transaction.atomic():
        campaign = hold_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        if campaign.stage not in REFUNDING:
            raise RefundRefused("not-now")
        if pledge.state != Pledge.State.PAID:
            raise RefundRefused("not-paid")
        if not is_the_money_there(campaign, pledge):
            raise RefundRefused("ask-the-staff")
        return plan_refund(pledge, reason="by-organiser", at=at, by=f"user {by.pk}", note=note)


def is_the_money_there(campaign: Campaign, pledge: Pledge) -> bool:
    """Whether a whole refund takes nothing that is the trainer's already. The fee is the platform's."""
    if not ledger.is_settled(campaign):
        return True
    if ledger.paid_to_trainer(campaign):
        return False
    return ledger.available(campaign) + (pledge.fee or 0) >= left_to_give_back(pledge)
