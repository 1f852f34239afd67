"""Keep those away who try cards by the hundred, and nobody else: limits that are counted in the database.

Somebody who tests stolen cards wants many small charges, or many saved cards, in a short time. What the networks and
the addresses have set out with is counted whatever became of it; a campaign and the site count only what was not
paid, so that a night in which everybody gives is not mistaken for an attack.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from campaigns.actions.pause_site import is_site_paused
from campaigns.models import Campaign, Pledge

SPAN = timedelta(minutes=10)
DAY = timedelta(days=1)
State = Pledge.State
# Set out, and no card that worked: what card testing leaves behind.
LEFT_BEHIND = (State.CREATED, State.CHECKOUT, State.EXPIRED, State.FAILED)


class PledgeRefused(Exception):
    """`reason` is closed, paused, more-than-left, too-many-tries or what else start_pledge says; `room` what is left
    to the ceiling."""

    def __init__(self, reason: str, room: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.room = room


class Comer(Protocol):
    """Whoever sets out to give. An empty network is unknown, and counts for nothing."""

    @property
    def email(self) -> str: ...
    @property
    def network(self) -> str: ...


def refuse_abuse(campaign: Campaign, giver: Comer, *, at: datetime) -> None:
    """Raises PledgeRefused: `paused` while the whole site is, `too-many-tries` above a limit.

    Call it in the transaction that writes the pledge: it lets in one of a network, and one of an address, at a time,
    so that these limits hold to the last one. Those of a campaign and of the site do not queue anybody; they may be
    passed by as many as are served at one moment.
    """
    if is_site_paused():
        raise PledgeRefused("paused")
    if giver.network:
        # One network lies in one wider network: to hold that is enough to count both in peace.
        wider = wider_network_of(giver.network)
        _one_at_a_time(f"network:{wider}")
        _limit(_since(at - SPAN, network=giver.network), settings.PLEDGES_PER_NETWORK)
        _limit(_since(at - SPAN, wider_network=wider), settings.PLEDGES_PER_WIDER_NETWORK)
    if giver.email:
        _one_at_a_time(f"address:{giver.email}")
        _limit(_since(at - DAY, email=giver.email), settings.PLEDGES_PER_ADDRESS)
    left_behind = _since(at - SPAN, state__in=LEFT_BEHIND)
    _limit(left_behind.filter(campaign=campaign), settings.PLEDGES_PER_CAMPAIGN)
    _limit(left_behind, settings.PLEDGES_PER_SITE)


def wider_network_of(network: str) -> str:
    """The /24 or the /48 that an address (or a /64) lies in; empty for one that is unknown."""
    if not network:
        return ""
    own = ipaddress.ip_network(network)
    return str(own.supernet(new_prefix=24 if own.version == 4 else 48))


def _since(moment: datetime, **about: object) -> QuerySet[Pledge]:
    return Pledge.objects.filter(created_at__gt=moment, **about)


def _limit(pledges: QuerySet[Pledge], most: int) -> None:
    """Coins that share one payment are one try."""
    one_try = Coalesce(F("bundle_id"), -F("pk"))
    if int(pledges.order_by().aggregate(tries=Count(one_try, distinct=True))["tries"]) >= most:
        raise PledgeRefused("too-many-tries")


def _one_at_a_time(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"genseki-abuse:{what}"])
