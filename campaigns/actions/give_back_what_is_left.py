"""Of an abandoned campaign, what is left goes back: to everybody in proportion, to the last minor unit."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from campaigns import ledger, money
from campaigns.actions.plan_refund import left_to_give_back, plan_refund
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, Campaign, JournalEntry, Payout, Pledge

PLAN_AGAIN_AFTER, MOST_PLANS = timedelta(days=1), 6
REASON, AGAIN = "abandoned", "owed"
log = logging.getLogger(__name__)


def give_back_what_is_left(campaign: Campaign, *, at: datetime) -> dict[int, int]:
    """Plan the refunds; {pledge's key: its share}, without shares of nothing. Call it while the campaign is held.

    Where nothing was ever paid out, everybody gets everything, and the platform bears the fees. A pledge whose dispute
    is open gets its share once that is over.
    """
    paid = Pledge.objects.select_for_update().filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    pledges = {one.pk: one for one in paid.order_by("pk") if not ledger.forbids_refund(one)}
    has_left = {pk: left_to_give_back(one) - still_due(one) for pk, one in pledges.items()}
    weights = {pk: left for pk, left in has_left.items() if left > 0}
    if _was_anything_paid_out(campaign):
        weights = money.shares(min(what_is_left(campaign), sum(weights.values())), weights)
    shares = {pk: share for pk, share in weights.items() if share > 0}
    for pk, share in shares.items():
        plan_refund(pledges[pk], reason=REASON, at=at, amount=share)
    return shares


def give_back_what_abandoned_campaigns_owe(*, at: datetime) -> int:
    """What bounced is planned again, once a day and some days long, and what came in since then is shared out.

    How many refunds were planned. One campaign that cannot be given back does not stop the others.
    """
    planned = 0
    for pk in list(Campaign.objects.filter(stage=Stage.ABANDONED).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                campaign = hold_campaign(pk)
                planned += sum(_plan_again(pledge, at=at) for pledge in _whose_share_bounced(campaign))
                planned += len(give_back_what_is_left(campaign, at=at))
        except Exception:
            log.exception("What campaign %s has left could not be given back; the next sweep tries again", pk)
    return planned


def what_is_left(campaign: Campaign) -> int:
    """What nobody else has a claim on, and is not on its way back or owed to somebody already; never below nothing."""
    now = ledger.payable(campaign)
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    leaving = Attempt.objects.filter(pledge__in=paid, kind=Attempt.Kind.REFUND, state__in=Attempt.OPEN)
    # All of a refund leaves, also the part of it that was added for the fee.
    left = now.available + now.leaving - int(leaving.aggregate(sum=Sum("amount"))["sum"] or 0)
    return max(left - sum(still_due(pledge) for pledge in paid), 0)


def still_due(pledge: Pledge) -> int:
    """How much of a pledge's share was planned and has not come back: a refund that bounced or was refused."""
    ours = pledge.attempts.filter(kind=Attempt.Kind.REFUND)
    shares = ours.filter(reason=REASON).aggregate(sum=Sum("amount"))["sum"]
    if not shares:
        return 0
    made = ours.filter(reason__in=(REASON, AGAIN))
    bounced = JournalEntry.objects.filter(kind=JournalEntry.Kind.REFUND_FAILED, pledge=pledge)
    good = made.exclude(state=Attempt.State.FAILED).exclude(stripe_id__in=bounced.values("external_ref"))
    got = good.aggregate(sum=Sum("amount"))["sum"]
    return max(min(int(shares) - int(got or 0), left_to_give_back(pledge)), 0)


def _whose_share_bounced(campaign: Campaign) -> list[Pledge]:
    paid = Pledge.objects.select_for_update().filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    return [pledge for pledge in paid.order_by("pk") if still_due(pledge) and not ledger.forbids_refund(pledge)]


def _plan_again(pledge: Pledge, *, at: datetime) -> bool:
    refunds = pledge.attempts.filter(kind=Attempt.Kind.REFUND)
    log.error("Pledge %s still has %s to come, after %s refunds", pledge.pk, still_due(pledge), refunds.count())
    if refunds.filter(answered_at__gt=at - PLAN_AGAIN_AFTER).exists() or refunds.count() >= MOST_PLANS:
        return False
    plan_refund(pledge, reason=AGAIN, at=at, amount=still_due(pledge))
    return True


def _was_anything_paid_out(campaign: Campaign) -> bool:
    return Payout.objects.filter(campaign=campaign).exclude(state=Payout.State.FAILED).exists()
