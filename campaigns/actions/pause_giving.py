"""Let a campaign take no coins for now, whatever its stage: the staff's switch, and that of the watch over cards.

The organiser's own way is `pause_campaign`, which the organiser may end; this one the staff end.
"""

from datetime import datetime

from campaigns.actions.raise_alarm import close_alarm
from campaigns.models import Campaign


def pause_giving(campaign: Campaign) -> bool:
    """False when it was paused before. Webhooks, the close and refunds go on, and so does the deadline."""
    return bool(Campaign.objects.filter(pk=campaign.pk, giving_paused=False).update(giving_paused=True))


def lift_giving_pause(campaign: Campaign, *, at: datetime, by: str) -> bool:
    """False when it was not paused. Whoever lifts it has looked: its alarm is closed, and it is not paused again by
    itself for an hour."""
    lifted = bool(Campaign.objects.filter(pk=campaign.pk, giving_paused=True).update(giving_paused=False))
    if lifted:
        close_alarm(key=alarm_of(campaign), at=at, by=by)
    return lifted


def alarm_of(campaign: Campaign) -> str:
    """The key of the alarm about refused cards of one campaign."""
    return f"failed-cards:{campaign.slug}"
