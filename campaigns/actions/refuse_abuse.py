"""Keep those away who try cards by the hundred, and nobody else: limits that are counted in the database.

Somebody who tests stolen cards wants many small charges, or many saved cards, in a short time. What the networks and
the addresses have set out with is counted whatever became of it; a campaign and the site count only what was not
paid, so that a night in which everybody gives is not mistaken for an attack.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, Lower

from campaigns.actions.pause_site import is_site_paused
from campaigns.locks import one_at_a_time
from campaigns.models import Campaign, CardFailure, Pledge

SPAN = timedelta(minutes=10)
DAY = timedelta(days=1)
State = Pledge.State
# Set out, and no card that worked: what card testing leaves behind.
LEFT_BEHIND = (State.CREATED, State.CHECKOUT, State.EXPIRED, State.FAILED)
# Coins that share one payment are one try.
ONE_TRY = Coalesce(F("bundle_id"), -F("pk"))


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
        one_at_a_time(f"abuse:network:{wider}")
        _limit(_since(at - SPAN, network=giver.network), settings.PLEDGES_PER_NETWORK)
        _limit(_since(at - SPAN, wider_network=wider), settings.PLEDGES_PER_WIDER_NETWORK)
        _refuse_who_fails(giver.network, at=at)
    if giver.email:
        # Carol@Example.com is carol@example.com.
        address = giver.email.lower()
        one_at_a_time(f"abuse:address:{address}")
        of_address = _since(at - DAY).alias(address=Lower("email")).filter(address=address)
        _limit(of_address, settings.PLEDGES_PER_ADDRESS)
    left_behind = _since(at - SPAN, state__in=LEFT_BEHIND)
    _limit_of_all(left_behind.filter(campaign=campaign), settings.PLEDGES_PER_CAMPAIGN)
    _limit_of_all(left_behind, settings.PLEDGES_PER_SITE)


def wider_network_of(network: str) -> str:
    """The /24 or the /48 that an address (or a /64) lies in; empty for one that is unknown."""
    if not network:
        return ""
    own = ipaddress.ip_network(network)
    return str(own.supernet(new_prefix=24 if own.version == 4 else 48))


def _since(moment: datetime, **about: object) -> QuerySet[Pledge]:
    return Pledge.objects.filter(created_at__gt=moment, **about)


def _limit(pledges: QuerySet[Pledge], most: int) -> None:
    if int(pledges.order_by().aggregate(tries=Count(ONE_TRY, distinct=True))["tries"]) >= most:
        raise PledgeRefused("too-many-tries")


def _limit_of_all(pledges: QuerySet[Pledge], most: int) -> None:
    """Of one wider network only so many count as one network may have: a few alone must not close a door for all."""
    rows = pledges.order_by().values("wider_network").annotate(tries=Count(ONE_TRY, distinct=True))
    tries = rows.values_list("wider_network", "tries")
    if sum(min(many, settings.PLEDGES_PER_NETWORK) if network else many for network, many in tries) >= most:
        raise PledgeRefused("too-many-tries")


def _refuse_who_fails(network: str, *, at: datetime) -> None:
    """Whoever had many cards refused waits, unless as many of the same network worked: it may be a whole city's."""
    failed = CardFailure.objects.filter(pledge__network=network, at__gt=at - SPAN).count()
    if failed < settings.FAILED_CARDS_PER_NETWORK:
        return
    worked = _since(at - SPAN, network=network).exclude(state__in=LEFT_BEHIND).count()
    if failed - worked >= settings.FAILED_CARDS_PER_NETWORK:
        raise PledgeRefused("too-many-tries")
