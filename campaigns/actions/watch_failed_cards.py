"""Look every minute at how many cards were refused: people are told of too many, and of far too many giving stops."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from campaigns.actions.note_failed_card import MOST_ON_A_PAGE
from campaigns.actions.pause_giving import alarm_of, pause_giving
from campaigns.actions.pause_site import SITE_ALARM, pause_site
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.models import Alarm, Campaign, CardFailure, Pledge

SPAN = timedelta(minutes=10)
LEFT_ALONE = timedelta(hours=1)
KIND = "failed-cards"
WATCH = "the watch over refused cards"
# The campaign, the wider network and the key of a refusal.
Failure = tuple[int, str, int]


def watch_failed_cards(*, at: datetime) -> int:
    """How many alarms there are now. One campaign's attackers do not stop the others, unless the site is flooded.

    What a person has lifted is not paused again for an hour, though people are told again.
    """
    since = at - SPAN
    where = list(
        CardFailure.objects.filter(at__gt=since, at__lte=at).values_list("campaign", "pledge__wider_network", "pk")
    )
    failed = Counter(campaign for campaign, *_ in where)
    if not failed:
        return 0
    worked = _cards_that_worked(since, at)
    alarms = 0
    for campaign in Campaign.objects.filter(pk__in=failed).order_by("pk"):
        refused, tried = failed[campaign.pk], failed[campaign.pk] + worked[campaign.pk]
        if _is_too_much(refused, tried, settings.FAILED_CARDS_ALARM_LEAST, settings.FAILED_CARDS_ALARM_PERCENT):
            alarms += 1
            spread = _from_how_many([one for one in where if one[0] == campaign.pk])
            bad = _is_bad(spread, spread + worked[campaign.pk])
            pausing = bad and not _was_lifted(alarm_of(campaign), at)
            if pausing:
                pause_giving(campaign)
            _tell(alarm_of(campaign), refused, tried, paused=pausing or campaign.giving_paused, at=at)
    refused, tried = failed.total(), failed.total() + worked.total()
    if _is_too_much(refused, tried, settings.FAILED_CARDS_ALARM_LEAST, settings.FAILED_CARDS_ALARM_PERCENT):
        alarms += 1
        spread = _from_how_many(where)
        bad = len(failed) > 1 and _is_bad(spread, spread + worked.total())
        _look_at_the_site(refused, tried, bad=bad, at=at)
    return alarms


def _from_how_many(failures: Sequence[Failure]) -> int:
    """Refusals as far as they may stop giving: of one wider network only a page full of them.

    Else somebody alone, with a handful of bad numbers, could close a campaign or the site for everybody. Whoever fails
    that often alone is kept away by `refuse_abuse`. Those whose network is unknown count one by one.
    """
    by_network = Counter(network or str(pk) for _, network, pk in failures)
    return sum(min(refused, MOST_ON_A_PAGE) for refused in by_network.values())


def _look_at_the_site(refused: int, tried: int, *, bad: bool, at: datetime) -> None:
    """One campaign that is under attack is paused by itself; the site is when several are."""
    pausing = bad and not _was_lifted(SITE_ALARM, at)
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
