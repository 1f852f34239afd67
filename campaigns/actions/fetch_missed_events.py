"""Ask Stripe for the events that no webhook brought."""

import json
from datetime import datetime, timedelta

from campaigns import stripe_gateway, stripe_inbox

LOOK_BACK = timedelta(hours=1)


def fetch_missed_events(*, at: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """How many were new. They are handled like any other, by the same sweep."""
    found = stripe_gateway.events_since(at - look_back)
    kept = (stripe_inbox.keep(event, json.dumps(event), at=at) for event in found)
    return sum(event is not None for event in kept)
