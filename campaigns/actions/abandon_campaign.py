"""The work is given up: the stage, the refunds and the news in one transaction."""

import logging
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from campaigns.actions.give_back_what_is_left import give_back_what_is_left
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.actions.stop_payouts import stop_payouts
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Update

TIME_TO_RELEASE = timedelta(days=75)
AT_WORK = (Stage.FUNDED, Stage.TRAINING)
log = logging.getLogger(__name__)


def abandon_campaign(
    campaign: Campaign, *, at: datetime, by: str, reason: str, author: User | None = None, language: str = ""
) -> Update:
    """What is left goes back to everybody in proportion. Raises NotPossibleNow unless it is funded or in training.

    `reason` is kept with the step; where a person gives it (`author`), it is published in their `language` as well.
    """
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.stage not in AT_WORK:
            raise NotPossibleNow("Only work that is paid for and not released can be given up.")
        stop_payouts(held, reason="abandoned")
        move_campaign(held, Stage.ABANDONED, at=at, by=by, reason=reason)
        shares = give_back_what_is_left(held, at=at)
        data: dict[str, object] = {"by": "person" if author else "clock", "left": sum(shares.values())}
        body = reason if author else ""
        update = publish_update(
            held, Update.Kind.ABANDONED, at=at, data=data, author=author, body=body, language=language
        )
    campaign.refresh_from_db()
    return update


def release_until(campaign: Campaign) -> datetime | None:
    """When it is abandoned if nothing is released by then; None before its close."""
    if campaign.release_until is not None:
        return campaign.release_until
    return campaign.closed_at + TIME_TO_RELEASE if campaign.closed_at else None


def abandon_what_is_overdue(*, at: datetime) -> int:
    """How many campaigns were abandoned. One that cannot be does not stop the others."""
    late = Q(release_until__lte=at) | Q(release_until__isnull=True, closed_at__lte=at - TIME_TO_RELEASE)
    abandoned = 0
    for campaign in list(Campaign.objects.filter(late, stage__in=AT_WORK)):
        try:
            abandoned += _abandon_if_still_late(campaign.pk, at=at)
        except Exception:
            log.exception("Campaign %s could not be abandoned; the next sweep tries again", campaign.pk)
    return abandoned


def _abandon_if_still_late(pk: int, *, at: datetime) -> bool:
    """An amendment may have given it more time a moment ago."""
    with transaction.atomic():
        held = hold_campaign(pk)
        until = release_until(held)
        if held.stage not in AT_WORK or until is None or until > at:
            return False
        abandon_campaign(held, at=at, by="clock", reason="nothing was released in time")
    return True
