"""Write down that somebody sets out to give a coin. Nothing is charged here, and Stripe is not asked."""

import hashlib
import itertools
import json
from collections.abc import Mapping
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
FORGOTTEN_AFTER = timedelta(hours=1)


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
    """The pledge of this form: sending one form twice gives the same pledge. Raises PledgeRefused.

    A form that was changed and sent again is another pledge: whoever went back to give less, or to tick `anonymous`,
    gets what the form says now.
    """
    says: dict[str, object] = {
        "supporter_id": giver.user.pk if giver.user else None,
        "amount": amount,
        "covered_fee": money.fee_to_cover(amount, campaign.currency) if cover_fee else 0,
        "email": giver.email,
        "language": giver.language,
        "name": giver.name,
        "anonymous": giver.anonymous or not giver.name,
        "hide_amount": giver.hide_amount,
        "message": giver.message,
        "message_private": giver.message_private,
        "wants_updates": giver.wants_updates,
    }
    nonce, before = _sent_before(campaign, form_nonce, says)
    if before is not None:
        return before
    _refuse_what_cannot_be(campaign, giver, amount, at=at)
    role = Pledge.Role.ORGANISER if giver.user == campaign.organiser else Pledge.Role.SUPPORTER
    pledge = Pledge(campaign=campaign, form_nonce=nonce, role=role, currency=campaign.currency, **says)
    # If no page is ever asked for, the sweep ends it.
    pledge.network, pledge.created_at, pledge.check_at = giver.network, at, at + FORGOTTEN_AFTER
    try:
        with transaction.atomic():
            pledge.save(force_insert=True)
    except IntegrityError as error:
        if "one_form_makes_one_pledge" not in str(error):
            raise
        # A form was sent twice at once, and the other was first: it is found now.
        return start_pledge(campaign, giver, amount=amount, cover_fee=cover_fee, form_nonce=form_nonce, at=at)
    return pledge


def _sent_before(campaign: Campaign, form_nonce: str, says: Mapping[str, object]) -> tuple[str, Pledge | None]:
    """The living pledge that says the same in the same form, or None and the nonce under which to write it."""
    mark = hashlib.sha256(json.dumps([form_nonce, says]).encode()).hexdigest()[:48]
    for nonce in itertools.chain((form_nonce,), (f"{mark}-{number}" for number in itertools.count(1))):
        found = Pledge.objects.filter(campaign=campaign, form_nonce=nonce).first()
        if found is None:
            return nonce, None
        same = all(getattr(found, field) == value for field, value in says.items())
        if same and found.state != Pledge.State.EXPIRED:
            return nonce, found
    raise AssertionError("numbers do not end")


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
