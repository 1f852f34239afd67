"""Remind those who follow a campaign and have not given: once, shortly before it closes, while there is room."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Lower
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.follow_campaign import stop_address
from campaigns.actions.pause_site import is_site_paused
from campaigns.actions.queue_mail import a_mail, queue_mails
from campaigns.actions.start_pledge import room_left
from campaigns.lifecycle import Stage, is_charged_at_the_close
from campaigns.locks import share_campaign
from campaigns.models import Campaign, Follower, OutboxMessage, Pledge
from campaigns.totals import Totals, totals

LONGEST_LEAD = timedelta(hours=48)
# A campaign of three days is not "about to close" after one: the reminder comes in its last quarter at the earliest.
PART_OF_ITS_TIME = 4
AT_ONCE = 500


def tell_of_deadlines(*, at: datetime) -> int:
    """How many followers are reminded now. Safe to repeat, and to stop in the middle: nobody is told twice."""
    if is_site_paused():
        return 0
    soon = Campaign.objects.filter(
        stage=Stage.OPEN, giving_paused=False, deadline__gt=at, deadline__lte=at + LONGEST_LEAD, opened_at__isnull=False
    )
    return sum(_remind(campaign, at=at) for campaign in soon.order_by("pk"))


def reminded_from(campaign: Campaign) -> datetime:
    """Since when a reminder may go out. Who begins to follow later has just read when it closes."""
    assert campaign.deadline is not None and campaign.opened_at is not None
    return campaign.deadline - min(LONGEST_LEAD, (campaign.deadline - campaign.opened_at) / PART_OF_ITS_TIME)


def _remind(campaign: Campaign, *, at: datetime) -> int:
    if at < reminded_from(campaign) or not _to_remind(campaign).exists():
        return 0
    sums = totals(campaign)
    if room_left(campaign, sums) == 0:
        return 0
    told = 0
    for followers in batched(_to_remind(campaign).iterator(), AT_ONCE):
        with transaction.atomic():
            if share_campaign(campaign.pk) != Stage.OPEN:
                break
            queue_mails(list(_mails(campaign, sums, followers, at=at)))
        told += len(followers)
    return told


def _to_remind(campaign: Campaign) -> QuerySet[Follower]:
    """Who listens since before the reminder is due, has not given, nor is about to, and was not reminded yet."""
    key = Concat(Value(f"deadline:{campaign.pk}:"), Cast(OuterRef("pk"), CharField()))
    pledges = Pledge.objects.annotate(address=Lower("email")).exclude(state__in=Pledge.OVER)
    gave = pledges.filter(campaign=campaign, address=OuterRef("email"))
    return Follower.objects.filter(
        ~Exists(gave),
        ~Exists(OutboxMessage.objects.filter(key=key)),
        campaign=campaign,
        confirmed_at__lt=reminded_from(campaign),
        unsubscribed_at__isnull=True,
    ).order_by(F("pk"))


def _mails(
    campaign: Campaign, sums: Totals, followers: tuple[Follower, ...], *, at: datetime
) -> Iterator[OutboxMessage]:
    for follower in followers:
        yield a_mail(
            key=f"deadline:{campaign.pk}:{follower.pk}",
            to=follower.email,
            language=follower.language,
            template="deadline_near",
            at=at,
            context=_told(campaign, sums, follower.language),
            unsubscribe_url=stop_address(follower),
        )


def _told(campaign: Campaign, sums: Totals, language: str) -> dict[str, object]:
    assert campaign.deadline is not None and campaign.goal is not None
    with override(language):
        page, give = reverse("campaign", args=[campaign.slug]), reverse("give", args=[campaign.slug])
        heading = campaign.heading
    return {
        "campaign": heading,
        "slug": campaign.slug,
        "campaign_url": settings.SITE_URL + page,
        "give_url": settings.SITE_URL + give,
        "currency": campaign.currency,
        "raised": sums.counted,
        "goal": campaign.goal,
        "missing": max(0, campaign.goal - sums.counted),
        "coin": campaign.coin,
        "deadline": campaign.deadline.isoformat(),
        "zone": campaign.zone,
        "at_the_close": is_charged_at_the_close(campaign.kind),
    }
