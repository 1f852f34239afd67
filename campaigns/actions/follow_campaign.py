"""Follow a campaign by mail: ask, confirm, stop, and think better of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.queue_mail import queue_mail
from campaigns.follow_links import CONFIRM, RESUME, LinkUnknown, read, sign
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Follower

A_DAY = timedelta(days=1)
ASKED_A_DAY = 5
#: For how long a mail may be answered, and the end of the mails be thought better of.
ASKS_FOR, REGRETS_FOR = timedelta(days=30), timedelta(hours=1)


class LinkSpent(Exception):
    """It was good once. Whoever wants the mails asks for them again."""


def follow_campaign(campaign: Campaign, *, email: str, language: str, at: datetime, verified: bool = False) -> Follower:
    """`verified` is for an address that its account has proven; anybody else is asked by mail, once a day at most.

    An address gets few such mails a day over all campaigns: whoever types in a stranger's does not fill its inbox.
    The answer is the same for an address that follows already, so that nobody learns who follows.
    """
    follower, is_new = Follower.objects.get_or_create(
        campaign=campaign, email=email.strip().lower(), defaults={"language": language, "asked_at": at}
    )
    if verified:
        Follower.objects.filter(pk=follower.pk).update(
            confirmed_at=follower.confirmed_at or at, unsubscribed_at=None, language=language
        )
    elif _may_be_asked(follower, at=at, is_new=is_new):
        # Who listens already keeps their language: anybody can type in a stranger's address.
        follower.language = language
        _ask(follower, at=at)
    follower.refresh_from_db()
    return follower


def confirm_follow(token: str, *, at: datetime) -> Follower:
    """`token`: of the mail that asked. Whoever confirms for the first time is welcomed by mail.

    Raises Follower.DoesNotExist for an unknown one, and LinkSpent.
    """
    with transaction.atomic():
        follower = _held(CONFIRM, token)
        refuse_spent(token, follower, at=at)
        if follower.confirmed_at is None:
            _welcome(follower, at=at)
        follower.confirmed_at = follower.confirmed_at or at
        follower.unsubscribed_at = None
        follower.save(update_fields=["confirmed_at", "unsubscribed_at"])
    return follower


def refuse_spent(token: str, follower: Follower, *, at: datetime) -> None:
    """Raises LinkSpent for a mail that asked before its receiver ended the mails, or long ago."""
    asked = read(CONFIRM, token).moment
    ended = follower.unsubscribed_at is not None and follower.unsubscribed_at >= asked
    if ended or at - asked > ASKS_FOR:
        raise LinkSpent


def stop_following(token: str, *, at: datetime) -> Follower:
    """Raises Follower.DoesNotExist for a token that nobody was sent."""
    Follower.objects.filter(token=token, unsubscribed_at=None).update(unsubscribed_at=at)
    return Follower.objects.select_related("campaign").get(token=token)


def resume_following(token: str, *, at: datetime) -> Follower:
    """`token`: of the page that ended the mails. Raises Follower.DoesNotExist for an unknown one, and LinkSpent."""
    with transaction.atomic():
        follower, ended = _held(RESUME, token), read(RESUME, token).moment
        if follower.unsubscribed_at not in (ended, None) or at - ended > REGRETS_FOR:
            raise LinkSpent
        follower.unsubscribed_at = None
        follower.save(update_fields=["unsubscribed_at"])
    return follower


def follower_of(purpose: str, token: str) -> Follower:
    """Raises Follower.DoesNotExist."""
    return _found(purpose, token, Follower.objects.select_related("campaign"))


def stop_address(follower: Follower) -> str:
    with override(follower.language):
        return settings.SITE_URL + reverse("unsubscribe", args=[follower.token])


def _held(purpose: str, token: str) -> Follower:
    return _found(purpose, token, Follower.objects.select_for_update(of=("self",)).select_related("campaign"))


def _found(purpose: str, token: str, among: QuerySet[Follower]) -> Follower:
    try:
        return among.get(pk=read(purpose, token).follower)
    except LinkUnknown as error:
        raise Follower.DoesNotExist from error


def _may_be_asked(follower: Follower, *, at: datetime, is_new: bool) -> bool:
    listens = follower.confirmed_at is not None and follower.unsubscribed_at is None
    if listens or not (is_new or follower.asked_at <= at - A_DAY):
        return False
    others = Follower.objects.filter(email=follower.email, asked_at__gt=at - A_DAY).exclude(pk=follower.pk)
    return others.count() < ASKED_A_DAY


def _ask(follower: Follower, *, at: datetime) -> None:
    Follower.objects.filter(pk=follower.pk).update(asked_at=at, language=follower.language)
    with override(follower.language):
        confirm_url = settings.SITE_URL + reverse("follow_confirm", args=[sign(CONFIRM, follower, at)])
        campaign_url = settings.SITE_URL + reverse("campaign", args=[follower.campaign.slug])
        heading = follower.campaign.heading
    queue_mail(
        key=f"follow:{follower.pk}:{at:%Y-%m-%d}",
        to=follower.email,
        language=follower.language,
        template="follow",
        at=at,
        context={"campaign": heading, "campaign_url": campaign_url, "confirm_url": confirm_url},
    )


def _welcome(follower: Follower, *, at: datetime) -> None:
    campaign = follower.campaign
    with override(follower.language):
        campaign_url = settings.SITE_URL + reverse("campaign", args=[campaign.slug])
        heading = campaign.heading
    closes = campaign.deadline if campaign.stage in (Stage.OPEN, Stage.PAUSED) else None
    queue_mail(
        key=f"following:{follower.pk}",
        to=follower.email,
        language=follower.language,
        template="following",
        at=at,
        context={
            "campaign": heading,
            "slug": campaign.slug,
            "campaign_url": campaign_url,
            "deadline": closes.isoformat() if closes else "",
            "zone": campaign.zone,
        },
        unsubscribe_url=stop_address(follower),
    )
