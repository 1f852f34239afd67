"""Ask Stripe about all that is due, one after the other, so that no trouble with one keeps the others waiting."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Model, QuerySet

from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

#: What Stripe could not be asked is asked soon; what only people can put right is looked at now and then.
SOON, LOOK_AGAIN = timedelta(seconds=15), timedelta(minutes=10)
log = logging.getLogger(__name__)


def look_after[Row: Model](
    rows: QuerySet[Row], look_at: Callable[[int, datetime], None], *, at: datetime, most: int = 100
) -> int:
    """How many were due. `rows` have a `check_at`, which `look_at` sets on where it has learned how things stand."""
    due = list(rows.filter(check_at__lte=at).order_by("check_at").values_list("pk", flat=True)[:most])
    for pk in due:
        try:
            again = _trouble_with(str(rows.model._meta.verbose_name), pk, look_at, at=at)
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); the others wait as well", error)
            rows.filter(pk=pk).update(check_at=at + SOON)
            break
        if again is not None:
            rows.filter(pk=pk).update(check_at=at + again)
    return len(due)


def _trouble_with(kind: str, pk: int, look_at: Callable[[int, datetime], None], *, at: datetime) -> timedelta | None:
    """After how long to look again; None where nothing went wrong. Raises StripeSilent."""
    try:
        look_at(pk, at)
    except StripeSilent:
        raise
    except (StripeRefuses, DoesNotMatch) as error:
        log.warning("The %s %s could not be looked at: %s", kind, pk, error)
    except StripeBusy as error:
        log.warning("Stripe is busy (%s); the %s %s is looked at soon", error, kind, pk)
        return SOON
    except Exception:
        # It must not keep the sweep from all that come after it.
        log.exception("The %s %s could not be looked at", kind, pk)
    else:
        return None
    return LOOK_AGAIN
