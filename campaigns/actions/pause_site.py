"""Take no coins on the whole site for now. Webhooks, closes, refunds and everything under way go on."""

from datetime import datetime

from django.db import IntegrityError, transaction

from campaigns.actions.raise_alarm import close_alarm
from campaigns.models import SitePause

# The key of the alarm about refused cards on the whole site.
SITE_ALARM = "failed-cards:site"


def is_site_paused() -> bool:
    return SitePause.objects.filter(lifted_at__isnull=True).exists()


def pause_site(*, at: datetime, by: str, reason: str = "") -> SitePause:
    """The pause that is in force now: a new one, or the one that was. `by` is "user 7" or what decided it."""
    while True:
        known = SitePause.objects.filter(lifted_at__isnull=True).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return SitePause.objects.create(began_at=at, began_by=by[:150], reason=reason[:300])
        except IntegrityError as error:
            if "a_pause_is_made_once" not in str(error):
                raise


def lift_pause(*, at: datetime, by: str) -> bool:
    """False when giving was not paused. Whoever lifts it has looked: it is not paused again by itself for an hour."""
    lifted = bool(SitePause.objects.filter(lifted_at__isnull=True).update(lifted_at=at, lifted_by=by[:150]))
    if lifted:
        close_alarm(key=SITE_ALARM, at=at, by=by)
    return lifted
