"""How far the work of a campaign is after its close: its steps with their days, what is late, what went back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from campaigns.actions.abandon_campaign import release_until
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, CloseRun, Pledge, Update

WAY = (Stage.OPEN, Stage.FUNDED, Stage.TRAINING, Stage.RELEASED)
GOING_BACK = (Stage.CANCELLED, Stage.ABANDONED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the first coin to the release. `mark` is "done", "now" or still empty; `day` where it is known."""

    stage: str
    mark: str
    day: datetime | None


@dataclass(frozen=True, slots=True)
class Late:
    """The work should have been done on `planned`, so many `days` ago; `told` is when an update was last written."""

    planned: datetime
    days: int
    told: datetime | None


@dataclass(frozen=True, slots=True)
class GoingBack:
    """Of `coins` that were charged, so many have gone back, in whole or in part."""

    coins: int
    done: int


@dataclass(frozen=True, slots=True)
class WorkSoFar:
    """`at_close` is what was raised when the close was decided; `release_until` when the work counts as given up."""

    steps: tuple[Step, ...] = ()
    late: Late | None = None
    going_back: GoingBack | None = None
    at_close: int | None = None
    release_until: datetime | None = None


def work_so_far(campaign: Campaign, *, at: datetime) -> WorkSoFar:
    """Three queries at most, and none before the close."""
    if campaign.closed_at is None and campaign.stage not in GOING_BACK:
        return WorkSoFar()
    turns: dict[str, datetime] = dict(
        campaign.updates.order_by().values("kind").annotate(last=Max("published_at")).values_list("kind", "last")
    )
    at_work = campaign.stage in (Stage.FUNDED, Stage.TRAINING)
    return WorkSoFar(
        steps=_steps(campaign, turns),
        late=_late(campaign, turns, at),
        going_back=_going_back(campaign) if campaign.stage in GOING_BACK else None,
        at_close=CloseRun.objects.filter(campaign=campaign).values_list("raised_at_close", flat=True).first(),
        release_until=release_until(campaign) if at_work else None,
    )


def _steps(campaign: Campaign, turns: dict[str, datetime]) -> tuple[Step, ...]:
    here = Stage(campaign.stage)
    if here not in WAY:
        return ()
    reached = len(WAY) if here == Stage.RELEASED else WAY.index(here)
    marks = ["done" if place < reached else "now" if place == reached else "" for place in range(len(WAY))]
    days = (campaign.opened_at, campaign.closed_at, turns.get(Update.Kind.TRAINING), turns.get(Update.Kind.RELEASED))
    # A campaign that went ahead with less never reached its goal.
    steps = [Step(str(stage), mark, day) for stage, mark, day in zip(WAY, marks, days, strict=True)]
    return tuple(step for step in steps if step.stage != Stage.FUNDED or not _ended_below(turns))


def _ended_below(turns: dict[str, datetime]) -> bool:
    return Update.Kind.UNFUNDED in turns


def _late(campaign: Campaign, turns: dict[str, datetime], at: datetime) -> Late | None:
    began = turns.get(Update.Kind.TRAINING)
    if campaign.stage != Stage.TRAINING or began is None or not campaign.training_days:
        return None
    planned = began + timedelta(days=campaign.training_days)
    days = (at - planned).days
    return Late(planned, days, max(turns.values(), default=None)) if days >= 1 else None


def _going_back(campaign: Campaign) -> GoingBack | None:
    sums = Pledge.objects.filter(campaign=campaign, paid_at__isnull=False).aggregate(
        coins=Count("pk"), done=Count("pk", filter=Q(refunded__gt=0))
    )
    return GoingBack(sums["coins"], sums["done"]) if sums["coins"] else None
