"""Tell supporters whose saved card expires before it would be charged, while there is time to save another."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.actions.consent import latest_charge_day
from campaigns.actions.tell_of_promise import tell_of_promise
from campaigns.lifecycle import Stage
from campaigns.locks import share_campaign
from campaigns.models import Campaign, Pledge

RUNNING = (Stage.OPEN, Stage.PAUSED)
# A first warning, and a last one.
DAYS_BEFORE = (7, 1)
FIRST = timedelta(days=max(DAYS_BEFORE))


def warn_of_expiring_cards(*, at: datetime) -> int:
    """How many pledges are warned of now. Each is told once in the last seven days and once on the last."""
    soon = Campaign.objects.filter(stage__in=RUNNING, deadline__gt=at, deadline__lte=at + FIRST)
    return sum(_warn(campaign, at=at) for campaign in soon.order_by("pk"))


def _warn(campaign: Campaign, *, at: datetime) -> int:
    assert campaign.deadline is not None
    days = min(days for days in DAYS_BEFORE if campaign.deadline - at <= timedelta(days=days))
    expires_too_soon = {"state": Pledge.State.SAVED, "card_expires_on__lt": latest_charge_day(campaign)}
    warned = 0
    for pk in list(Pledge.objects.filter(campaign=campaign, **expires_too_soon).values_list("pk", flat=True)):
        with transaction.atomic():
            if share_campaign(campaign.pk) not in RUNNING:
                break
            held = Pledge.objects.select_for_update(of=("self",)).select_related("campaign")
            pledge = held.filter(pk=pk, **expires_too_soon).first()
            if pledge is not None:
                # Of another card that expires as well, somebody is warned again.
                key = f"card_expires:{pledge.pk}:{pledge.card_expires_on}:{days}"
                tell_of_promise(pledge, "card_expires", key=key, at=at)
                warned += 1
    return warned
