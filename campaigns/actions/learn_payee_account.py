"""Bring a trainer's account to what Stripe says of it now: may it receive money, and what is still asked?"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from campaigns import stripe_gateway
from campaigns.models import PayeeAccount, Payout
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

ACTIVE = "active"
LOOK_AGAIN, LOOK_AT_ACTIVE = timedelta(minutes=10), timedelta(days=1)
log = logging.getLogger(__name__)


def learn_payee_account(account: PayeeAccount, *, at: datetime) -> PayeeAccount:
    """Ask Stripe, outside every transaction, and write it down. Raises StripeSilent and StripeBusy.

    An account that Stripe does not know any more, or not for us, can receive nothing: that is an answer as well.
    """
    if not account.account_id:
        return account
    try:
        facts = stripe_gateway.payee(account.account_id)
        transfers, missing = facts.transfers, list(facts.missing)
    except StripeRefuses as error:
        transfers, missing = f"gone: {error.code}"[:40], []
    with transaction.atomic():
        held = PayeeAccount.objects.select_for_update().get(pk=account.pk)
        held.transfers, held.missing, held.checked_at = transfers, missing, at
        held.save(update_fields=["transfers", "missing", "checked_at"])
        if transfers == ACTIVE:
            _wake_payouts(held, at=at)
    return held


def learn_payee_accounts(*, at: datetime, most: int = 50) -> int:
    """Look at the accounts that nobody told of for a while; how many were looked at."""
    due = Q(checked_at__isnull=True) | Q(checked_at__lte=at - LOOK_AT_ACTIVE)
    due |= ~Q(transfers=ACTIVE) & Q(checked_at__lte=at - LOOK_AGAIN)
    looked = 0
    known = PayeeAccount.objects.filter(due).exclude(account_id="")
    for account in known.order_by(F("checked_at").asc(nulls_first=True))[:most]:
        try:
            learn_payee_account(account, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("Stripe does not answer (%s); accounts are looked at later", error)
            break
        looked += 1
    return looked


def learn_account_of_event(account_id: str, *, at: datetime) -> bool:
    """An event named this account; False when it is nobody's here."""
    account = PayeeAccount.objects.filter(account_id=account_id).first() if account_id else None
    if account is not None:
        learn_payee_account(account, at=at)
    return account is not None


def _wake_payouts(account: PayeeAccount, *, at: datetime) -> None:
    """What waited for the account is due now. It stays a wait: `pay_out` looks again before it sends."""
    waiting = Payout.objects.filter(state=Payout.State.WAITING_ACCOUNT, campaign__trainer_id=account.user_id)
    waiting.update(next_at=at)
