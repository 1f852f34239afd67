"""Fourteen days after a campaign ended below its goal, with no word from the trainer, everybody gets the money back."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.publish_update import AlreadyTold, publish_update
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Pledge, Update

WAIT = timedelta(days=14)


def give_back_unfunded(*, at: datetime) -> int:
    """How many campaigns were given back. The refunds themselves are made by `carry_out_refunds`."""
    waiting = Campaign.objects.filter(stage=Stage.UNFUNDED, closed_at__lte=at - WAIT)
    given_back = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            campaign = hold_campaign(pk)
            if campaign.stage == Stage.UNFUNDED:
                give_everything_back(campaign, reason="not-reached", at=at, by="clock")
                given_back += 1
    return given_back


def give_everything_back(campaign: Campaign, *, reason: str, at: datetime, by: str) -> None:
    """Cancel a campaign and plan the refund of every pledge. Call it while the campaign is held."""
    move_campaign(campaign, Stage.CANCELLED, at=at, by=by, reason=reason)
    paid = Pledge.objects.select_for_update().filter(campaign=campaign, state=Pledge.State.PAID).order_by("pk")
    for pledge in paid:
        try:
            plan_refund(pledge, amount=pledge.total - pledge.refunded, reason=reason, at=at)
        except NothingToGiveBack:
            continue
    try:
        publish_update(campaign, Update.Kind.CANCELLED, at=at, data={"reason": reason})
    except AlreadyTold:
        pass
