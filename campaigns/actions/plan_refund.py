"""Write down that money shall go back. The clock carries it out (`carry_out_refunds`)."""

from datetime import datetime
from typing import Any

from django.db.models import Sum

from campaigns import attempts
from campaigns.models import Attempt, Pledge
from campaigns.models.going_back import refunds_going_back

DISPUTED = "charge_disputed"  # Stripe's code.
# A supporter's share of what is left: of work that was given up, and of what its trainer is not paid. The last is a
# share that is made again: it is counted as the same one.
GIVEN_UP, NOT_PAID_OUT, AGAIN = "abandoned", "not-paid-out", "owed"
SHARES = (GIVEN_UP, NOT_PAID_OUT)


class NothingToGiveBack(Exception):
    """The pledge was not paid, or all of it is already on its way back."""


def plan_refund(
    pledge: Pledge, *, reason: str, at: datetime, amount: int | None = None, by: str = "", note: str = ""
) -> Attempt:
    """Call it inside the transaction that holds the pledge's row.

    `amount` is minor units of what was charged; without it, everything goes back that is not on its way already.
    Together with what is planned it never exceeds what was paid. While a dispute is open, the refund waits until it is
    over. `by` ("user 7") and `note` are kept with the refund, here and at Stripe. Raises NothingToGiveBack.
    """
    left = left_to_give_back(pledge)
    back = left if amount is None else amount
    if not pledge.charge_id or back <= 0 or back > left:
        raise NothingToGiveBack(f"{back} of {left} that is left of pledge {pledge.pk}")
    parameters: dict[str, Any] = {
        "payment_intent": pledge.payment_intent_id,
        "amount": back,
        "metadata": {"genseki_pledge": str(pledge.pk), "genseki_reason": reason[:100]},
    }
    told = {"genseki_by": by[:100], "genseki_note": note[:300]}
    parameters["metadata"] |= {name: value for name, value in told.items() if value}
    return attempts.plan(pledge, Attempt.Kind.REFUND, parameters, at=at, amount=back, reason=reason[:60])


def plan_again_what_came_to_nothing(pledge: Pledge, attempt: Attempt, *, at: datetime) -> None:
    """Plan anew, with a new key, what a look at Stripe found no trace of, as far as there is any left to give back.

    Call it inside the transaction that holds the pledge's row and has concluded the attempt. What comes to nothing ever
    again is asked for ever less often.
    """
    told = attempt.parameters["metadata"]
    by, note = told.get("genseki_by", ""), told.get("genseki_note", "")
    amount = min(attempt.amount or 0, left_to_give_back(pledge))
    try:
        anew = plan_refund(pledge, reason=attempt.reason, at=at, amount=amount, by=by, note=note)
    except NothingToGiveBack:
        return
    before = pledge.attempts.filter(kind=Attempt.Kind.REFUND, error=attempts.NOTHING)
    if (times := before.count()) > 1:
        anew.next_at = at + attempts.rest_after(times, before.earliest("sequence").sent_at, at=at)
        anew.save(update_fields=["next_at"])


def left_to_give_back(pledge: Pledge) -> int:
    """What is neither back nor on its way back, of all that was charged; minor units."""
    leaving = refunds_going_back().filter(pledge=pledge).aggregate(sum=Sum("amount"))["sum"]
    return pledge.total - pledge.refunded - int(leaving or 0)


def plan_again_what_was_disputed(pledge: Pledge, *, at: datetime) -> bool:
    """Once a dispute is over: a refund that Stripe refused because of it is planned anew, as far as there is any left.

    Call it inside the transaction that holds the pledge's row.
    """
    refused = pledge.attempts.filter(kind=Attempt.Kind.REFUND).order_by("-sequence").first()
    if refused is None or refused.state != Attempt.State.FAILED or not refused.error.startswith(DISPUTED):
        return False
    amount = min(refused.amount or 0, left_to_give_back(pledge))
    try:
        # A share that is planned anew is no second share.
        reason = AGAIN if refused.reason in SHARES else refused.reason
        plan_refund(pledge, reason=reason, at=at, amount=amount)
    except NothingToGiveBack:
        return False
    return True
