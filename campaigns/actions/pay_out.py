"""Send what is planned to the trainer's account at Stripe, once, whatever happens in between."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from campaigns import attempts, failpoints, stripe_gateway
from campaigns.actions.hold_payout import obstacle_to
from campaigns.actions.learn_payee_account import ACTIVE, learn_payee_account
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.actions.settle_payout import TransferDiffers, settle_payout
from campaigns.locks import hold_campaign
from campaigns.models import Attempt, PayeeAccount, Payout
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent, TransferFacts

LEASE, LOOK_AGAIN, LONGEST = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NO_BALANCE, NO_CAPABILITY = "balance_insufficient", "insufficient_capabilities_for_transfer"
State = Payout.State
log = logging.getLogger(__name__)


def pay_out(*, at: datetime, most: int = 50) -> int:
    """Every payout that is due, one after another; how many were looked at. One that stops does not stop the others."""
    due = Payout.objects.filter(state__in=Payout.OPEN, next_at__lte=at).order_by("next_at", "pk")
    looked = 0
    for pk in list(due.values_list("pk", flat=True)[:most]):
        try:
            pay_out_one(pk, at=at)
        except (StripeSilent, StripeBusy) as error:
            log.warning("Payout %s is not known to be made yet: %s", pk, error)
        except Exception:
            log.exception("Payout %s stopped; it is tried again", pk)
        looked += 1
    return looked


def pay_out_one(pk: int, *, at: datetime) -> Payout:
    """Raises what the gateway raises; then the same call is made again later, with the same key."""
    payout = Payout.objects.select_related("campaign").get(pk=pk)
    account = _account_of(payout, at=at)
    attempt = _plan(pk, account, at=at)
    if attempt is not None:
        failpoints.reach("payout.planned")
        _send(attempt, at=at)
    return Payout.objects.get(pk=pk)


def _account_of(payout: Payout, *, at: datetime) -> PayeeAccount | None:
    """The trainer's account as Stripe sees it at this moment; None when there is none that may be paid."""
    if payout.way != Payout.Way.CONNECT:
        return None
    known = PayeeAccount.objects.filter(user=payout.campaign.trainer, country=payout.campaign.payee_country)
    account = known.exclude(account_id="").first()
    return learn_payee_account(account, at=at) if account else None


def _plan(pk: int, account: PayeeAccount | None, *, at: datetime) -> Attempt | None:
    """The call to make now, committed before it is made; None when there is none to make."""
    with transaction.atomic():
        campaign = hold_campaign(Payout.objects.values_list("campaign_id", flat=True).get(pk=pk))
        payout = Payout.objects.select_for_update().get(pk=pk)
        if payout.state not in Payout.OPEN or payout.next_at is None or payout.next_at > at:
            return None
        last = payout.attempts.filter(kind=Attempt.Kind.TRANSFER).order_by("-sequence").first()
        if last is not None and last.state != Attempt.State.FAILED:
            # It may have happened: nothing is decided anew until Stripe has said what became of it.
            _lay(payout, State.PLANNED, at + LEASE)
            return last
        obstacle = obstacle_to(payout, campaign, at=at)
        if obstacle is not None:
            over = obstacle.state == State.FAILED
            _lay(payout, obstacle.state, None if over else at + LOOK_AGAIN, obstacle.code)
            return None
        if payout.way == Payout.Way.BY_HAND:
            _lay(payout, State.WAITING_STAFF, at + LOOK_AGAIN)
            return None
        if account is None or account.transfers != ACTIVE:
            _lay(payout, State.WAITING_ACCOUNT, at + LOOK_AGAIN)
            return None
        payout.account_id = account.account_id
        _lay(payout, State.PLANNED, at + LEASE)
        return attempts.plan(payout, Attempt.Kind.TRANSFER, _parameters(payout), at=at, amount=payout.amount)


def _lay(payout: Payout, state: str, next_at: datetime | None, error: str = "") -> None:
    """Write down how it stands, and when to look at it again."""
    payout.state, payout.next_at, payout.error = state, next_at, error
    payout.save(update_fields=["state", "next_at", "error", "account_id"])


def _parameters(payout: Payout) -> dict[str, object]:
    return {
        "amount": payout.amount,
        "currency": payout.currency.lower(),
        "destination": payout.account_id,
        "transfer_group": _group(payout),
        "metadata": {"genseki_payout": str(payout.pk), "genseki_part": payout.part},
    }


def _group(payout: Payout) -> str:
    return f"campaign-{payout.campaign_id}"


def _send(attempt: Attempt, *, at: datetime) -> None:
    """Make the call, or learn what became of it, and let the ledger hear of it."""
    payout = Payout.objects.get(attempts=attempt)
    transfer_id = attempt.stripe_id
    if attempt.state != Attempt.State.SUCCEEDED:
        try:
            transfer_id = attempts.carry_out(attempt, _transfer, at=at).id
        except StripeRefuses as error:
            _refused(payout, error, at=at)
            return
        except (StripeSilent, StripeBusy):
            attempt.refresh_from_db()
            Payout.objects.filter(pk=payout.pk, state__in=Payout.OPEN).update(next_at=attempt.next_at)
            raise
        except attempts.TooLateToRepeat:
            transfer_id = _made_already(payout)
            attempts.conclude(attempt, transfer_id, at=at)
        failpoints.reach("payout.answer_written")
    if transfer_id:
        _settle(payout, transfer_id, at=at)
    else:
        Payout.objects.filter(pk=payout.pk, state__in=Payout.OPEN).update(next_at=at)


def _transfer(parameters: dict[str, object], key: str) -> TransferFacts:
    made = stripe_gateway.create_transfer(parameters, key=key)
    failpoints.reach("payout.after_call")
    return made


def _settle(payout: Payout, transfer_id: str, *, at: datetime) -> None:
    try:
        settle_payout(payout.pk, transfer_id, at=at)
    except TransferDiffers as error:
        _alarm(payout, str(error), at=at)


def _refused(payout: Payout, error: StripeRefuses, *, at: datetime) -> None:
    """Nothing was sent. Stripe remembers a refusal under its key, so the next call has a new one."""
    tries = payout.attempts.filter(kind=Attempt.Kind.TRANSFER).count()
    later = at + min(LOOK_AGAIN * 2 ** min(tries - 1, 10), LONGEST)
    state = {NO_BALANCE: State.WAITING_BALANCE, NO_CAPABILITY: State.WAITING_ACCOUNT}.get(error.code)
    if state is None:
        _alarm(payout, str(error), at=at)
    still = Payout.objects.filter(pk=payout.pk, state__in=Payout.OPEN)
    still.update(state=state or State.WAITING_STAFF, next_at=later, error=error.code[:300])


def _alarm(payout: Payout, says: str, *, at: datetime) -> None:
    detail = {"campaign": payout.campaign.slug, "payout": payout.pk, "says": says[:300]}
    raise_alarm(kind="payout", key=f"payout:{payout.pk}", at=at, detail=detail)


def _made_already(payout: Payout) -> str:
    """The id of the transfer that a lost call has made, or ""."""
    ours = (one.id for one in stripe_gateway.transfers_of(_group(payout)) if _is_of(one, payout))
    return next(ours, "")


def _is_of(transfer: TransferFacts, payout: Payout) -> bool:
    return transfer.metadata.get("genseki_payout") == str(payout.pk)
