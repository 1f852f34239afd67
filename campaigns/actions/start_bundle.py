"""Write down that somebody sets out to give to several campaigns in one payment. Stripe is not asked here."""

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from campaigns import money
from campaigns.actions.refuse_abuse import PledgeRefused, refuse_abuse, wider_network_of
from campaigns.actions.start_pledge import FORGOTTEN_AFTER, Giver, refuse_what_cannot_be
from campaigns.lifecycle import is_charged_at_the_close
from campaigns.models import Bundle, Campaign, Pledge

MOST_COINS = 20


class BundleRefused(Exception):
    """`campaign` takes no such coin, for a `reason` of PledgeRefused; or too-large, or not-together, is their sum."""

    def __init__(self, reason: str, campaign: Campaign | None = None, *, room: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.campaign = campaign
        self.room = room


@dataclass(frozen=True, slots=True)
class Coin:
    """What one campaign of a bundle is given, in minor units."""

    campaign: Campaign
    amount: int


def start_bundle(coins: Sequence[Coin], giver: Giver, *, cover_fee: bool, form_nonce: str, at: datetime) -> Bundle:
    """The bundle of this form: sending one form twice gives the same bundle. Raises BundleRefused.

    A form that was changed and sent again is another bundle, and so is one whose page has run out. Its pledges are
    written in the order of their campaigns' keys, in which they are held ever after.
    """
    coins = sorted(coins, key=lambda coin: coin.campaign.pk)
    nonce, before = _sent_before(coins, giver, cover_fee=cover_fee, form_nonce=form_nonce)
    if before is not None:
        return before
    covered = covered_fees(coins, cover_fee=cover_fee)
    _refuse_what_cannot_be(coins, giver, covered, at=at)
    try:
        with transaction.atomic():
            for coin in coins:
                _let_in(coin.campaign, giver, at=at)
            return _write(coins, giver, covered, nonce=nonce, at=at)
    except IntegrityError as error:
        if "form_nonce" not in str(error):
            raise
        # A form was sent twice at once, and the other was first: it is found now.
        return start_bundle(coins, giver, cover_fee=cover_fee, form_nonce=form_nonce, at=at)


def covered_fees(coins: Sequence[Coin], *, cover_fee: bool) -> dict[int, int]:
    """What each campaign's coin is given more for the fee, by the campaign's key: the fee comes once, for the sum."""
    amounts = {coin.campaign.pk: coin.amount for coin in coins}
    if not cover_fee or not amounts:
        return dict.fromkeys(amounts, 0)
    return money.shares(money.fee_to_cover(sum(amounts.values()), coins[0].campaign.currency), amounts)


def _sent_before(coins: Sequence[Coin], giver: Giver, *, cover_fee: bool, form_nonce: str) -> tuple[str, Bundle | None]:
    """The living bundle of this form that says the same, or None and the nonce under which to write it."""
    who = [getattr(giver, name) for name in ("email", "language", "name", "anonymous", "hide_amount", "message")]
    how = [giver.message_private, giver.wants_updates, giver.user.pk if giver.user else None, cover_fee]
    says = [form_nonce, [(coin.campaign.pk, coin.amount) for coin in coins], who, how]
    mark = hashlib.sha256(json.dumps(says).encode()).hexdigest()[:48]
    for number in itertools.count(1):
        found = Bundle.objects.filter(form_nonce=f"{mark}-{number}").first()
        if found is None or found.pledges.exclude(state=Pledge.State.EXPIRED).exists():
            return f"{mark}-{number}", found
    raise AssertionError("numbers do not end")


def _refuse_what_cannot_be(coins: Sequence[Coin], giver: Giver, covered: dict[int, int], *, at: datetime) -> None:
    currencies = {coin.campaign.currency for coin in coins}
    if not 0 < len(coins) <= MOST_COINS or len(currencies) != 1 or len(covered) != len(coins):
        raise BundleRefused("not-together")
    for coin in coins:
        if is_charged_at_the_close(coin.campaign.kind):
            raise BundleRefused("not-together", coin.campaign)
        try:
            refuse_what_cannot_be(coin.campaign, giver, coin.amount, at=at)
        except PledgeRefused as refusal:
            raise BundleRefused(refusal.reason, coin.campaign, room=refusal.room) from refusal
    if sum(coin.amount for coin in coins) + sum(covered.values()) > money.CURRENCIES[currencies.pop()].most:
        raise BundleRefused("too-large")


def _let_in(campaign: Campaign, giver: Giver, *, at: datetime) -> None:
    try:
        refuse_abuse(campaign, giver, at=at)
    except PledgeRefused as refusal:
        raise BundleRefused(refusal.reason, campaign, room=refusal.room) from refusal


def _write(coins: Sequence[Coin], giver: Giver, covered: dict[int, int], *, nonce: str, at: datetime) -> Bundle:
    # If no page is ever asked for, the sweep ends it.
    bundle = Bundle.objects.create(
        form_nonce=nonce,
        currency=coins[0].campaign.currency,
        email=giver.email,
        language=giver.language,
        network=giver.network,
        created_at=at,
        check_at=at + FORGOTTEN_AFTER,
    )
    for coin in coins:
        is_organiser = giver.user is not None and giver.user.pk == coin.campaign.organiser_id
        Pledge.objects.create(
            bundle=bundle,
            campaign=coin.campaign,
            # Whoever knew it could send it with the form of a single coin, and be led to this one.
            form_nonce=nonce,
            role=Pledge.Role.ORGANISER if is_organiser else Pledge.Role.SUPPORTER,
            currency=bundle.currency,
            amount=coin.amount,
            covered_fee=covered[coin.campaign.pk],
            supporter=giver.user,
            email=giver.email,
            language=giver.language,
            name=giver.name,
            anonymous=giver.anonymous or not giver.name,
            hide_amount=giver.hide_amount,
            message=giver.message,
            message_private=giver.message_private,
            wants_updates=giver.wants_updates,
            network=giver.network,
            wider_network=wider_network_of(giver.network),
            created_at=at,
        )
    return bundle
