"""Put each new update into the outbox, once for everybody who follows, and for supporters where it is their money."""

import hashlib
import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.follow_campaign import stop_address
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import is_charged_at_the_close
from campaigns.models import Attempt, Follower, Pledge, Update

# What became of their money, supporters hear without following.
FOR_SUPPORTERS = (
    Update.Kind.FUNDED,
    Update.Kind.UNFUNDED,
    Update.Kind.RELEASED,
    Update.Kind.CANCELLED,
    Update.Kind.ABANDONED,
    Update.Kind.AMENDED,
)
log = logging.getLogger(__name__)


def tell_followers(*, at: datetime, most: int = 20) -> int:
    """How many updates were put into the outbox. One that cannot be told does not keep back the others."""
    told = 0
    for pk in list(Update.objects.filter(mailed_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            told += _tell_once(pk, at=at)
        except Exception:
            log.exception("Update %s could not be told; it is tried again", pk)
    return told


def _tell_once(pk: int, *, at: datetime) -> bool:
    """An update and its mails are one transaction: all or none."""
    with transaction.atomic():
        update = (
            Update.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("campaign", "version")
            .filter(pk=pk, mailed_at__isnull=True)
            .first()
        )
        if update is not None:
            _tell(update, at=at)
            Update.objects.filter(pk=pk).update(mailed_at=at)
    return update is not None


def _tell(update: Update, *, at: datetime) -> None:
    listening = Follower.objects.filter(
        campaign=update.campaign, confirmed_at__isnull=False, unsubscribed_at__isnull=True
    )
    told = set()
    for follower in listening.iterator():
        told.add(follower.email.lower())
        _queue(update, follower.email, follower.language, at=at, unsubscribe=stop_address(follower))
    if update.kind not in FOR_SUPPORTERS:
        return
    for email, language in _paid(update).order_by("email", "pk").values_list("email", "language").iterator():
        if email.lower() not in told:
            told.add(email.lower())
            _queue(update, email, language, at=at)


def _paid(update: Update) -> QuerySet[Pledge]:
    """Whose money was in the campaign when this happened, also where it has gone back since then."""
    given_back_since = Attempt.objects.filter(
        pledge=OuterRef("pk"), kind=Attempt.Kind.REFUND, planned_at__gte=update.published_at
    )
    had_paid = Q(state=Pledge.State.PAID) | Q(state=Pledge.State.REFUNDED) & Exists(given_back_since)
    return Pledge.objects.filter(had_paid, campaign=update.campaign, came_late=False)


def _nobody_was_charged(update: Update) -> bool:
    """An all-or-nothing campaign charges nobody before its close, nor when it has missed its goal."""
    missed = update.kind == Update.Kind.UNFUNDED or update.campaign.closed_at is None
    return is_charged_at_the_close(update.campaign.kind) and missed


def _queue(update: Update, email: str, language: str, *, at: datetime, unsubscribe: str = "") -> None:
    with override(language):
        links = {
            "campaign_url": settings.SITE_URL + reverse("campaign", args=[update.campaign.slug]),
            "update_url": settings.SITE_URL + reverse("update", args=[update.campaign.slug, update.number]),
            "version_url": settings.SITE_URL + reverse("version", args=[update.version.slug]),
        }
        heading = update.campaign.heading
    # An address may be longer than a key.
    mark = hashlib.sha256(email.lower().encode()).hexdigest()[:32]
    queue_mail(
        key=f"update:{update.pk}:{mark}",
        to=email,
        language=language,
        template="update",
        at=at,
        context={
            "campaign": heading,
            "slug": update.campaign.slug,
            "version": update.version.name,
            "kind": update.kind,
            "title": update.title,
            "body": update.body,
            "data": update.data,
            "currency": update.campaign.currency,
            "zone": update.campaign.zone,
            "nobody_charged": _nobody_was_charged(update),
            **links,
        },
        unsubscribe_url=unsubscribe,
    )
