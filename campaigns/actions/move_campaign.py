"""Move a campaign to its next stage, once, with a row that says when, by whom and why."""

from datetime import datetime

from django.db import transaction

from campaigns.lifecycle import NotPossibleNow, Stage, may_become
from campaigns.models import Campaign, Transition


def move_campaign(campaign: Campaign, stage: Stage, *, at: datetime, by: str = "", reason: str = "") -> None:
    """Raises NotPossibleNow when the campaign is not, or no longer, in a stage that leads there.

    The guarded UPDATE makes one of two who try at once the winner; `campaign` is brought up to date in place.
    """
    before, version = campaign.stage, campaign.stage_version
    if not may_become(before, stage):
        raise NotPossibleNow(f"A campaign does not go from {before} to {stage}.")
    with transaction.atomic():
        moved = Campaign.objects.filter(pk=campaign.pk, stage=before, stage_version=version).update(
            stage=stage, stage_version=version + 1, changed_at=at
        )
        if moved != 1:
            raise NotPossibleNow(f"The campaign was no longer in the stage {before}. Look again.")
        Transition.objects.create(
            campaign=campaign, version=version + 1, before=before, after=stage, at=at, by=by, reason=reason[:300]
        )
    campaign.stage, campaign.stage_version, campaign.changed_at = stage, version + 1, at
