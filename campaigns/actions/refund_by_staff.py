"""The staff give back: one pledge, a part of one, or all of a campaign's, at any time."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.locks import hold_campaign, share_campaign
from campaigns.models import Attempt, Campaign, Pledge

REASON = "by-staff"


@dataclass(frozen=True, slots=True)
class AllRefunds:
    """How many refunds were planned, and of how many pledges everything was on its way back before."""

    planned: int
    on_their_way: int


def refund_by_staff(pledge: Pledge, *, by: User, note: str, at: datetime, amount: int | None = None) -> Attempt:
    """Plan that a pledge goes back, or `amount` minor units of it. Raises NothingToGiveBack when that is too much.

    After a payout the platform decides: what is missing then is got back from the trainer, or is its own loss.
    """
    with transaction.atomic():
        share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        return plan_refund(pledge, reason=REASON, at=at, amount=amount, by=f"user {by.pk}", note=note)


def refund_all(campaign: Campaign, *, by: User, note: str, at: datetime) -> AllRefunds:
    """Plan that everything goes back that was paid. Whoever presses a second time finds it on its way."""
    planned = on_their_way = 0
    with transaction.atomic():
        hold_campaign(campaign.pk)
        paid = Pledge.objects.select_for_update().filter(campaign=campaign, state=Pledge.State.PAID).order_by("pk")
        for pledge in paid:
            try:
                plan_refund(pledge, reason=REASON, at=at, by=f"user {by.pk}", note=note)
                planned += 1
            except NothingToGiveBack:
                on_their_way += 1
    return AllRefunds(planned, on_their_way)
