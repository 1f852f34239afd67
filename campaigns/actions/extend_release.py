"""More time for the work: a dated amendment that followers and supporters are told of."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.abandon_campaign import AT_WORK, release_until
from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Update

MOST_AT_ONCE = timedelta(days=60)


class ExtensionRefused(Exception):
    """`reason` is not-later or too-long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def extend_release(
    campaign: Campaign, *, until: datetime, reason: str, at: datetime, by: User, language: str = ""
) -> Update:
    """Move the day on which it would be abandoned, by 60 days at most. Raises NotPossibleNow and ExtensionRefused."""
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        before = release_until(held)
        if held.stage not in AT_WORK or before is None:
            raise NotPossibleNow("More time is given to work that is paid for and not released.")
        if until <= max(before, at):
            raise ExtensionRefused("not-later")
        if until > before + MOST_AT_ONCE:
            raise ExtensionRefused("too-long")
        Campaign.objects.filter(pk=held.pk).update(release_until=until, changed_at=at)
        data: dict[str, object] = {"what": "release", "before": before.isoformat(), "until": until.isoformat()}
        data["zone"] = held.zone
        update = publish_update(held, Update.Kind.AMENDED, at=at, data=data, author=by, body=reason, language=language)
    campaign.refresh_from_db()
    return update
