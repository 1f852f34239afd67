"""What Stripe says of a hold, merged into its pledge: placed, or ended without money. What was captured is a payment.

Any order, repetition or loss of events ends the same: a state only moves forward.
"""

from datetime import datetime, timedelta

from campaigns.actions.forget_cards import plan_to_forget
from campaigns.actions.tell_of_card import tell_of_card
from campaigns.models import Attempt, CloseStep, Pledge
from campaigns.stripe_gateway import PaymentFacts

State = Pledge.State
LOOK_AGAIN = timedelta(minutes=30)
#: The fields that merging may change, for those who write many pledges at once.
FIELDS = ("state", "payment_intent_id", "authorised_at", "confirm_until", "failure", "ended_at", "check_at")


def merge_hold(pledge: Pledge, facts: PaymentFacts, *, at: datetime) -> None:
    """Call it while the pledge is held; it is changed and not saved. The facts are checked, and have no charge."""
    if pledge.state not in Pledge.PROMISED:
        return
    if facts.status == "requires_capture" and pledge.state == State.SAVED:
        pledge.state, pledge.authorised_at = State.AUTHORISED, at
        pledge.confirm_until, pledge.failure, pledge.check_at = None, "", None
    elif facts.status == "canceled":
        _end(pledge, facts.ended_because, at=at)
    elif pledge.check_at is not None and pledge.check_at <= at:
        # Its holder may still be at the bank, and the news may get lost.
        pledge.check_at = at + LOOK_AGAIN if pledge.confirm_until else None


def fail(pledge: Pledge, code: str, *, at: datetime) -> None:
    """The card of a promised pledge could not be charged, for good; it is changed and not saved."""
    pledge.state, pledge.failure, pledge.ended_at = State.FAILED, code[:60], at
    pledge.confirm_until = pledge.check_at = None
    plan_to_forget(pledge, pledge.payment_method_id, at=at)
    tell_of_card(pledge, "card_failed", at=at)


def release(pledge: Pledge, *, at: datetime, tell: bool = True) -> None:
    """Nothing is charged, since nothing is needed; the pledge is changed and not saved."""
    pledge.state, pledge.ended_at = State.RELEASED, at
    pledge.confirm_until = pledge.check_at = None
    plan_to_forget(pledge, pledge.payment_method_id, at=at)
    if tell:
        tell_of_card(pledge, "released", at=at)


def _end(pledge: Pledge, because: str, *, at: datetime) -> None:
    """Whose doing it was: ours, since the campaign failed or the payer did not confirm, or the bank's or Stripe's."""
    if pledge.failure:
        fail(pledge, pledge.failure, at=at)
    elif pledge.attempts.filter(kind=Attempt.Kind.RELEASE).exists():
        if CloseStep.objects.filter(run__campaign_id=pledge.campaign_id, name="verdict").exists():
            release(pledge, at=at)
        else:
            # The time was over, or the holder confirmed in the very moment in which it was let go.
            fail(pledge, "time-over", at=at)
    else:
        fail(pledge, because or "hold-ended", at=at)
