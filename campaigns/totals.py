"""The sums that people see. All of them come from the ledger; pledges only say to whom a sum belongs."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from campaigns import money
from campaigns.models import Attempt, Campaign, JournalEntry, Pledge, Posting
from campaigns.models.ledger import Account

# What a campaign raised is what it was given less what was given back. Settling moves it on and changes no total.
RAISING = (
    JournalEntry.Kind.CHARGE,
    JournalEntry.Kind.REFUND,
    JournalEntry.Kind.REFUND_FAILED,
)
# A campaign's money lies in the one account before it is settled and in the other after.
HELD = Q(account__in=(Account.CAMPAIGN_HELD, Account.CAMPAIGN_PAYABLE))
RAISED = HELD & Q(entry__kind__in=RAISING)
GIVEN = HELD & Q(entry__kind=JournalEntry.Kind.CHARGE)
GIVEN_BACK = RAISED & ~Q(entry__kind=JournalEntry.Kind.CHARGE)


@dataclass(frozen=True, slots=True)
class Totals:
    """Minor units of the campaign's currency. `fees` is what the campaign bears of Stripe's fees, as far as Stripe
    has said them (less what supporters covered and what the platform bears), `net` what is left after them.

    `unknown_fees` counts payments whose fee Stripe has not said yet; while there are any, `net` is only "about".
    """

    raised: int
    given: int
    refunded: int
    fees: int
    supporters: int
    organiser_part: int
    unknown_fees: int

    @property
    def net(self) -> int:
        return self.raised - self.fees


def totals(campaign: Campaign) -> Totals:
    """All sums of one campaign in three queries, whatever its size."""
    sums = Posting.objects.filter(entry__campaign=campaign).aggregate(
        raised=Sum("amount", filter=RAISED),
        given=Sum("amount", filter=GIVEN),
        refunded=Sum("amount", filter=GIVEN_BACK),
        fees=Sum("amount", filter=Q(account=Account.PROCESSOR_FEES)),
        organiser=Sum("amount", filter=RAISED & Q(entry__pledge__role=Pledge.Role.ORGANISER)),
    )
    people = Pledge.objects.filter(campaign=campaign, state=Pledge.State.PAID).aggregate(
        supporters=Count("email", distinct=True), unknown=Count("pk", filter=Q(fee__isnull=True))
    )
    return Totals(
        raised=-(sums["raised"] or 0),
        given=-(sums["given"] or 0),
        refunded=sums["refunded"] or 0,
        fees=sums["fees"] or 0,
        supporters=people["supporters"],
        organiser_part=-(sums["organiser"] or 0),
        unknown_fees=people["unknown"],
    )


def on_its_way_back(campaign: Campaign) -> int:
    """How much of what was raised shall go back, and is not back yet as far as the ledger knows."""
    refunds = Attempt.objects.filter(
        pledge__campaign=campaign,
        pledge__state=Pledge.State.PAID,
        pledge__came_late=False,
        kind=Attempt.Kind.REFUND,
        state__in=Attempt.OPEN,
    )
    parts = ((one.amount or 0, one.of_pledge) for one in refunds.select_related("pledge"))
    return sum(amount * pledge.amount // pledge.total for amount, pledge in parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the bar shows. `coins_missing` is how many people with one coin each would reach the goal."""

    raised: int
    goal: int
    ceiling: int | None
    percent: int
    organiser_part: int
    supporters: int
    coins_missing: int
    room: int | None


def progress(campaign: Campaign, sums: Totals) -> Progress:
    goal, coin = campaign.goal or 0, campaign.coin or 1
    missing = max(goal - sums.raised, 0)
    return Progress(
        raised=sums.raised,
        goal=goal,
        ceiling=campaign.ceiling,
        percent=money.percent(sums.raised, goal),
        organiser_part=min(sums.organiser_part, sums.raised),
        supporters=sums.supporters,
        coins_missing=-(-missing // coin),
        room=None if campaign.ceiling is None else max(campaign.ceiling - sums.raised, 0),
    )
