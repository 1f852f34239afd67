"""Look every minute at how many cards were refused: people are told of too many, and of far too many giving stops."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from campaigns.actions.pause_giving import alarm_of, pause_giving
from campaigns.actions.pause_site import SITE_ALARM, pause_site
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.models import Alarm, Campaign, CardFailure, Pledge

SPAN = timedelta(minutes=10)
LEFT_ALONE = timedelta(hours=1)
KIND = "failed-cards"
WATCH = "the watch over refused cards"


def watch_failed_cards(*, at: datetime) -> int:
    """How many alarms there are now. One campaign's attackers do not stop the others, unless the site is flooded.

    What a person has lifted is not paused again for an hour, though people are told again.
    """
    since = at - SPAN
    failed = Counter(CardFailure.objects.filter(at__gt=since, at__lte=at).values_list("campaign", flat=True))
    if not failed:
        return 0
    worked = _cards_that_worked(since, at)
    alarms = 0
    for campaign in Campaign.objects.filter(pk__in=failed).order_by("pk"):
        refused, tried = failed[campaign.pk], failed[campaign.pk] + worked[campaign.pk]
        if _is_too_much(refused, tried, settings.FAILED_CARDS_ALARM_LEAST, settings.FAILED_CARDS_ALARM_PERCENT):
            alarms += 1
            pausing = _is_bad(refused, tried) and not _was_lifted(alarm_of(campaign), at)
            if pausing:
                pause_giving(campaign)
            _tell(alarm_of(campaign), refused, tried, paused=pausing or campaign.giving_paused, at=at)
    refused, tried = failed.total(), failed.total() + worked.total()
    if _is_too_much(refused, tried, settings.FAILED_CARDS_ALARM_LEAST, settings.FAILED_CARDS_ALARM_PERCENT):
        alarms += 1
        _look_at_the_site(refused, tried, campaigns=len(failed), at=at)
    return alarms


def _look_at_the_site(refused: int, tried: int, *, campaigns: int, at: datetime) -> None:
    """One campaign that is under attack is paused by itself; the site is when several are."""
    pausing = campaigns > 1 and _is_bad(refused, tried) and not _was_lifted(SITE_ALARM, at)
    if pausing:
        pause_site(at=at, by=WATCH, reason=f"{refused} of {tried} cards were refused")
    _tell(SITE_ALARM, refused, tried, paused=pausing, at=at)


def _cards_that_worked(since: datetime, until: datetime) -> Counter[int]:
    """Paid by somebody who was there, or saved: by campaign. What a close charges is not counted."""
    paid = Q(paid_at__gt=since, paid_at__lte=until, payment_method_id="")
    saved = Q(saved_at__gt=since, saved_at__lte=until)
    return Counter(Pledge.objects.filter(paid | saved).order_by().values_list("campaign", flat=True))


def _is_too_much(refused: int, tried: int, least: int, percent: int) -> bool:
    return tried >= least and refused * 100 >= percent * tried


def _is_bad(refused: int, tried: int) -> bool:
    return _is_too_much(refused, tried, settings.FAILED_CARDS_PAUSE_LEAST, settings.FAILED_CARDS_PAUSE_PERCENT)


def _was_lifted(key: str, at: datetime) -> bool:
    return Alarm.objects.filter(key=key, closed_at__gt=at - LEFT_ALONE).exists()


def _tell(key: str, refused: int, tried: int, *, paused: bool, at: datetime) -> None:
    known = Alarm.objects.filter(key=key, closed_at__isnull=True).first()
    paused = paused or bool(known and known.detail.get("paused"))
    raise_alarm(kind=KIND, key=key, detail={"refused": refused, "tried": tried, "paused": paused}, at=at)
