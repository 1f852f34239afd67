"""Look after pledges whose news did not come by itself: pages that ran out, fees that are late, lost events."""

import logging
from datetime import datetime, timedelta

from campaigns.actions.settle_pledge import DoesNotMatch, settle_pledge
from campaigns.models import Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

log = logging.getLogger(__name__)


def expire_pledges(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every pledge whose time to look has come; how many were looked at."""
    due = list(Pledge.objects.filter(check_at__lte=at).order_by("check_at").values_list("pk", flat=True)[:most])
    for pk in due:
        try:
            settle_pledge(pk, at=at)
        except (StripeSilent, StripeBusy, StripeRefuses, DoesNotMatch) as error:
            log.warning("Pledge %s could not be looked at: %s", pk, error)
            Pledge.objects.filter(pk=pk).update(check_at=at + timedelta(minutes=10))
    return len(due)
