"""How a campaign stands: its sums, its bar, and what can be done now. Three queries, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from campaigns import money
from campaigns.actions.start_pledge import room_left
from campaigns.lifecycle import GIVING, Stage
from campaigns.models import Campaign, Pledge, Posting
from campaigns.totals import RAISED, Progress, Totals, progress, totals

OVER = (Stage.RELEASED, Stage.ABANDONED, Stage.CANCELLED)
SOON = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Bar:
    """Widths and places as percentages of the whole bar, in the words of SVG ("97.5%").

    The whole bar is the ceiling, or the goal where there is none, or what was raised where that is more.
    """

    own: str
    raised: str
    goal: str
    ceiling: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the numbers of a page are made of. `room` is what may still be given, None without a ceiling."""

    campaign: Campaign
    sums: Totals
    progress: Progress
    bar: Bar
    giving: bool
    room: int | None

    @property
    def others(self) -> int:
        """What everybody but the organiser gave, in minor units."""
        return self.progress.raised - self.progress.organiser_part

    @property
    def next_coin(self) -> int | None:
        """The one-tap amount: a coin, or the rest where less is left to the ceiling. None when nothing can be given."""
        if not self.giving or not self.campaign.coin:
            return None
        return self.campaign.coin if self.room is None else min(self.campaign.coin, self.room)

    @property
    def presets(self) -> tuple[int, ...]:
        """The other amounts that are offered beside the coin."""
        offered = money.CURRENCIES[self.campaign.currency].presets
        return tuple(one for one in offered if one != self.next_coin and (self.room is None or one <= self.room))


def standing(campaign: Campaign, *, at: datetime) -> Standing:
    return _standing(campaign, totals(campaign), at=at)


def standings(campaigns: Sequence[Campaign], *, at: datetime) -> list[Standing]:
    """The same for a list of cards, in two queries for all of them; only the numbers that a card shows are there."""
    keys = [campaign.pk for campaign in campaigns]
    sums = {
        row["entry__campaign"]: (-(row["raised"] or 0), -(row["own"] or 0))
        for row in Posting.objects.filter(RAISED, entry__campaign__in=keys)
        .order_by()
        .values("entry__campaign")
        .annotate(raised=Sum("amount"), own=Sum("amount", filter=Q(entry__pledge__role=Pledge.Role.ORGANISER)))
    }
    people = dict(
        Pledge.objects.filter(campaign__in=keys, state=Pledge.State.PAID)
        .order_by()
        .values_list("campaign")
        .annotate(Count("email", distinct=True))
    )
    return [_standing(one, _card_sums(*sums.get(one.pk, (0, 0)), people.get(one.pk, 0)), at=at) for one in campaigns]


def seconds_to_next_look(now: Standing, *, at: datetime) -> int:
    """How long a page may wait before it asks again; 0 when nothing will move any more."""
    campaign = now.campaign
    if campaign.stage in OVER:
        return 0
    if campaign.stage == Stage.CLOSING:
        return 3
    if not now.giving:
        return 60
    nearly = now.room is not None and campaign.coin is not None and now.room <= 2 * campaign.coin
    ending = campaign.deadline is not None and campaign.deadline - at < SOON
    return 4 if nearly or ending else 10


def _card_sums(raised: int, own: int, people: int) -> Totals:
    return Totals(
        raised=raised, given=raised, refunded=0, fees=0, supporters=people, organiser_part=own, unknown_fees=0
    )


def _standing(campaign: Campaign, sums: Totals, *, at: datetime) -> Standing:
    now = progress(campaign, sums)
    in_time = campaign.deadline is not None and campaign.deadline > at
    giving = campaign.stage in GIVING and not campaign.giving_paused and in_time and now.room != 0
    return Standing(campaign, sums, now, _bar(now), giving, room_left(campaign, sums.raised))


def _bar(now: Progress) -> Bar:
    whole = max(now.ceiling or 0, now.goal, now.raised, 1)
    own, raised, goal, ceiling = (
        _part(value, whole) for value in (now.organiser_part, now.raised, now.goal, now.ceiling or 0)
    )
    return Bar(own, raised, goal, ceiling if now.ceiling and now.ceiling != now.goal else "", now.raised >= now.goal)


def _part(value: int, whole: int) -> str:
    """In hundredths of a per cent, without a float: 19,500 of 20,000 is 97.50%."""
    hundredths = max(value, 0) * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
