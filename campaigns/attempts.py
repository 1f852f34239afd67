"""Calls that move money: written down before they are made, and made again only with the same key.

A call whose answer was lost stays `unknown`. Within 23 hours the same key is sent again, since Stripe then answers
what it answered before. After that Stripe may have forgotten the key, and when it keeps an answer under it that says
nothing, the key is of no more use: then nothing is sent, and whoever made the attempt looks at Stripe for what became
of it, and writes that down (`conclude`).
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from campaigns.models import Attempt, Bundle, Payout, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

KEY_LIVES = timedelta(hours=23)
LOOK_AGAIN = timedelta(hours=1)
#: At first the tries follow each other closely: most silence is short, and somebody may be waiting.
EARLY, EARLY_REST, LONGEST_REST = timedelta(minutes=5), timedelta(seconds=15), timedelta(hours=1)
#: The error of an attempt of which a look at Stripe has found no trace, and that can never act any more.
NOTHING = "Stripe has nothing of it"
log = logging.getLogger(__name__)


class TooLateToRepeat(Exception):
    """The key is of no more use: Stripe may have forgotten it, or keeps an answer under it that says nothing.

    Look at Stripe, never send a new key on a guess.
    """


def plan(
    owner: Pledge | Bundle | Payout,
    kind: str,
    parameters: dict[str, Any],
    *,
    at: datetime,
    amount: int | None = None,
    reason: str = "",
    once: bool = False,
) -> Attempt:
    """A new attempt of a pledge, a bundle or a payout. Call it inside the transaction that holds its row.

    With `once`, the last attempt of this kind is taken up again unless it failed, with its own parameters: whoever
    comes before its answer was written down to the pledge gets the same answer from Stripe, and not a second thing.
    """
    last = owner.attempts.filter(kind=kind).order_by("-sequence").first()
    if once and last is not None and last.state != Attempt.State.FAILED:
        return last
    text = json.dumps(parameters, sort_keys=True, ensure_ascii=False)
    return owner.attempts.create(
        kind=kind,
        sequence=1 if last is None else last.sequence + 1,
        idempotency_key=f"genseki-{kind}-{uuid.uuid4()}",
        parameters=parameters,
        parameters_hash=hashlib.sha256(text.encode()).hexdigest(),
        amount=amount,
        reason=reason,
        planned_at=at,
        next_at=at,
    )


def carry_out[T](attempt: Attempt, call: Callable[[dict[str, Any], str], T], *, at: datetime) -> T:
    """Make the call outside every transaction, and write down how it ended.

    Raises what the gateway raises, and TooLateToRepeat.
    """
    if attempt.sent_at is not None and at - attempt.sent_at > KEY_LIVES:
        _end(attempt, Attempt.State.UNKNOWN, error="too late to repeat: look at Stripe", next_at=at + LOOK_AGAIN)
        log.error("Attempt %s was unknown for a day; what became of it is looked up at Stripe", attempt.pk)
        raise TooLateToRepeat(str(attempt.pk))
    Attempt.objects.filter(pk=attempt.pk).update(tries=F("tries") + 1, sent_at=attempt.sent_at or at)
    wait = rest_after(attempt.tries, attempt.sent_at, at=at)
    try:
        answer = call(attempt.parameters, attempt.idempotency_key)
    except StripeRefuses as error:
        _end(attempt, Attempt.State.FAILED, error=str(error), next_at=None, answered_at=at)
        raise
    except (StripeSilent, StripeBusy) as error:
        _end(attempt, Attempt.State.UNKNOWN, error=str(error), next_at=at + wait)
        if isinstance(error, StripeSilent) and error.replayed:
            raise TooLateToRepeat(str(error)) from error
        raise
    _end(attempt, Attempt.State.SUCCEEDED, answered_at=at, next_at=None, stripe_id=str(getattr(answer, "id", "")))
    return answer


def rest_after(tries: int, sent_at: datetime | None, *, at: datetime) -> timedelta:
    """How long to wait after so many tries: the first four follow each other within twenty seconds."""
    is_early = sent_at is None or at - sent_at < EARLY
    return min(timedelta(seconds=2 ** min(tries, 12)), EARLY_REST if is_early else LONGEST_REST)


def conclude(attempt: Attempt, stripe_id: str, *, at: datetime) -> None:
    """Write down what a look at Stripe showed: the id of what the call had made, or "" when it had made nothing."""
    state = Attempt.State.SUCCEEDED if stripe_id else Attempt.State.FAILED
    error = "" if stripe_id else NOTHING
    _end(attempt, state, error=error, answered_at=at, next_at=None, stripe_id=stripe_id)


def _end(attempt: Attempt, state: str, *, error: str = "", **also: object) -> None:
    # A success is never overwritten by a slower failure of the same call.
    Attempt.objects.filter(pk=attempt.pk).exclude(state=Attempt.State.SUCCEEDED).update(
        state=state, error=error[:300], **also
    )
