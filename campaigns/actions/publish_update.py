"""Publish an update of a campaign, tied to the record of its clean version."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max

from campaigns.models import Campaign, Update


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
    assert campaign.clean_version_id is not None, "only a campaign with a planned clean version has updates"
    try:
        with transaction.atomic():
            Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
            last = Update.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
            return Update.objects.create(
                campaign=campaign,
                version_id=campaign.clean_version_id,
                kind=kind,
                number=last + 1,
                author=author,
                title=title,
                body=body,
                language=language,
                data=data or {},
                published_at=at,
            )
    except IntegrityError as error:
        if "a_turn_of_the_campaign_is_told_once" not in str(error):
            raise
        raise AlreadyTold(kind) from error
