"""Merge what Stripe says of a payment into its pledge: the ledger first, then the state, then the mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from campaigns import ledger
from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.forget_cards import plan_to_forget
from campaigns.actions.merge_hold import merge_hold
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.queue_mail import queue_mails
from campaigns.actions.send_receipt import receipt_of
from campaigns.actions.tell_of_refunds import tell_of_refunds
from campaigns.lifecycle import Stage
from campaigns.models import CloseStep, Pledge
from campaigns.stripe_gateway import Checkout, PaymentFacts

FEE_LATER, FEE_LATEST = timedelta(seconds=20), timedelta(hours=1)
#: The fields that a payment changes, for those who write many pledges at once.
PAID_FIELDS = (
    *("state", "payment_intent_id", "charge_id", "paid_at", "fee", "refunded", "check_at"),
    *("failure", "confirm_until", "ended_at"),
)


class DoesNotMatch(Exception):
    """Stripe's amount, currency or names are not the pledge's. Nothing was changed; a person must look."""


def the_only(known: str, told: str) -> str:
    """A pledge or a bundle has one page and one payment; of a second people must know, since nobody counts it."""
    if known and told and known != told:
        raise DoesNotMatch(f"{told} is told of what has {known} already")
    return known or told


def merge_facts(pledge: Pledge, page: Checkout | None, facts: PaymentFacts | None, *, stage: str, at: datetime) -> None:
    """Call it in the transaction that shares the campaign, whose `stage` this is, and holds the pledge's row.

    Raises DoesNotMatch, and then nothing was changed.
    """
    is_news = False
    if page is not None:
        refuse_a_mismatch(pledge, page.id, page.amount, page.currency)
        pledge.session_id = page.id
    if facts is not None:
        refuse_a_mismatch(pledge, facts.payment_intent, facts.amount, facts.currency, facts.metadata)
        pledge.payment_intent_id = facts.payment_intent
        if facts.charge and not pledge.charge_id:
            pledge.came_late = is_decided(pledge, stage)
        tell_of_refunds(pledge, facts, at=at)
        is_news = ledger.post_payment(pledge, facts, at=at)
    _move(pledge, page, facts, at=at)
    pledge.save()
    if is_news and pledge.charged_at_the_close:
        plan_to_forget(pledge, pledge.payment_method_id, at=at)
    if is_news and pledge.state == Pledge.State.PAID:
        _answer(pledge, at=at)


def refuse_a_mismatch(
    pledge: Pledge, thing: str, amount: int, currency: str, metadata: Mapping[str, str] | None = None
) -> None:
    """Raises DoesNotMatch."""
    if (amount, currency) != (pledge.total, pledge.currency):
        raise DoesNotMatch(
            f"pledge {pledge.pk} is {pledge.total} {pledge.currency}, but {thing} is {amount} {currency}"
        )
    ours = {"genseki_pledge": str(pledge.pk), "genseki_campaign": pledge.campaign.slug}
    for name, told in (metadata or {}).items():
        if ours.get(name, told) != told:
            raise DoesNotMatch(f"{thing} says {name} {told}, but it is {ours[name]}")


def _move(pledge: Pledge, page: Checkout | None, facts: PaymentFacts | None, *, at: datetime) -> None:
    """Forward only: a late `failed` or `expired` never takes back what was paid."""
    if facts is not None and facts.charge:
        mark_as_paid(pledge, facts, back=ledger.given_back(pledge), at=at)
    elif facts is not None and pledge.state in Pledge.PROMISED:
        merge_hold(pledge, facts, at=at)
    elif pledge.state in Pledge.UNDER_WAY:
        if facts is not None and facts.status == "processing":
            pledge.state, pledge.check_at = Pledge.State.PROCESSING, at + timedelta(minutes=5)
        elif page is not None and page.status == "expired":
            pledge.state, pledge.check_at = Pledge.State.EXPIRED, None
        elif pledge.check_at is not None and pledge.check_at <= at:
            pledge.check_at = at + timedelta(minutes=5)


def mark_as_paid(pledge: Pledge, facts: PaymentFacts, *, back: int, at: datetime) -> None:
    """The ledger has the payment, and `back` of it went back again; the pledge is changed and not saved."""
    # Of a payment that carries several coins this is one part, and the charge is that of all.
    pledge.charge_id = facts.charge.partition("/")[0]
    pledge.paid_at = pledge.paid_at or facts.charged_at or at
    pledge.fee = facts.fee if facts.fee is not None else pledge.fee
    pledge.refunded = back
    pledge.state = Pledge.State.REFUNDED if pledge.refunded == pledge.total else Pledge.State.PAID
    # Stripe says its fee within moments; a fee that does not come is asked for ever less often.
    later = max(FEE_LATER, min(at - pledge.paid_at, FEE_LATEST))
    pledge.check_at = None if pledge.fee is not None else at + later
    pledge.failure, pledge.confirm_until, pledge.ended_at = "", None, None


def is_decided(pledge: Pledge, stage: str) -> bool:
    """Whether a payment that is heard of now has come too late for its campaign."""
    if stage == Stage.CANCELLED:
        return True
    # What is charged at the close is charged after its verdict, and is late only once the rest was settled.
    last = "settle" if pledge.charged_at_the_close else "verdict"
    return CloseStep.objects.filter(run__campaign_id=pledge.campaign_id, name=last).exists()


def _answer(pledge: Pledge, *, at: datetime) -> None:
    """Once for each payment, in the transaction that made it known."""
    if pledge.came_late:
        # The close was decided without this payment, so it goes back. What was paid before the drain ended counts.
        try:
            plan_refund(pledge, reason="too-late", at=at)
        except NothingToGiveBack:
            pass  # All of it is on its way back already.
    else:
        # Something of it stayed, though a part may be back already.
        if pledge.bundle_id is None:
            queue_mails([receipt_of(pledge, at=at)])
        if pledge.wants_updates:
            follow_campaign(pledge.campaign, email=pledge.email, language=pledge.language, at=at)
