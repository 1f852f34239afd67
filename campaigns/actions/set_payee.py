"""Where, and by which way, the trainer of a campaign is paid that opened before this was asked."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from campaigns import countries
from campaigns.actions.approve_campaign import StaffOnly
from campaigns.actions.publish_update import publish_update
from campaigns.actions.raise_alarm import close_alarm, raise_alarm
from campaigns.countries import Way
from campaigns.lifecycle import PUBLIC, NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Alarm, Campaign, Update

KIND = "payee"
OVER = (Stage.ABANDONED, Stage.CANCELLED)
TO_BE_PAID = (Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)


class WayRefused(Exception):
    """By the table of countries the trainer cannot be paid there, or not by this way."""


def set_payee(campaign: Campaign, *, country: str, way: str, at: datetime, by: User) -> Campaign:
    """Fix it once, and tell everybody. Until then nothing is planned for the trainer.

    Raises StaffOnly, WayRefused, and NotPossibleNow when it is fixed already or the campaign is over.
    """
    if not by.is_staff:
        raise StaffOnly
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.payout_way or held.stage not in PUBLIC or held.stage in OVER:
            raise NotPossibleNow("The way is fixed already, or nobody is paid any more.")
        _refuse(held, country, way)
        held.payee_country, held.payout_way = country, way
        held.save(update_fields=["payee_country", "payout_way"])
        close_alarm(key=f"{KIND}:{held.pk}", at=at, by=f"user {by.pk}")
        publish_update(held, Update.Kind.AMENDED, at=at, data={"what": KIND, "country": country, "way": way})
    return held


def without_a_payee() -> QuerySet[Campaign]:
    """The campaigns that opened without it and may still have to be paid."""
    return Campaign.objects.filter(payout_way="", stage__in=PUBLIC - set(OVER)).order_by("opened_at", "pk")


def notice_missing_payees(*, at: datetime) -> int:
    """How many campaigns have money for a trainer of whom nobody has said where and how they are paid."""
    waiting = list(without_a_payee().filter(stage__in=TO_BE_PAID))
    for campaign in waiting:
        raise_alarm(kind=KIND, key=f"{KIND}:{campaign.pk}", at=at, detail={"campaign": campaign.slug})
    keys = [f"{KIND}:{campaign.pk}" for campaign in waiting]
    for key in (
        Alarm.objects.filter(kind=KIND, closed_at__isnull=True).exclude(key__in=keys).values_list("key", flat=True)
    ):
        close_alarm(key=key, at=at, by="the clock")
    return len(waiting)


def _refuse(campaign: Campaign, country: str, way: str) -> None:
    """A person may choose the bank where Stripe could pay, and never the other way round."""
    answer = countries.way_for(country, platform=settings.PLATFORM_COUNTRY, currency=campaign.currency)
    by_hand = answer.way != Way.NONE and countries.COUNTRIES[country].by_hand != "no"
    if not (way == answer.way == Way.CONNECT or (way == Way.BY_HAND and by_hand)):
        raise WayRefused(country)
