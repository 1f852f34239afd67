"""Bring a demo's deadline to this moment, so that nobody has to wait for a close. On a real site nobody can."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Transition

MAY_CLOSE = (Stage.OPEN, Stage.PAUSED)


def close_now(campaign: Campaign, *, at: datetime, by: User) -> None:
    """Raises NotPossibleNow outside a demo, for others than its staff, and when its deadline has passed already.

    Nothing is closed here: the clock begins the close, as at every deadline. A transition that leads nowhere else
    says when the deadline was moved, and by whom.
    """
    if not settings.DEMO or not by.is_staff:
        raise NotPossibleNow("A deadline is fixed; only the staff of a demo may bring it forward.")
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if held.stage not in MAY_CLOSE or held.deadline is None or held.deadline <= at:
            raise NotPossibleNow("It is not open, or its deadline has passed.")
        before = held.deadline
        held.deadline, held.changed_at, held.stage_version = at, at, held.stage_version + 1
        held.save(update_fields=["deadline", "changed_at", "stage_version"])
        Transition.objects.create(
            campaign=held,
            version=held.stage_version,
            before=held.stage,
            after=held.stage,
            at=at,
            by=f"user {by.pk}",
            reason=f"deadline brought forward from {before.isoformat()} in a demo",
        )
    campaign.refresh_from_db()
