"""The family tree on a campaign's page: the tainted model with where it comes from, the clean one beside it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign


def family_of(campaign: Campaign, *, at: datetime) -> dict[str, object]:
    on = at.astimezone(ZoneInfo(campaign.zone)).date()
    return {"on": on}
