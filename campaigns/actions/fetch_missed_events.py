"""Ask Stripe for the events that no webhook brought."""

import json
from datetime import datetime, timedelta

from campaigns import stripe_gateway, stripe_inbox
from campaigns.models import StripeEvent

LOOK_BACK = timedelta(hours=1)
STRIPE_KEEPS = timedelta(days=30)


def fetch_missed_events(*, at: datetime) -> int:
    """How many were new. They are handled like any other, by the same sweep.

    After a rest of the clock it looks back to the last event that came before it.
    """
    hour_ago = at - LOOK_BACK
    last = StripeEvent.objects.filter(created__lte=hour_ago).order_by("-created").values_list("created", flat=True)
    found = stripe_gateway.events_since(max(last.first() or hour_ago, at - STRIPE_KEEPS))
    kept = (stripe_inbox.keep(event, json.dumps(event), at=at) for event in found)
    return sum(event is not None for event in kept)
