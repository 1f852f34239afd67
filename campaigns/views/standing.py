"""How a campaign stands: its sums, its bar, and what can be done now. Four queries, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns import money
from campaigns.actions.pause_site import is_site_paused
from campaigns.actions.start_pledge import room_left
from campaigns.lifecycle import GIVING, Stage, is_charged_at_the_close
from campaigns.models import Campaign, CloseRun
from campaigns.totals import PROMISING, Progress, Totals, progress, totals, totals_of
from campaigns.views.running_matches import Matching, running_matches


@dataclass(frozen=True, slots=True)
class Bar:
    """Widths and places as percentages of the whole bar, in the words of SVG ("97.5%").

    The whole bar is the ceiling, or the goal where there is none, or what was raised where that is more. The last
    part of what was raised is `matched`, which begins at `matched_from`; both are empty where nothing is.
    """

    own: str
    raised: str
    goal: str
    ceiling: str
    reached: bool
    matched_from: str = ""
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the numbers of a page are made of. `room` is what may still be given, None without a ceiling."""

    campaign: Campaign
    sums: Totals
    progress: Progress
    bar: Bar
    giving: bool
    room: int | None
    site_paused: bool = False
    close_run: CloseRun | None = None

    @property
    def later(self) -> bool:
        """Whether nothing is charged before the close."""
        return is_charged_at_the_close(self.campaign.kind)

    @property
    def promising(self) -> bool:
        """Whether what is shown is promised still, and not money."""
        return self.later and self.campaign.stage in (Stage.DRAFT, Stage.REVIEW, *PROMISING)

    @property
    def matches(self) -> Matching | None:
        return running_matches(self.campaign, self.sums)

    @property
    def at_close(self) -> int | None:
        """What the cards held when the close was decided."""
        return self.close_run.raised_at_close if self.close_run else None

    @property
    def promised_then(self) -> int | None:
        """What was promised when it closed, as the close wrote it down."""
        said = self.close_run.report.get("promised") if self.close_run else None
        return said if isinstance(said, int) else None

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
    shown = _standing(campaign, totals(campaign), at=at, site_paused=is_site_paused())
    closed = shown.later and campaign.closed_at is not None
    if not closed and campaign.stage != Stage.CLOSING:
        return shown
    return replace(shown, close_run=CloseRun.objects.filter(campaign=campaign).first())


def standings(campaigns: Sequence[Campaign], *, at: datetime) -> list[Standing]:
    """The same for a list of cards, in four queries for all of them."""
    sums = totals_of(campaigns)
    paused = is_site_paused()
    return [_standing(one, sums[one.pk], at=at, site_paused=paused) for one in campaigns]


def _standing(campaign: Campaign, sums: Totals, *, at: datetime, site_paused: bool) -> Standing:
    now = progress(campaign, sums)
    in_time = campaign.deadline is not None and campaign.deadline > at
    paused = site_paused or campaign.giving_paused
    giving = campaign.stage in GIVING and not paused and in_time and now.room != 0
    return Standing(campaign, sums, now, _bar(now, sums.matched), giving, room_left(campaign, sums), site_paused)


def _bar(now: Progress, matched: int) -> Bar:
    whole = max(now.ceiling or 0, now.goal, now.raised, 1)
    own, raised, goal, ceiling = (
        _part(value, whole) for value in (now.organiser_part, now.raised, now.goal, now.ceiling or 0)
    )
    return Bar(
        own,
        raised,
        goal,
        ceiling if now.ceiling and now.ceiling != now.goal else "",
        now.raised >= now.goal,
        _part(now.raised - matched, whole) if matched else "",
        _part(matched, whole) if matched else "",
    )


def _part(value: int, whole: int) -> str:
    """In hundredths of a per cent, without a float: 19,500 of 20,000 is 97.50%."""
    hundredths = max(value, 0) * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
