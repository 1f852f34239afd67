"""The staff decide where money goes that came in after the last part was paid: to the trainer, or to the supporters."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.approve_campaign import StaffOnly
from campaigns.actions.give_back_what_is_left import give_back_what_is_left
from campaigns.actions.notice_money_left import key_of, money_left
from campaigns.actions.plan_payouts import write_payout
from campaigns.actions.publish_update import publish_update
from campaigns.actions.raise_alarm import close_alarm
from campaigns.lifecycle import NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Payout, Update


def pay_what_came_later(campaign: Campaign, *, at: datetime, by: User) -> int:
    """Plan a further payment to the trainer, by the campaign's way; how much. It is held up as every other is.

    Raises StaffOnly, and NotPossibleNow when nothing is left to decide about.
    """
    with transaction.atomic():
        held, left = _hold(campaign, by)
        write_payout(held, Payout.Part.FURTHER, left, at=at, by=f"user {by.pk}")
        close_alarm(key=key_of(held), at=at, by=f"user {by.pk}")
    return left


def give_back_what_came_later(campaign: Campaign, *, at: datetime, by: User) -> int:
    """Plan that it goes back to everybody in proportion, and tell them; how much. Raises what the other one raises."""
    with transaction.atomic():
        held, _ = _hold(campaign, by)
        left = sum(give_back_what_is_left(held, at=at).values())
        close_alarm(key=key_of(held), at=at, by=f"user {by.pk}")
        publish_update(held, Update.Kind.AMENDED, at=at, data={"what": "came-later", "left": left})
    return left


def _hold(campaign: Campaign, by: User) -> tuple[Campaign, int]:
    if not by.is_staff:
        raise StaffOnly
    held = hold_campaign(campaign.pk)
    left = money_left(held)
    if not left:
        raise NotPossibleNow("Nothing is left there to decide about.")
    return held, left
