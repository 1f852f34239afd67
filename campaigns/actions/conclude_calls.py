"""Calls whose answer was lost, and whose effect Stripe has told of in another way, are over by that."""

from datetime import datetime

from campaigns import attempts
from campaigns.models import Attempt, Pledge

Kind, State = Attempt.Kind, Pledge.State

#: What Stripe must have done for a pledge to stand as it does.
DONE = {
    State.AUTHORISED: (Kind.AUTHORISE, Kind.CONFIRM),
    State.PAID: (Kind.AUTHORISE, Kind.CONFIRM, Kind.CAPTURE),
    State.REFUNDED: (Kind.AUTHORISE, Kind.CONFIRM, Kind.CAPTURE),
    State.RELEASED: (Kind.AUTHORISE, Kind.CONFIRM, Kind.RELEASE),
    State.FAILED: (Kind.RELEASE,),
}
#: What it can not have done.
UNDONE = {State.RELEASED: (Kind.CAPTURE,), State.FAILED: (Kind.AUTHORISE, Kind.CONFIRM, Kind.CAPTURE)}


def conclude_calls(pledge: Pledge, *, at: datetime) -> None:
    """Call it in the transaction that holds the pledge, once it stands as Stripe says. Nothing is asked for."""
    if pledge.session_id:
        # A page for another card is another page.
        for attempt in pledge.attempts.filter(kind=Kind.CHECKOUT, reason="", state__in=Attempt.OPEN):
            attempts.conclude(attempt, pledge.session_id, at=at)
    if not pledge.charged_at_the_close or not pledge.payment_intent_id:
        return
    state = State(pledge.state)
    for attempt in pledge.attempts.filter(kind__in=DONE.get(state, ()), state__in=Attempt.OPEN):
        # What waited for its time and was never sent has done nothing.
        attempts.conclude(attempt, pledge.payment_intent_id if attempt.sent_at else "", at=at)
    for attempt in pledge.attempts.filter(kind__in=UNDONE.get(state, ()), state__in=Attempt.OPEN):
        attempts.conclude(attempt, "", at=at)
