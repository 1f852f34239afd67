"""Write down that money shall go back. The clock carries it out (`carry_out_refunds`)."""

from datetime import datetime

from django.db.models import Sum

from campaigns import attempts
from campaigns.models import Attempt, Pledge


class NothingToGiveBack(Exception):
    """The pledge was not paid, or all of it is already on its way back."""


def plan_refund(pledge: Pledge, *, amount: int, reason: str, at: datetime) -> Attempt:
    """Call it inside the transaction that holds the pledge's row. `amount` is minor units of what was charged.

    Together with what is planned already it never exceeds what was paid. Raises NothingToGiveBack.
    """
    open_refunds = pledge.attempts.filter(
        kind=Attempt.Kind.REFUND, state__in=(Attempt.State.PLANNED, Attempt.State.UNKNOWN)
    )
    on_its_way = int(open_refunds.aggregate(sum=Sum("amount"))["sum"] or 0)
    left = pledge.total - pledge.refunded - on_its_way
    if not pledge.charge_id or amount <= 0 or amount > left:
        raise NothingToGiveBack(f"{amount} of {left} that is left of pledge {pledge.pk}")
    parameters = {
        "payment_intent": pledge.payment_intent_id,
        "amount": amount,
        "metadata": {"genseki_pledge": str(pledge.pk), "genseki_reason": reason},
    }
    return attempts.plan(pledge, Attempt.Kind.REFUND, parameters, at=at, amount=amount, reason=reason)
