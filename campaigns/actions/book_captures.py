"""Book many holds that have become payments of one campaign at once. What is odd about any is left to `merge_facts`."""

from collections.abc import Sequence
from datetime import datetime

from campaigns import charging, ledger
from campaigns.actions.follow_campaign import follow_campaign
from campaigns.actions.forget_cards import plan_to_forget
from campaigns.actions.merge_facts import PAID_FIELDS, DoesNotMatch, is_decided, mark_as_paid, refuse_a_mismatch
from campaigns.actions.queue_mail import queue_mails
from campaigns.actions.send_receipt import receipt_of
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import PaymentFacts

Captured = tuple[Pledge, PaymentFacts]


def book_captures(captured: Sequence[Captured], *, stage: str, at: datetime) -> list[Captured]:
    """Ledger, pledges, receipts, cards to forget; what is returned was not booked, and wants `merge_facts`.

    Call it in the transaction that shares the campaign, whose `stage` this is, and holds the pledges' rows.
    """
    plain = [(pledge, facts) for pledge, facts in captured if _is_plain(pledge, facts)]
    if not plain or is_decided(plain[0][0], stage):
        return list(captured)
    told = [news for pledge, facts in plain for news in ledger.charge_and_fee(pledge, facts, at=at)]
    added = ledger.post_many(plain[0][0].campaign, told)
    booked = [(pledge, facts) for pledge, facts in plain if (str(ledger.Kind.CHARGE), facts.charge) in added]
    for pledge, facts in booked:
        pledge.payment_intent_id = facts.payment_intent
        mark_as_paid(pledge, facts, back=0, at=at)
    pledges = [pledge for pledge, _ in booked]
    charging.update_each(pledges, PAID_FIELDS)
    _answer(pledges, at=at)
    done = {pledge.pk for pledge in pledges}
    return [(pledge, facts) for pledge, facts in captured if pledge.pk not in done]


def _is_plain(pledge: Pledge, facts: PaymentFacts) -> bool:
    """A promise whose payment is heard of for the first time, and of which nothing went back."""
    if pledge.state not in Pledge.PROMISED or pledge.charge_id or pledge.bundle_id or facts.refunds:
        return False
    try:
        refuse_a_mismatch(pledge, facts.payment_intent, facts.amount, facts.currency, facts.metadata)
    except DoesNotMatch:
        return False
    return True


def _answer(pledges: list[Pledge], *, at: datetime) -> None:
    """As `merge_facts` answers a single one."""
    queue_mails([receipt_of(pledge, at=at) for pledge in pledges])
    _plan_to_forget(pledges, at=at)
    for pledge in pledges:
        if pledge.wants_updates:
            follow_campaign(pledge.campaign, email=pledge.email, language=pledge.language, at=at)


def _plan_to_forget(pledges: list[Pledge], *, at: datetime) -> None:
    """Whoever has had another card before is looked at one by one."""
    known = Attempt.objects.filter(pledge__in=pledges, kind=Attempt.Kind.DETACH)
    had_another = set(known.values_list("pledge_id", flat=True))
    new = []
    for pledge in pledges:
        if pledge.pk in had_another:
            plan_to_forget(pledge, pledge.payment_method_id, at=at)
        elif pledge.payment_method_id:
            asked = {"payment_method": pledge.payment_method_id}
            attempt = charging.an_attempt(Attempt.Kind.DETACH, pledge, asked, sequence=1, at=at)
            attempt.amount = None
            new.append(attempt)
    Attempt.objects.bulk_create(new)
