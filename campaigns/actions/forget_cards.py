"""Take saved cards from their customers at Stripe once they are not needed any more, however often it takes."""

import logging
import time
from datetime import datetime

from django.db.models import QuerySet

from campaigns import attempts, pace, stripe_gateway
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import Detached, StripeBusy, StripeRefuses, StripeSilent

log = logging.getLogger(__name__)


def plan_to_forget(pledge: Pledge, payment_method: str, *, at: datetime) -> Attempt | None:
    """Once for each card, in the transaction that holds the pledge's row. `forget_cards` does it; None for no card."""
    if not payment_method:
        return None
    asked = {"payment_method": payment_method}
    known = pledge.attempts.filter(kind=Attempt.Kind.DETACH, parameters=asked).first()
    return known or attempts.plan(pledge, Attempt.Kind.DETACH, asked, at=at)


def forget_now(pledge: Pledge, *, at: datetime) -> None:
    """Make what is planned for one pledge at once, if Stripe answers; else the sweep makes it. Never raises for that.

    Call it outside every transaction.
    """
    for attempt in list(_due(at).filter(pledge=pledge)):
        try:
            _forget(attempt, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("Stripe does not answer (%s); a card is forgotten later", error)


def forget_cards(*, at: datetime, most: int = 50) -> int:
    """Make what is planned and due; how many were tried. One that cannot be forgotten does not stop the others."""
    tried = 0
    for attempt in list(_due(at).order_by("next_at")[:most]):
        # Nobody waits for this, so it stands back behind the calls that somebody waits for.
        time.sleep(min(pace.take_turns(), 1.0))
        tried += 1
        try:
            _forget(attempt, at=at)
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); saved cards are forgotten later", error)
            break
        except StripeBusy as error:
            log.warning("The card of attempt %s is forgotten later: %s", attempt.pk, error)
        except Exception:
            log.exception("The card of attempt %s is not forgotten yet; it is tried again", attempt.pk)
    return tried


def _due(at: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(kind=Attempt.Kind.DETACH, state__in=Attempt.OPEN, next_at__lte=at)


def _forget(attempt: Attempt, *, at: datetime) -> None:
    try:
        attempts.carry_out(attempt, _detach, at=at)
    except StripeRefuses as error:
        log.error("Stripe does not forget the card of attempt %s: %s", attempt.pk, error)
    except attempts.TooLateToRepeat:
        # Twice is as good as once, so that another key does no harm here.
        again = _detach(attempt.parameters, f"{attempt.idempotency_key}-{at.timestamp():.0f}")
        attempts.conclude(attempt, again.id, at=at)


def _detach(parameters: dict[str, str], key: str) -> Detached:
    return stripe_gateway.detach_card(parameters["payment_method"], key=key)
