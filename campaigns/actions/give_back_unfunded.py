"""Fourteen days after a campaign ended below its goal, with no word from the trainer, everybody gets the money back."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from campaigns import attempts, ledger
from campaigns.actions.forget_cards import plan_to_forget
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.publish_update import AlreadyTold, publish_update
from campaigns.actions.tell_of_promise import tell_of_promise
from campaigns.lifecycle import Kind, Stage
from campaigns.locks import hold_campaign, share_campaign
from campaigns.models import Attempt, Campaign, Pledge, Update

WAIT = timedelta(days=14)
PLAN_AGAIN_AFTER, MOST_PLANS = timedelta(days=1), 6
log = logging.getLogger(__name__)


def give_back_unfunded(*, at: datetime) -> int:
    """How many campaigns were given back. The refunds themselves are made by `carry_out_refunds`.

    One campaign that cannot be given back does not stop the others. All-or-nothing ones have nothing to give back.
    """
    waiting = Campaign.objects.filter(stage=Stage.UNFUNDED, closed_at__lte=at - WAIT, kind=Kind.KEEP)
    given_back = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                campaign = hold_campaign(pk)
                if campaign.stage == Stage.UNFUNDED:
                    give_everything_back(campaign, reason="not-reached", at=at, by="clock")
                    given_back += 1
        except Exception:
            log.exception("Campaign %s could not be given back; the next sweep tries again", pk)
    return given_back


def give_everything_back(campaign: Campaign, *, reason: str, at: datetime, by: str) -> None:
    """Cancel a campaign, plan the refund of every pledge that was paid, and let go of every card that is saved.

    Call it while the campaign is held.
    """
    move_campaign(campaign, Stage.CANCELLED, at=at, by=by, reason=reason)
    paid = Pledge.objects.select_for_update().filter(campaign=campaign, state=Pledge.State.PAID).order_by("pk")
    for pledge in paid:
        try:
            plan_refund(pledge, reason=reason, at=at)
        except NothingToGiveBack:
            continue
    _let_go(campaign, at=at)
    # Nobody shall pay at a page that is still open: the sweep over the pledges closes it.
    Pledge.objects.filter(campaign=campaign, state__in=Pledge.UNDER_WAY).update(check_at=at)
    try:
        publish_update(campaign, Update.Kind.CANCELLED, at=at, data={"reason": reason})
    except AlreadyTold:
        pass


def _let_go(campaign: Campaign, *, at: datetime) -> None:
    """Nothing was charged to these, and nothing will be. A page for another card is closed by the sweep."""
    saved = Pledge.objects.select_for_update(of=("self",)).select_related("campaign")
    for pledge in saved.filter(campaign=campaign, state=Pledge.State.SAVED).order_by("pk"):
        pledge.state, pledge.ended_at, pledge.check_at = Pledge.State.RELEASED, at, at
        pledge.save(update_fields=["state", "ended_at", "check_at"])
        plan_to_forget(pledge, pledge.payment_method_id, at=at)
        tell_of_promise(pledge, "released_cancelled", at=at)


def give_back_what_is_owed(*, at: datetime) -> int:
    """Plan a refund again that Stripe refused or that bounced, once a day; how many were planned.

    That is what a cancelled campaign owes, and what came too late. After a few days it is left to people.
    """
    refunds = Attempt.objects.filter(pledge=OuterRef("pk"), kind=Attempt.Kind.REFUND)
    under_way = refunds.filter(Q(state__in=Attempt.OPEN) | Q(answered_at__gt=at - PLAN_AGAIN_AFTER))
    owed = Pledge.objects.filter(Q(came_late=True) | Q(campaign__stage=Stage.CANCELLED), state=Pledge.State.PAID)
    owed = owed.filter(~Exists(under_way)).annotate(
        plans=Count("attempts", filter=Q(attempts__kind=Attempt.Kind.REFUND) & ~Q(attempts__error=attempts.NOTHING))
    )
    planned = 0
    for pledge in owed.order_by("pk"):
        log.error("Pledge %s is still to be given back, after %s refunds", pledge.pk, pledge.plans)
        planned += pledge.plans < MOST_PLANS and _plan_again(pledge, at=at)
    return planned


def _plan_again(pledge: Pledge, *, at: datetime) -> bool:
    with transaction.atomic():
        share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        if ledger.forbids_refund(pledge):
            return False
        try:
            plan_refund(pledge, reason="owed", at=at)
        except NothingToGiveBack:
            return False
    return True
