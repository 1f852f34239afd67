"""What an answer of Stripe's means for the attempt that asked for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.attempts import KEY_LIVES, NOTHING, rest_after
from campaigns.charging.calls import Answer, Job
from campaigns.models import Attempt
from campaigns.stripe_gateway import CardDeclined, Hold, StripeRefuses

#: By so much Stripe's clock and the database's may differ.
CLOCKS_DIFFER = timedelta(minutes=10)
#: The intent is not as the call wants it: somebody was faster, or the hold has ended by itself.
NOT_AS_EXPECTED = ("payment_intent_unexpected_state", "charge_already_captured")
#: The statuses in which an intent is once a call of a kind was made.
DONE = {
    Attempt.Kind.AUTHORISE: ("requires_capture", "succeeded", "processing"),
    Attempt.Kind.CAPTURE: ("succeeded", "processing"),
    Attempt.Kind.RELEASE: ("canceled",),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` and `next_at` are for the attempt; `hold` how the intent stands now, if Stripe has said it.

    `refused` is the code of a refusal and `intent` what it left at Stripe; `is_final` that Stripe advises against
    another try, or that what was asked makes no sense.
    """

    state: str
    next_at: datetime | None = None
    hold: Hold | None = None
    error: str = ""
    refused: str = ""
    intent: str = ""
    is_final: bool = False


def is_to_be_looked_at(error: Exception | None) -> bool:
    return isinstance(error, StripeRefuses) and error.code in NOT_AS_EXPECTED


def outcome_of(answer: Answer, *, at: datetime) -> Outcome:
    if answer.hold is not None:
        return _of_hold(answer.job, answer.hold)
    error = answer.error
    if isinstance(error, StripeRefuses) and not answer.job.look:
        final = not isinstance(error, CardDeclined) or error.advice == "do_not_try_again"
        intent = error.intent if isinstance(error, CardDeclined) else ""
        return Outcome(Attempt.State.FAILED, error=str(error), refused=error.code, intent=intent, is_final=final)
    return _of_silence(answer, at=at)


def _of_hold(job: Job, hold: Hold) -> Outcome:
    attempt = job.attempt
    if hold.status in DONE[Attempt.Kind(attempt.kind)]:
        return Outcome(Attempt.State.SUCCEEDED, hold=hold)
    if attempt.kind == Attempt.Kind.AUTHORISE and hold.status != "canceled" and not _is_of_before(job, hold):
        # Found by a look, or answered without an error: no hold was placed, and the intent says why.
        code = hold.declined or "authentication_required"
        return Outcome(
            Attempt.State.FAILED,
            error=code,
            refused=code,
            intent=hold.id,
            is_final=hold.advice == "do_not_try_again",
        )
    # An intent is captured or let go once at most, so after this look it is safe to ask anew.
    return Outcome(Attempt.State.FAILED, hold=hold, error=f"{NOTHING}: {hold.status}")


def _is_of_before(job: Job, hold: Hold) -> bool:
    """A look at a payment that was tried before shows that older refusal: of this call Stripe has nothing."""
    sent, asked = job.attempt.sent_at, hold.asked_at
    return job.look and sent is not None and asked is not None and asked < sent - CLOCKS_DIFFER


def _of_silence(answer: Answer, *, at: datetime) -> Outcome:
    job, attempt = answer.job, answer.job.attempt
    is_over = job.spent or (attempt.sent_at is not None and at - attempt.sent_at > KEY_LIVES)
    if job.look and answer.error is None and is_over:
        return Outcome(Attempt.State.FAILED, error=NOTHING)
    next_at = at + rest_after(max(attempt.tries - 1, 0), attempt.sent_at, at=at)
    return Outcome(Attempt.State.UNKNOWN, next_at=next_at, error=str(answer.error or f"{NOTHING} yet"))
