"""Give money back: by the supporter until the close, by the clock for what must go back."""

import logging
from datetime import datetime

from django.db import transaction

from campaigns import attempts, stripe_gateway
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import RefundFact, StripeBusy, StripeRefuses, StripeSilent

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
            attempt = plan_refund(pledge, amount=pledge.total - pledge.refunded, reason="taken-back", at=at)
        except NothingToGiveBack:
            return pledge
    return carry_out_refund(attempt, at=at)


def carry_out_refund(attempt: Attempt, *, at: datetime) -> Pledge:
    """Ask Stripe for one planned refund, then let the ledger hear of it. Never raises: what failed is written down."""
    try:
        attempts.carry_out(attempt, _refund, at=at)
        return settle_pledge(attempt.pledge_id, at=at)
    except StripeRefuses as error:
        log.warning("Stripe refuses refund %s: %s", attempt.pk, error)
    except (StripeSilent, StripeBusy, attempts.TooLateToRepeat) as error:
        log.warning("Refund %s is not known to be made yet: %s", attempt.pk, error)
    return Pledge.objects.get(pk=attempt.pledge_id)


def carry_out_refunds(*, at: datetime, most: int = 100) -> int:
    """Make the planned refunds that are due; how many were tried."""
    due = Attempt.objects.filter(
        kind=Attempt.Kind.REFUND, state__in=(Attempt.State.PLANNED, Attempt.State.UNKNOWN), next_at__lte=at
    )[:most]
    for attempt in due:
        carry_out_refund(attempt, at=at)
    return len(due)


def _refund(parameters: dict[str, object], key: str) -> RefundFact:
    return stripe_gateway.refund(parameters, key=key)
