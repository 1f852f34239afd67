"""Forget pictures that were added to an update which nobody published."""

from datetime import datetime, timedelta

from campaigns.actions.add_picture import delete_pictures
from campaigns.models import UpdatePicture

KEPT = timedelta(days=7)


def forget_draft_pictures(*, at: datetime) -> int:
    """How many were forgotten. Whoever is still writing comes back within a week."""
    return delete_pictures(UpdatePicture.objects.filter(update=None, added_at__lte=at - KEPT))
