"""Write down that somebody sets out to give a coin. Nothing is charged here, and Stripe is not asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from campaigns import money
from campaigns.lifecycle import GIVING
from campaigns.models import Campaign, Pledge
from campaigns.totals import totals

LIMIT_SPAN = timedelta(minutes=10)


class PledgeRefused(Exception):
    """`reason` is closed, paused, more-than-left or too-many-tries; `room` what is left to the ceiling."""

    def __init__(self, reason: str, room: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.room = room


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who gives, and how they want to be shown. `network` is the address that the tries are counted by."""

    email: str
    language: str
    name: str = ""
    anonymous: bool = False
    hide_amount: bool = False
    message: str = ""
    message_private: bool = False
    wants_updates: bool = False
    user: User | None = None
    network: str = ""


def start_pledge(
    campaign: Campaign, giver: Giver, *, amount: int, cover_fee: bool, form_nonce: str, at: datetime
) -> Pledge:
    """The pledge of this form: sending one form twice gives the same pledge. Raises PledgeRefused."""
    before = Pledge.objects.filter(campaign=campaign, form_nonce=form_nonce).first()
    if before is not None and before.amount == amount and before.state != Pledge.State.EXPIRED:
        return before
    _refuse_what_cannot_be(campaign, giver, amount, at=at)
    nonce = form_nonce if before is None else f"{form_nonce[:40]}-{before.token[:16]}"
    pledge = Pledge(
        campaign=campaign,
        supporter=giver.user,
        form_nonce=nonce,
        role=Pledge.Role.ORGANISER if giver.user == campaign.organiser else Pledge.Role.SUPPORTER,
        currency=campaign.currency,
        amount=amount,
        covered_fee=money.fee_to_cover(amount, campaign.currency) if cover_fee else 0,
        email=giver.email,
        language=giver.language,
        name=giver.name,
        anonymous=giver.anonymous or not giver.name,
        hide_amount=giver.hide_amount,
        message=giver.message,
        message_private=giver.message_private,
        wants_updates=giver.wants_updates,
        network=giver.network,
        created_at=at,
    )
    try:
        with transaction.atomic():
            pledge.save(force_insert=True)
    except IntegrityError:
        # The same form was sent twice at once, and the other was first.
        return Pledge.objects.get(campaign=campaign, form_nonce=nonce)
    return pledge


def room_left(campaign: Campaign, raised: int) -> int | None:
    """What may still be given, or None without a ceiling.

    A rest below Stripe's least amount cannot be charged, so the least amount is asked for instead.
    """
    if campaign.ceiling is None:
        return None
    rest = max(campaign.ceiling - raised, 0)
    return max(rest, money.CURRENCIES[campaign.currency].least) if rest else 0


def _refuse_what_cannot_be(campaign: Campaign, giver: Giver, amount: int, *, at: datetime) -> None:
    if campaign.giving_paused or campaign.stage == "paused":
        raise PledgeRefused("paused")
    if campaign.stage not in GIVING or campaign.deadline is None or campaign.deadline <= at:
        raise PledgeRefused("closed")
    room = room_left(campaign, totals(campaign).raised)
    if room == 0:
        raise PledgeRefused("closed")
    if room is not None and amount > room:
        raise PledgeRefused("more-than-left", room)
    if giver.network:
        tries = Pledge.objects.filter(network=giver.network, created_at__gt=at - LIMIT_SPAN).count()
        if tries >= settings.PLEDGES_PER_NETWORK:
            raise PledgeRefused("too-many-tries")
