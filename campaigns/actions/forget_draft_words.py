"""Forget the words of an update that nobody published."""

from datetime import datetime

from campaigns.actions.forget_draft_pictures import KEPT
from campaigns.models import UpdateDraft


def forget_draft_words(*, at: datetime) -> int:
    """How many were forgotten: a week after they were last changed."""
    return UpdateDraft.objects.filter(changed_at__lte=at - KEPT).delete()[0]
