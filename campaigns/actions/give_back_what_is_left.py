"""What is left goes back to everybody in proportion, to the last minor unit: of work that was given up, and of what
its trainer is not paid."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from campaigns import ledger, money
from campaigns.actions.notice_doubts import is_refused, refused_campaigns
from campaigns.actions.plan_refund import AGAIN, GIVEN_UP, NOT_PAID_OUT, SHARES, left_to_give_back, plan_refund
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, Campaign, JournalEntry, Payout, Pledge, Posting
from campaigns.models.ledger import Account

PLAN_AGAIN_AFTER, MOST_PLANS = timedelta(days=1), 6
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
    reason = GIVEN_UP if campaign.stage == Stage.ABANDONED else NOT_PAID_OUT
    for pk, share in shares.items():
        plan_refund(pledges[pk], reason=reason, at=at, amount=share)
    return shares


def give_back_what_abandoned_campaigns_owe(*, at: datetime) -> int:
    """What bounced is planned again, once a day and some days long, and what came in since then is shared out, where
    the work was given up or the staff refused to pay its trainer.

    How many refunds were planned. One campaign that cannot be given back does not stop the others.
    """
    planned = 0
    for pk in list(_sharing_out().values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                campaign = hold_campaign(pk)
                planned += sum(_plan_again(pledge, at=at) for pledge in _whose_share_bounced(campaign))
                if campaign.stage == Stage.ABANDONED or is_refused(campaign):
                    planned += len(give_back_what_is_left(campaign, at=at))
        except Exception:
            log.exception("What campaign %s has left could not be given back; the next sweep tries again", pk)
    return planned


def _sharing_out() -> QuerySet[Campaign]:
    got_shares = Attempt.objects.filter(kind=Attempt.Kind.REFUND, reason__in=SHARES).values("pledge__campaign")
    ends = Q(stage=Stage.ABANDONED) | Q(pk__in=got_shares) | Q(pk__in=refused_campaigns())
    return Campaign.objects.filter(ends).order_by("pk")


def what_is_left(campaign: Campaign) -> int:
    """What nobody else has a claim on, and is not on its way back or owed to somebody already; never below nothing."""
    paid = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID, came_late=False)
    # Nothing is due to the others, and there may be thousands of them.
    shares = Attempt.objects.filter(kind=Attempt.Kind.REFUND, reason__in=SHARES, pledge__campaign=campaign)
    with_a_share = paid.filter(pk__in=shares.values("pledge"))
    return max(ledger.available(campaign) - sum(still_due(pledge) for pledge in with_a_share), 0)


def still_due(pledge: Pledge) -> int:
    """How much of a pledge's share was planned and has not come back: a refund that bounced or was refused.

    What the staff gave back since then instead of it, by hand or at Stripe's dashboard, counts as come back.
    """
    ours = pledge.attempts.filter(kind=Attempt.Kind.REFUND)
    shares = ours.filter(reason__in=SHARES)
    first = shares.order_by("sequence").first()
    if first is None:
        return 0
    bounced = JournalEntry.objects.filter(kind=JournalEntry.Kind.REFUND_FAILED, pledge=pledge).values("external_ref")
    since = ours.filter(sequence__gte=first.sequence).exclude(state=Attempt.State.FAILED)
    got = _sum(since.exclude(stripe_id__in=bounced)) + _given_at_the_dashboard(pledge, since=first.planned_at)
    return max(min(_sum(shares) - got, left_to_give_back(pledge)), 0)


def _given_at_the_dashboard(pledge: Pledge, *, since: datetime) -> int:
    ours = pledge.attempts.filter(kind=Attempt.Kind.REFUND).exclude(stripe_id="").values("stripe_id")
    # Stripe's clock knows whole seconds.
    of_pledge = JournalEntry.objects.filter(pledge=pledge, at__gte=since.replace(microsecond=0))
    bounced = of_pledge.filter(kind=JournalEntry.Kind.REFUND_FAILED).values("external_ref")
    theirs = of_pledge.filter(kind=JournalEntry.Kind.REFUND).exclude(external_ref__in=ours)
    theirs = theirs.exclude(external_ref__in=bounced)
    gone = Posting.objects.filter(entry__in=theirs, account=Account.REFUNDS).aggregate(sum=Sum("amount"))["sum"]
    return -int(gone or 0)


def _sum(attempts: QuerySet[Attempt]) -> int:
    return int(attempts.aggregate(sum=Sum("amount"))["sum"] or 0)


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
