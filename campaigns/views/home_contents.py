"""What the first page shows, in a number of queries that does not grow with the site."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet, Sum

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Posting, Update
from campaigns.models.ledger import Account
from campaigns.totals import GIVEN_BACK, RAISED
from campaigns.views.campaign_family import short_tree
from campaigns.views.campaign_lineage import Change, Why, changes_of, why
from campaigns.views.standing import Standing, standings
from lineage.verdicts import FamilyTooLarge

logger = logging.getLogger(__name__)

CARDS, REACHED_CARDS, NEWS, CHANGES_ON_A_CARD = 6, 3, 5, 2
COLLECTING = (Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
REACHED = (Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)
#: Of all families behind the cards together; judging as many takes about half a second.
LARGEST_FAMILIES = 5_000


@dataclass(frozen=True, slots=True)
class Sums:
    """What the whole ledger holds in one currency, in minor units."""

    currency: str
    raised: int
    refunded: int
    fees: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A campaign that reached its goal, and what became possible, as its own page tells it."""

    now: Standing
    changes: tuple[Change, ...]


def contents(*, at: datetime) -> dict[str, object]:
    collecting = list(listed(COLLECTING).order_by("deadline", "pk")[:CARDS])
    reached = list(listed(REACHED).order_by("-closed_at", "-pk")[:REACHED_CARDS])
    cards = standings([*collecting, *reached], at=at)
    changes = _changes(reached, at=at)
    return {
        "collecting": cards[: len(collecting)],
        "reached": [Reached(now, _better(now.campaign, changes)) for now in cards[len(collecting) :]],
        "news": Update.objects.select_related("campaign", "version").order_by("-published_at", "-pk")[:NEWS],
        "sums": _sums_or_none(),
        **_picture(cards, at=at),
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


def _sums_or_none() -> list[Sums] | None:
    """None when the ledger takes too long to sum up: the page goes without these numbers, not without its campaigns."""
    try:
        with transaction.atomic():
            return sums_of_the_ledger()
    except DatabaseError:
        logger.exception("The sums of the first page could not be told.")
        return None


def _changes(campaigns: Sequence[Campaign], *, at: datetime) -> Mapping[int, tuple[Change, ...]]:
    """None where the families are too large to be judged for a card; the campaigns' own pages tell it then."""
    try:
        return changes_of(campaigns, at=at, largest=LARGEST_FAMILIES)
    except FamilyTooLarge:
        return {}


def _better(campaign: Campaign, changes: Mapping[int, tuple[Change, ...]]) -> tuple[Change, ...]:
    """A use whose verdict is another one now, or to which only duties are left."""
    return tuple(one for one in changes.get(campaign.pk, ()) if one.before != one.after)[:CHANGES_ON_A_CARD]


def _picture(cards: Sequence[Standing], *, at: datetime) -> dict[str, object]:
    """How a restriction came to the first campaign's model, the clean version beside it, and what that one changes."""
    for now in cards[:1]:
        reasons = why(now.campaign, at=at)
        if reasons is not None and reasons.ways:
            return {
                "pictured": now.campaign,
                "pictured_now": now,
                "change": _clearest(reasons),
                "tree_svg": short_tree(now.campaign, reasons),
            }
    return {}


def _clearest(reasons: Why) -> Change | None:
    """The change that says most in least words: from what is forbidden to what is allowed, if there is such a one."""
    told = [change for change in reasons.changes if change.before.verdict != change.after.verdict]
    plain = [change for change in told if change.before.verdict == "blocked"]
    return next(iter([*plain, *told]), None)
