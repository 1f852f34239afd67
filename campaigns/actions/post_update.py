"""Tell supporters and followers how it goes."""

from datetime import datetime

from django.contrib.auth.models import User

from campaigns.actions.publish_update import publish_update
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign, Update

TELLING = frozenset(
    {
        Stage.OPEN,
        Stage.PAUSED,
        Stage.CLOSING,
        Stage.FUNDED,
        Stage.UNFUNDED,
        Stage.TRAINING,
        Stage.RELEASED,
        Stage.ABANDONED,
    }
)


def post_update(campaign: Campaign, *, title: str, body: str, language: str, at: datetime, by: User) -> Update:
    """`body` is Markdown. Raises NotPossibleNow before the campaign opens and after it was cancelled."""
    if campaign.stage not in TELLING:
        raise NotPossibleNow("A campaign has updates from the day on which it opens.")
    return publish_update(campaign, Update.Kind.PROGRESS, at=at, author=by, title=title, body=body, language=language)
