"""Write down that money shall go back. The clock carries it out (`carry_out_refunds`)."""

from datetime import datetime

from django.db.models import Sum

from campaigns import attempts
from campaigns.models import Attempt, Pledge


class NothingToGiveBack(Exception):
    """The pledge was not paid, or all of it is already on its way back."""


def plan_refund(pledge: Pledge, *, reason: str, at: datetime, amount: int | None = None) -> Attempt:
    """Call it inside the transaction that holds the pledge's row.

    `amount` is minor units of what was charged; without it, everything goes back that is not on its way already.
    Together with what is planned it never exceeds what was paid. Raises NothingToGiveBack.
    """
    open_refunds = pledge.attempts.filter(kind=Attempt.Kind.REFUND, state__in=Attempt.OPEN)
    on_its_way = int(open_refunds.aggregate(sum=Sum("amount"))["sum"] or 0)
    left = pledge.total - pledge.refunded - on_its_way
    back = left if amount is None else amount
    if not pledge.charge_id or back <= 0 or back > left:
        raise NothingToGiveBack(f"{back} of {left} that is left of pledge {pledge.pk}")
    parameters = {
        "payment_intent": pledge.payment_intent_id,
        "amount": back,
        "metadata": {"genseki_pledge": str(pledge.pk), "genseki_reason": reason[:100]},
    }
    return attempts.plan(pledge, Attempt.Kind.REFUND, parameters, at=at, amount=back, reason=reason[:60])
