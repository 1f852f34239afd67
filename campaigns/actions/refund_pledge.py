"""Give money back: by the supporter until the close, by the clock for what must go back."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from campaigns import attempts, ledger, stripe_gateway
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.plan_refund import NothingToGiveBack, plan_again_what_came_to_nothing, plan_refund
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.failpoints import reach
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import RefundFact, StripeBusy, StripeRefuses, StripeSilent

CLOCKS_DIFFER = timedelta(minutes=10)
DISPUTES_TAKE = timedelta(hours=1)
log = logging.getLogger(__name__)


class TakeBackRefused(Exception):
    """`reason` is closed (the organiser can still refund it) or nothing-paid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def take_back(pledge: Pledge, *, at: datetime) -> Pledge:
    """The supporter takes a pledge back, which is possible until the close. Raises TakeBackRefused.

    If Stripe does not answer, the refund stays planned and the clock makes it.
    """
    with transaction.atomic():
        stage = share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        if stage not in (Stage.OPEN, Stage.PAUSED):
            raise TakeBackRefused("closed")
        if pledge.state != Pledge.State.PAID:
            raise TakeBackRefused("nothing-paid")
        try:
            attempt = plan_refund(pledge, reason="taken-back", at=at)
        except NothingToGiveBack:
            return pledge
    return carry_out_refund(attempt, at=at)


def carry_out_refund(attempt: Attempt, *, at: datetime) -> Pledge:
    """Ask Stripe for one planned refund, then let the ledger hear of it. Never raises: what failed is written down."""
    try:
        _make(attempt, at=at)
        return settle_pledge(attempt.of_pledge.pk, at=at)
    except (StripeSilent, StripeBusy, StripeRefuses, DoesNotMatch) as error:
        log.warning("Refund %s is not known to be made yet: %s", attempt.pk, error)
    return Pledge.objects.get(pk=attempt.of_pledge.pk)


def carry_out_refunds(*, at: datetime, most: int = 100) -> int:
    """Make the planned refunds that are due; how many were tried. One that cannot be made does not stop the others."""
    due = Attempt.objects.filter(kind=Attempt.Kind.REFUND, state__in=Attempt.OPEN, next_at__lte=at)
    tried = 0
    for attempt in list(due.order_by("next_at")[:most]):
        try:
            _make(attempt, at=at)
            settle_pledge(attempt.of_pledge.pk, at=at)
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); refunds wait", error)
            break
        except Exception:
            log.exception("Refund %s stopped; it is tried again", attempt.pk)
        tried += 1
    return tried


def _make(attempt: Attempt, *, at: datetime) -> None:
    """Make the call, or learn what became of it. A refusal is written down, and what Stripe knows is looked at next."""
    pledge = Pledge.objects.get(pk=attempt.of_pledge.pk)
    if attempt.sent_at is None and ledger.forbids_refund(pledge):
        # Stripe would refuse it, and remember that under this key.
        Attempt.objects.filter(pk=attempt.pk).update(next_at=at + DISPUTES_TAKE)
        return
    if attempt.sent_at is None and (attempt.amount or 0) > pledge.total - pledge.refunded:
        # Meanwhile the bank gave it back, in a dispute that was lost, or somebody did at Stripe's dashboard. Whoever
        # wants a whole coin back gets the rest of it; a part may have been meant to be just that other one.
        if attempt.amount == pledge.total:
            _conclude(attempt, "", at=at)
        else:
            attempts.conclude(attempt, "", at=at)
        return
    # The sweep looks at the pledge if this process dies, or Stripe falls silent, before the ledger has heard of it.
    Pledge.objects.filter(pk=attempt.of_pledge.pk).update(check_at=at)
    reach("refund.planned")
    try:
        attempts.carry_out(attempt, _refund, at=at)
        reach("refund.answer_written")
    except StripeRefuses as error:
        log.error("Stripe refuses refund %s of pledge %s: %s", attempt.pk, attempt.pledge_id, error)
    except attempts.TooLateToRepeat:
        _conclude(attempt, _made_already(attempt), at=at)


def _conclude(attempt: Attempt, stripe_id: str, *, at: datetime) -> None:
    """Write down what a look has shown. What came to nothing is planned anew, since whoever wanted it waits for it."""
    with transaction.atomic():
        share_campaign(attempt.of_pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=attempt.of_pledge.pk)
        attempts.conclude(attempt, stripe_id, at=at)
        if not stripe_id:
            plan_again_what_came_to_nothing(pledge, attempt, at=at)


def _made_already(attempt: Attempt) -> str:
    """The id of the refund that a lost call has made, or "". One of this amount that no other attempt made is ours."""
    told = set(attempt.of_pledge.attempts.values_list("stripe_id", flat=True))
    since = (attempt.sent_at or attempt.planned_at) - CLOCKS_DIFFER
    refunds = stripe_gateway.payment(str(attempt.parameters["payment_intent"])).refunds
    # Another coin of the same payment may go back at the same time; its refund says whose it is. What says nothing is
    # everybody's there: somebody made it at Stripe's dashboard.
    named = {str(attempt.pledge_id)} if attempt.of_pledge.bundle_id else {"", str(attempt.pledge_id)}
    mine = (one for one in refunds if one.pledge in named and one.id not in told)
    ours = (one.id for one in mine if one.amount == attempt.amount and one.created >= since)
    return next(ours, "")


def _refund(parameters: dict[str, object], key: str) -> RefundFact:
    made = stripe_gateway.refund(parameters, key=key)
    reach("refund.after_call")
    return made
