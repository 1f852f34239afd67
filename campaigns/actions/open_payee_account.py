"""The trainer opens an account at Stripe to be paid to, or goes on with what Stripe still asks."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from campaigns import stripe_gateway
from campaigns.actions.queue_mail import queue_mail
from campaigns.countries import Way
from campaigns.models import Campaign, PayeeAccount
from campaigns.stripe_gateway import StripeSilent


class NothingToOpen(Exception):
    """None of this person's campaigns is paid through Stripe."""


def country_of(trainer: User) -> str:
    """The country of the newest campaign that is paid through Stripe, or ""."""
    theirs = Campaign.objects.filter(trainer=trainer, payout_way=Way.CONNECT).order_by("-opened_at")
    return theirs.values_list("payee_country", flat=True).first() or ""


def open_payee_account(trainer: User, *, language: str, at: datetime) -> str:
    """The address at Stripe to go to. The account is made once, however often this is called.

    Raises NothingToOpen and what the gateway raises; whatever was made stays, and the next call goes on from there.
    """
    country = country_of(trainer)
    if not country:
        raise NothingToOpen
    account, _ = PayeeAccount.objects.get_or_create(
        user=trainer,
        defaults={"country": country, "idempotency_key": f"genseki-account-{uuid.uuid4()}", "created_at": at},
    )
    if not account.account_id:
        # The key was committed above: an answer that is lost leads to the same account next time.
        account.account_id = _made(account)
        _keep(account, account.account_id, language=language, at=at)
    return stripe_gateway.onboarding_address(
        account.account_id,
        return_url=settings.SITE_URL + reverse("payee_back"),
        refresh_url=settings.SITE_URL + reverse("payee_again"),
    )


def _made(account: PayeeAccount) -> str:
    """The id of the account that Stripe makes, or has made. A key that Stripe has done with is of no more use."""
    try:
        return stripe_gateway.create_payee(_parameters(account), key=account.idempotency_key).id
    except StripeSilent as silence:
        if not silence.replayed:
            raise
    before = stripe_gateway.payee_made_for(str(account.pk))
    if before is not None:
        return before.id
    spent, account.idempotency_key = account.idempotency_key, f"genseki-account-{uuid.uuid4()}"
    PayeeAccount.objects.filter(pk=account.pk, idempotency_key=spent).update(idempotency_key=account.idempotency_key)
    # Somebody else may have been faster: what counts is the key on record.
    account.refresh_from_db(fields=["idempotency_key"])
    return stripe_gateway.create_payee(_parameters(account), key=account.idempotency_key).id


def _parameters(account: PayeeAccount) -> dict[str, object]:
    """Nothing that may change between two calls with the same key is in it, so no address and no name."""
    wanted = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    return {
        "dashboard": "express",
        "identity": {"country": account.country},
        "configuration": {"recipient": {"capabilities": wanted}},
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "metadata": {"genseki_payee": str(account.pk)},
    }


def _keep(account: PayeeAccount, account_id: str, *, language: str, at: datetime) -> None:
    with transaction.atomic():
        kept = PayeeAccount.objects.filter(pk=account.pk, account_id="").update(account_id=account_id)
        if kept:
            _tell_trainer(account, language=language, at=at)


def _tell_trainer(account: PayeeAccount, *, language: str, at: datetime) -> None:
    """Whoever reads this mail and did not do it knows that somebody else is in the account."""
    queue_mail(
        key=f"payee:{account.pk}",
        to=account.user.email,
        language=language,
        template="payee_opened",
        at=at,
        context={"payee_url": settings.SITE_URL + reverse("payee")},
    )
