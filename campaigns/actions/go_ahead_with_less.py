"""A campaign ended below its goal, and the trainer does the work all the same."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from campaigns import ledger
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow, Stage, is_charged_at_the_close
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Update

TIME_TO_DECIDE = timedelta(days=14)


class TooLateToDecide(Exception):
    """The time to decide is over: everybody gets the money back."""


def go_ahead_with_less(campaign: Campaign, *, at: datetime, by: User) -> Update:
    """The trainer's decision. Raises NotPossibleNow unless it is unfunded, TooLateToDecide after 14 days.

    An all-or-nothing campaign that missed its goal has charged nobody, so there is nothing to go ahead with.
    """
    if campaign.stage != Stage.UNFUNDED or campaign.closed_at is None:
        raise NotPossibleNow("Only a campaign that ended below its goal can go ahead with less.")
    if is_charged_at_the_close(campaign.kind):
        raise NotPossibleNow("Nobody was charged for it, so there is nothing to go ahead with.")
    if at > campaign.closed_at + TIME_TO_DECIDE:
        raise TooLateToDecide
    with transaction.atomic():
        ledger.settle(hold_campaign(campaign.pk), at=at)
        move_campaign(campaign, Stage.TRAINING, at=at, by=f"user {by.pk}", reason="goes ahead with less")
        return publish_update(
            campaign,
            Update.Kind.TRAINING,
            at=at,
            author=by,
            data={"training_days": campaign.training_days, "with_less": True},
        )
