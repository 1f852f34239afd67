"""Publish an update of a campaign, tied to the record of its clean version."""

import logging
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max

from campaigns.actions.judge_plan import judged_day
from campaigns.models import Campaign, Update
from lineage.models import Version
from lineage.verdicts import FamilyTooLarge, record_of_day

LARGEST_FAMILY = 1_000
log = logging.getLogger(__name__)


class AlreadyTold(Exception):
    """This turn of the campaign has been published before."""


def publish_update(
    campaign: Campaign,
    kind: str,
    *,
    at: datetime,
    data: dict[str, object] | None = None,
    author: User | None = None,
    title: str = "",
    body: str = "",
    language: str = "",
) -> Update:
    """Followers are mailed by the clock (`tell_followers`). Raises AlreadyTold for a second `funded` and the like."""
    version_id = campaign.clean_version_id
    assert version_id is not None, "only a campaign with a planned clean version has updates"
    try:
        with transaction.atomic():
            Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
            last = Update.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
            return Update.objects.create(
                campaign=campaign,
                version_id=version_id,
                kind=kind,
                number=last + 1,
                author=author,
                title=title,
                body=body,
                language=language,
                data=data or {},
                record=_record_as_judged(version_id, campaign.zone, at=at),
                published_at=at,
            )
    except IntegrityError as error:
        if "a_turn_of_the_campaign_is_told_once" not in str(error):
            raise
        raise AlreadyTold(kind) from error


def _record_as_judged(version_id: int, zone: str, *, at: datetime) -> dict[str, object]:
    """What the clean version was judged when this was told, as JSON; empty where it cannot be judged.

    Whatever goes wrong in judging, the news of a close or a refund is told all the same.
    """
    try:
        with transaction.atomic():
            version = Version.objects.get(pk=version_id)
            return record_of_day(version, judged_day(version, zone, at), largest=LARGEST_FAMILY).to_json()
    except FamilyTooLarge:
        return {}
    except Exception:
        log.exception("The record of version %s could not be judged for an update", version_id)
        return {}
