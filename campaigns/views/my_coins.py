"""The coins of one person: those given while logged in, and those given as a guest with an address they have proven.

A guest's coin is shown by its address alone, so only proven addresses count, and only coins whose receipt went there:
whoever typed in a stranger's address and never paid is nobody's affair. A coin that was given from another account
stays that account's, whatever address it names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from campaigns.models import Dispute, Follower, Pledge
from campaigns.models.going_back import refunds_going_back

# Capitals of ASCII are the same letters everywhere. Of other letters databases and languages disagree: a Kelvin sign
# is a small k to some, and the address of somebody else to a mail server.
NOT_ASCII: Final = r"[^ -~]"
MOST_FOLLOWS: Final = 100
HAPPENED: Final = Q(paid_at__isnull=False) | Q(saved_at__isnull=False)
UNDER_WAY: Final = (Pledge.State.CHECKOUT, Pledge.State.PROCESSING)


@dataclass(frozen=True, slots=True)
class Coin:
    """A pledge and how it stands: being-given-back, partly-given-back, or the pledge's own state."""

    pledge: Pledge
    state: str

    @property
    def at(self) -> datetime:
        return self.pledge.paid_at or self.pledge.saved_at or self.pledge.created_at

    @property
    def receipt_token(self) -> str:
        """The secret of the payment's receipt; empty where nothing was paid."""
        if self.pledge.paid_at is None:
            return ""
        return self.pledge.bundle.token if self.pledge.bundle else self.pledge.token


def proven_addresses(person: User) -> list[str]:
    """The confirmed addresses of an account in small letters, without those that no comparison is safe for."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return [address.lower() for address in confirmed if address.isascii()]


def coins_of(person: User) -> QuerySet[Pledge]:
    """Newest first. Coins that came to nothing before anything happened are left out."""
    own = Q(supporter=person) & (HAPPENED | Q(state__in=UNDER_WAY))
    as_guest = Q(supporter__isnull=True, address__in=proven_addresses(person)) & HAPPENED
    found = Pledge.objects.alias(address=Lower("email")).filter(own | (as_guest & ~Q(email__regex=NOT_ASCII)))
    return found.select_related("campaign", "bundle").order_by(
        Coalesce("paid_at", "saved_at", "created_at").desc(), "-pk"
    )


def with_going_back(coins: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """With whether a refund is under way, and what was given up to the supporter's bank."""
    refunds = refunds_going_back().filter(pledge=OuterRef("pk"))
    return coins.annotate(going_back=Exists(refunds), lost=_lost())


def as_coins(pledges: Iterable[Pledge]) -> list[Coin]:
    """Of pledges that `with_going_back` has looked at."""
    return [Coin(one, _state(one)) for one in pledges]


def given(coins: QuerySet[Pledge]) -> list[tuple[str, int]]:
    """(currency, minor units) of what was paid and did not go back, by a refund or in a dispute."""
    sums = coins.order_by().filter(paid_at__isnull=False).values_list("currency")
    stays = sums.annotate(stays=Sum(F("amount") + F("covered_fee") - F("refunded"))).order_by("currency")
    return [(currency, minor) for currency, minor in stays if minor]


def years(coins: QuerySet[Pledge]) -> list[int]:
    """The years in which something was paid, the last one first, where the site is."""
    paid = coins.order_by().filter(paid_at__isnull=False)
    return [moment.year for moment in paid.datetimes("paid_at", "year", order="DESC")]


def paid_in(coins: QuerySet[Pledge], year: int) -> QuerySet[Pledge]:
    """What was paid in a year, where the site is, the first one first, with what banks took back."""
    zone = timezone.get_default_timezone()
    begin, end = (datetime(one, 1, 1, tzinfo=zone) for one in (year, year + 1))
    paid = coins.filter(paid_at__gte=begin, paid_at__lt=end)
    return paid.annotate(withdrawn=Coalesce(Sum("disputes__withdrawn"), 0)).order_by("paid_at", "pk")


def follows_of(person: User) -> QuerySet[Follower]:
    """The campaigns whose mails go to a proven address of this person."""
    listens = Follower.objects.filter(confirmed_at__isnull=False, unsubscribed_at__isnull=True)
    mine = listens.filter(email__in=proven_addresses(person))
    return mine.select_related("campaign").order_by("-confirmed_at", "-pk")


def _lost() -> Coalesce:
    """What disputes of a pledge took away for good. A query of its own, so that no pledge is counted twice."""
    lost = Dispute.objects.filter(pledge=OuterRef("pk")).order_by().values("pledge").annotate(sum=Sum("lost"))
    return Coalesce(Subquery(lost.values("sum")), 0)


def _state(pledge: Pledge) -> str:
    if pledge.state != Pledge.State.PAID:
        return str(pledge.state)
    if pledge.came_late or getattr(pledge, "going_back", False):
        return "being-given-back"
    return "partly-given-back" if pledge.refunded else str(pledge.state)
