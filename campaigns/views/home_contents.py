"""What the first page shows, in a number of queries that does not grow with the site."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Posting, Update
from campaigns.models.ledger import Account
from campaigns.totals import GIVEN_BACK, RAISED
from campaigns.views.campaign_family import short_tree
from campaigns.views.campaign_lineage import why
from campaigns.views.standing import standings

CARDS, NEWS = 6, 5
COLLECTING = (Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
REACHED = (Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the whole ledger holds in one currency, in minor units."""

    currency: str
    raised: int
    refunded: int
    fees: int


def contents(*, at: datetime) -> dict[str, object]:
    collecting = list(listed(COLLECTING).order_by("deadline", "pk")[:CARDS])
    reached = list(listed(REACHED).order_by("-closed_at", "-pk")[:CARDS])
    return {
        "collecting": standings(collecting, at=at),
        "reached": standings(reached, at=at),
        "news": Update.objects.select_related("campaign", "version").order_by("-published_at", "-pk")[:NEWS],
        "sums": sums_of_the_ledger(),
        **_picture(collecting or reached, at=at),
    }


def listed(stages: Collection[Stage]) -> QuerySet[Campaign]:
    """Campaigns with all that their cards show."""
    with_models = Campaign.objects.select_related("organiser", "tainted_version", "clean_version")
    return with_models.prefetch_related("promises").filter(stage__in=stages)


def sums_of_the_ledger() -> list[Sums]:
    rows = (
        Posting.objects.order_by()
        .values("entry__currency")
        .annotate(
            raised=Sum("amount", filter=RAISED),
            refunded=Sum("amount", filter=GIVEN_BACK),
            fees=Sum("amount", filter=Q(account=Account.PROCESSOR_FEES)),
        )
        .order_by("entry__currency")
    )
    return [Sums(row["entry__currency"], -(row["raised"] or 0), row["refunded"] or 0, row["fees"] or 0) for row in rows]


def _picture(campaigns: Sequence[Campaign], *, at: datetime) -> dict[str, object]:
    """The way by which a restriction came, and the clean version beside it, of the first campaign that has both."""
    for campaign in campaigns[:1]:
        reasons = why(campaign, at=at)
        if reasons is not None and reasons.ways:
            return {"pictured": campaign, "tree_svg": short_tree(campaign, reasons)}
    return {}
