"""The sums that people see. What was paid comes from the ledger; what is promised is no money yet, and from pledges."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from campaigns import money
from campaigns.lifecycle import Stage
from campaigns.matching import coins_to_reach, matched
from campaigns.models import Campaign, JournalEntry, Pledge, Posting
from campaigns.models.going_back import refunds_going_back
from campaigns.models.ledger import Account

# What a campaign raised is what it was given less what was given back. Settling moves it on and changes no total.
RAISING = (
    JournalEntry.Kind.CHARGE,
    JournalEntry.Kind.REFUND,
    JournalEntry.Kind.REFUND_FAILED,
    JournalEntry.Kind.DISPUTE_LOST,
)
# A campaign's money lies in the one account before it is settled and in the other after.
HELD_ACCOUNTS = (Account.CAMPAIGN_HELD, Account.CAMPAIGN_PAYABLE)
HELD = Q(account__in=HELD_ACCOUNTS)
RAISED = HELD & Q(entry__kind__in=RAISING)
GIVEN_BACK = RAISED & ~Q(entry__kind=JournalEntry.Kind.CHARGE)


# While one of these lasts, a card that is saved counts; afterwards only what was paid does.
PROMISING = (Stage.OPEN, Stage.PAUSED, Stage.CLOSING)
STANDING = (Pledge.State.PAID, *Pledge.PROMISED)
MATCH = Q(role=Pledge.Role.MATCH)
NOBODY: Mapping[str, Any] = {"supporters": 0, "unknown": 0, "promised": 0, "matches": 0}


@dataclass(frozen=True, slots=True)
class Totals:
    """Minor units of the campaign's currency. `fees` is what the campaign bears of Stripe's fees, as far as Stripe
    has said them (less what supporters covered and what the platform bears), `net` what is left after them.

    `unknown_fees` counts payments whose fee Stripe has not said yet; while there are any, `net` is only "about".

    `raised` was paid. `promised` is what saved cards would bring if all of them could be charged now, matches with
    what they come to now; `matched` is how much of both comes from matches. `supported` is what there is to match,
    and `caps` up to how much each match still stands for, in the order in which they are filled.
    """

    raised: int
    given: int
    refunded: int
    fees: int
    supporters: int
    organiser_part: int
    unknown_fees: int
    promised: int = 0
    matched: int = 0
    supported: int = 0
    caps: tuple[int, ...] = ()

    @property
    def net(self) -> int:
        return self.raised - self.fees

    @property
    def counted(self) -> int:
        """What counts for the goal and the ceiling until the close: what was paid and what is promised."""
        return self.raised + self.promised


@dataclass(frozen=True, slots=True)
class Promised:
    """What the saved cards of one campaign would bring now."""

    promised: int = 0
    matched: int = 0
    supported: int = 0
    caps: tuple[int, ...] = ()


def totals(campaign: Campaign) -> Totals:
    """All sums of one campaign in two queries, and one more if it is matched, whatever its size."""
    return totals_of([campaign])[campaign.pk]


def totals_of(campaigns: Sequence[Campaign]) -> dict[int, Totals]:
    """The same for several, by their keys: as many queries as for one."""
    paid, people = _paid(campaigns), _people(campaigns)
    matches: dict[int, list[Pledge]] = {campaign.pk: [] for campaign in campaigns}
    if any(row["matches"] for row in people.values()):
        for match in matches_in_order(*campaigns):
            matches[match.campaign_id].append(match)
    return {one.pk: _totals(one, paid[one.pk], people.get(one.pk, NOBODY), matches[one.pk]) for one in campaigns}


def _totals(campaign: Campaign, paid: Counter[str], people: Mapping[str, Any], matches: Sequence[Pledge]) -> Totals:
    promised = promised_now(campaign, paid["raised"] - paid["matches"], people["promised"] or 0, matches)
    return Totals(
        raised=paid["raised"],
        given=paid["given"],
        refunded=paid["given"] - paid["raised"],
        fees=paid["fees"],
        supporters=people["supporters"],
        organiser_part=paid["organiser"],
        unknown_fees=people["unknown"],
        promised=promised.promised,
        matched=paid["matches"] + promised.matched,
        supported=promised.supported,
        caps=promised.caps,
    )


def _paid(campaigns: Sequence[Campaign]) -> dict[int, Counter[str]]:
    """Sums of the ledger by what they are to people. A page asks so often that one sum by group is worth it: to write
    six sums with a condition each takes Django longer than PostgreSQL needs for them."""
    groups = Posting.objects.filter(entry__campaign__in=[campaign.pk for campaign in campaigns]).order_by()
    by = groups.values_list("entry__campaign", "account", "entry__kind", "entry__pledge__role")
    sums: dict[int, Counter[str]] = {campaign.pk: Counter() for campaign in campaigns}
    for campaign, account, kind, role, amount in by.annotate(Sum("amount")):
        found = sums[campaign]
        if account == Account.PROCESSOR_FEES:
            found["fees"] += amount
        elif account in HELD_ACCOUNTS and kind in RAISING:
            found["given"] -= amount if kind == JournalEntry.Kind.CHARGE else 0
            found["raised"] -= amount
            found["organiser"] -= amount if role == Pledge.Role.ORGANISER else 0
            found["matches"] -= amount if role == Pledge.Role.MATCH else 0
    return sums


def _people(campaigns: Sequence[Campaign]) -> dict[int, dict[str, Any]]:
    """What the pledges that stand say beside the ledger; a campaign without any is not there."""
    standing = Pledge.objects.filter(campaign__in=[campaign.pk for campaign in campaigns], state__in=STANDING)
    rows = (
        standing.order_by()
        .values("campaign")
        .annotate(
            supporters=Count("email", distinct=True),
            unknown=Count("pk", filter=Q(state=Pledge.State.PAID, fee__isnull=True)),
            promised=Sum("amount", filter=~MATCH & Q(state__in=Pledge.PROMISED)),
            matches=Count("pk", filter=MATCH),
        )
    )
    return {row["campaign"]: dict(row) for row in rows}


def matches_in_order(*campaigns: Campaign) -> QuerySet[Pledge]:
    """The matches of these campaigns that stand, in the order in which they are filled."""
    standing = Pledge.objects.filter(MATCH, campaign__in=campaigns, state__in=STANDING)
    return standing.order_by("saved_at", "pk")


def promised_now(campaign: Campaign, paid_by_others: int, saved_by_others: int, matches: Sequence[Pledge]) -> Promised:
    """`paid_by_others` and `saved_by_others` are what everybody but the matches gave and promised.

    A match is worth its part of that until the close says what it came to; then its own amount.
    """
    if campaign.stage not in PROMISING:
        return Promised()
    supported = paid_by_others + saved_by_others
    caps = tuple(match.amount for match in matches)
    parts = matched(supported, caps, least=money.CURRENCIES[campaign.currency].least)
    add = sum(part for match, part in zip(matches, parts, strict=True) if match.state == Pledge.State.SAVED)
    add += sum(match.amount for match in matches if match.state == Pledge.State.AUTHORISED)
    return Promised(saved_by_others + add, add, supported, caps)


def counted_without(campaign: Campaign, sums: Totals, leaving: int) -> int:
    """What counts when so much of what others paid is on its way back, with what matches then come to."""
    least = money.CURRENCIES[campaign.currency].least
    before, after = (
        sum(matched(supported, sums.caps, least=least)) for supported in (sums.supported, sums.supported - leaving)
    )
    return sums.counted - leaving - (before - after)


def on_its_way_back(campaign: Campaign) -> int:
    """How much of what was raised shall go back, and is not back yet as far as the ledger knows."""
    refunds = refunds_going_back().filter(
        pledge__campaign=campaign, pledge__state=Pledge.State.PAID, pledge__came_late=False
    )
    parts = ((one.amount or 0, one.of_pledge) for one in refunds.select_related("pledge"))
    return sum(amount * pledge.amount // pledge.total for amount, pledge in parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the bar shows. `raised` is what counts, and `promised` how much of it is not paid yet but promised.

    `coins_missing` is how many people with one coin each would reach the goal, with what their coins are matched with.
    """

    raised: int
    goal: int
    ceiling: int | None
    percent: int
    organiser_part: int
    supporters: int
    coins_missing: int
    room: int | None
    promised: int = 0


def progress(campaign: Campaign, sums: Totals) -> Progress:
    goal, counted = campaign.goal or 0, sums.counted
    least = money.CURRENCIES[campaign.currency].least
    return Progress(
        raised=counted,
        goal=goal,
        ceiling=campaign.ceiling,
        percent=money.percent(counted, goal),
        organiser_part=min(sums.organiser_part, counted),
        supporters=sums.supporters,
        coins_missing=coins_to_reach(goal - counted, campaign.coin or 1, sums.supported, sums.caps, least=least),
        room=None if campaign.ceiling is None else max(campaign.ceiling - counted, 0),
        promised=sums.promised,
    )
