"""A promise is taken back by its supporter, which is possible until the close. Nothing was charged."""

from datetime import datetime

from django.db import transaction

from campaigns.actions.forget_cards import forget_now, plan_to_forget
from campaigns.actions.refund_pledge import TakeBackRefused
from campaigns.actions.tell_of_promise import tell_of_promise
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import Campaign, Pledge

MAY_BE_WITHDRAWN = (Pledge.State.CREATED, Pledge.State.CHECKOUT, Pledge.State.SAVED)


class WithdrawRefused(TakeBackRefused):
    """`reason` is closed (the deadline has passed or the close has begun) or nothing-promised."""


def can_withdraw(pledge: Pledge, *, at: datetime) -> bool:
    """Whether a page should offer it; `withdraw_pledge` looks again under the locks."""
    return pledge.charged_at_the_close and pledge.state in MAY_BE_WITHDRAWN and _is_open(pledge.campaign, at=at)


def withdraw_pledge(pledge: Pledge, *, at: datetime) -> Pledge:
    """Raises WithdrawRefused. Withdrawn twice is withdrawn once.

    If Stripe does not answer, the card stays planned to be forgotten, and the clock does it; a page that is still
    open is closed by the clock.
    """
    with transaction.atomic():
        share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=pledge.pk)
        if pledge.state == Pledge.State.WITHDRAWN:
            return pledge
        if not _is_open(pledge.campaign, at=at):
            raise WithdrawRefused("closed")
        if not can_withdraw(pledge, at=at):
            raise WithdrawRefused("nothing-promised")
        was_saved = pledge.state == Pledge.State.SAVED
        pledge.state, pledge.ended_at = Pledge.State.WITHDRAWN, at
        # The sweep closes its page, and forgets a card that is saved there in this very moment.
        pledge.check_at = at if pledge.session_id else None
        pledge.save(update_fields=["state", "ended_at", "check_at"])
        if was_saved:
            plan_to_forget(pledge, pledge.payment_method_id, at=at)
            tell_of_promise(pledge, "withdrawn", at=at)
    forget_now(pledge, at=at)
    return pledge


def _is_open(campaign: Campaign, *, at: datetime) -> bool:
    in_time = campaign.deadline is not None and campaign.deadline > at
    return campaign.stage in (Stage.OPEN, Stage.PAUSED) and in_time
