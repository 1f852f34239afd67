"""Write down that somebody sets out to give a coin. Nothing is charged here, and Stripe is not asked."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from campaigns import money
from campaigns.actions.consent import Consent
from campaigns.actions.refuse_abuse import PledgeRefused as PledgeRefused
from campaigns.actions.refuse_abuse import refuse_abuse, wider_network_of
from campaigns.actions.refuse_insiders import refuse_insiders
from campaigns.lifecycle import GIVING
from campaigns.locks import hold_campaign
from campaigns.matching import room_for_a_coin
from campaigns.models import Campaign, Pledge
from campaigns.totals import Totals, totals

FORGOTTEN_AFTER = timedelta(hours=1)


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
    campaign: Campaign,
    giver: Giver,
    *,
    amount: int,
    cover_fee: bool,
    form_nonce: str,
    at: datetime,
    matches_up_to: int | None = None,
    consent: Consent | None = None,
) -> Pledge:
    """The pledge of this form: sending one form twice gives the same pledge. Raises PledgeRefused.

    A form that was changed and sent again is another pledge: whoever went back to give less, or to tick `anonymous`,
    gets what the form says now. With `matches_up_to` it is a match, `amount` does not count, and no fee is covered.
    What is charged at the close needs a consent, which is kept.
    """
    says = _what_it_says(giver, campaign, amount, matches_up_to, cover_fee=cover_fee)
    nonce, before = _sent_before(campaign, form_nonce, says)
    if before is not None:
        return before
    refuse_what_cannot_be(campaign, giver, amount, at=at, matches_up_to=matches_up_to)
    pledge = Pledge(campaign=campaign, form_nonce=nonce, role=_role(campaign, giver, matches_up_to), **says)
    _keep_consent(pledge, consent, at=at)
    # If no page is ever asked for, the sweep ends it.
    pledge.network, pledge.created_at, pledge.check_at = giver.network, at, at + FORGOTTEN_AFTER
    pledge.wider_network, pledge.currency = wider_network_of(giver.network), campaign.currency
    try:
        _write(pledge, giver, at=at)
    except IntegrityError as error:
        # A form was sent twice at once, and the other was first: it is found now.
        _, first = _sent_before(campaign, form_nonce, says)
        if "one_form_makes_one_pledge" not in str(error) or first is None:
            raise
        return first
    return pledge


def _write(pledge: Pledge, giver: Giver, *, at: datetime) -> None:
    with transaction.atomic():
        refuse_abuse(pledge.campaign, giver, at=at)
        if pledge.matches_up_to is not None:
            # One at a time, so that two matches sent at once do not pass what was declared, or the room, together.
            held = hold_campaign(pledge.campaign_id)
            refuse_what_cannot_be(held, giver, pledge.amount, at=at, matches_up_to=pledge.matches_up_to)
        pledge.save(force_insert=True)


def _keep_consent(pledge: Pledge, consent: Consent | None, *, at: datetime) -> None:
    """What is charged later is charged by the words that were agreed to."""
    if not pledge.charged_at_the_close:
        return
    if consent is None:
        raise PledgeRefused("no-consent")
    pledge.consent_version, pledge.consent_text, pledge.consented_at = consent.version, consent.text, at


def _what_it_says(
    giver: Giver, campaign: Campaign, amount: int, matches_up_to: int | None, *, cover_fee: bool
) -> dict[str, object]:
    covers = cover_fee and matches_up_to is None
    return {
        "supporter_id": giver.user.pk if giver.user else None,
        # Until the close a match stands with its cap.
        "amount": amount if matches_up_to is None else matches_up_to,
        "matches_up_to": matches_up_to,
        "covered_fee": money.fee_to_cover(amount, campaign.currency) if covers else 0,
        "email": giver.email,
        "language": giver.language,
        "name": giver.name,
        "anonymous": giver.anonymous or not giver.name,
        "hide_amount": giver.hide_amount,
        "message": giver.message,
        "message_private": giver.message_private,
        "wants_updates": giver.wants_updates,
    }


def _role(campaign: Campaign, giver: Giver, matches_up_to: int | None) -> str:
    if matches_up_to is not None:
        return Pledge.Role.MATCH
    return Pledge.Role.ORGANISER if giver.user == campaign.organiser else Pledge.Role.SUPPORTER


def _sent_before(campaign: Campaign, form_nonce: str, says: Mapping[str, object]) -> tuple[str, Pledge | None]:
    """The living pledge that says the same in the same form, or None and the nonce under which to write it."""
    mark = hashlib.sha256(json.dumps([form_nonce, says]).encode()).hexdigest()[:48]
    for nonce in itertools.chain((form_nonce,), (f"{mark}-{number}" for number in itertools.count(1))):
        found = Pledge.objects.filter(campaign=campaign, form_nonce=nonce).first()
        if found is None:
            return nonce, None
        same = all(getattr(found, field) == value for field, value in says.items())
        if same and found.bundle_id is None and found.state not in Pledge.OVER:
            return nonce, found
    raise AssertionError("numbers do not end")


def room_left(campaign: Campaign, sums: Totals) -> int | None:
    """The largest coin that may still be given, or None without a ceiling: what matches add to it has to fit as well.

    A rest below Stripe's least amount cannot be charged, so the least amount is asked for instead.
    """
    if campaign.ceiling is None:
        return None
    least = money.CURRENCIES[campaign.currency].least
    return room_for_a_coin(campaign.ceiling - sums.counted, sums.supported, sums.caps, least=least)


def refuse_what_cannot_be(
    campaign: Campaign, giver: Giver, amount: int, *, at: datetime, matches_up_to: int | None = None
) -> None:
    """Raises PledgeRefused when the campaign takes no coin of this amount, or no such match, from this giver now."""
    if campaign.giving_paused or campaign.stage == "paused":
        raise PledgeRefused("paused")
    if campaign.stage not in GIVING or campaign.deadline is None or campaign.deadline <= at:
        raise PledgeRefused("closed")
    sums = totals(campaign)
    room = room_left(campaign, sums)
    if room == 0:
        raise PledgeRefused("closed")
    refuse_insiders(campaign, giver, matches_up_to=matches_up_to)
    if campaign.ceiling is not None and matches_up_to is not None:
        room = campaign.ceiling - sums.counted
        if matches_up_to > room:
            raise PledgeRefused("match-too-large", room)
    elif room is not None and amount > room:
        raise PledgeRefused("more-than-left", room)
