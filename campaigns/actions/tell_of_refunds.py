"""Tell a supporter by mail what goes back and why, and what could not go back; of the latter staff hear as well."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from campaigns import ledger
from campaigns.actions.plan_refund import AGAIN, SHARES
from campaigns.actions.queue_mail import queue_mail
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.lifecycle import Stage
from campaigns.models import Attempt, JournalEntry, Pledge
from campaigns.stripe_gateway import PaymentFacts, RefundFact

GONE = ("failed", "canceled")
# What the mail has words for.
REASONS = frozenset(
    {"taken-back", "too-late", "not-reached", "by-organiser", "by-staff", "fraud-warning", AGAIN, *SHARES}
)


def tell_of_refunds(pledge: Pledge, facts: PaymentFacts, *, at: datetime) -> None:
    """Call it before the ledger hears of the payment, in the same transaction: what it does not have yet is news."""
    if not facts.charge:
        return
    for refund in facts.refunds:
        failed = refund.status in GONE
        kind = ledger.Kind.REFUND_FAILED if failed else ledger.Kind.REFUND
        if not JournalEntry.objects.filter(kind=kind, external_ref=refund.id).exists():
            _tell(pledge, refund, "refund_failed" if failed else "refund_made", at=at)
            if failed:
                _tell_staff(pledge, refund, at=at)


def _tell(pledge: Pledge, refund: RefundFact, template: str, *, at: datetime) -> None:
    with override(pledge.language):
        thanks_url = settings.SITE_URL + reverse("thanks", args=[pledge.token])
        campaign_url = settings.SITE_URL + reverse("campaign", args=[pledge.campaign.slug])
        heading = pledge.campaign.heading
    queue_mail(
        key=f"{template}:{refund.id}",
        to=pledge.email,
        language=pledge.language,
        template=template,
        at=at,
        context={
            "campaign": heading,
            "campaign_url": campaign_url,
            "thanks_url": thanks_url,
            "amount": refund.amount,
            "total": pledge.total,
            "currency": pledge.currency,
            "reason": _reason(pledge, refund),
            "pending": refund.status in ("pending", "requires_action"),
        },
    )


def _reason(pledge: Pledge, refund: RefundFact) -> str:
    """Why it goes back; empty when it was made at Stripe's dashboard. The event may be faster than our own answer."""
    ours = pledge.attempts.filter(kind=Attempt.Kind.REFUND).order_by("-sequence")
    made = ours.filter(stripe_id=refund.id.partition("/")[0]).first()
    made = made or ours.filter(stripe_id="", amount=refund.amount).exclude(state=Attempt.State.FAILED).first()
    if made is None:
        return ""
    if made.reason in REASONS:
        return made.reason
    return "cancelled" if pledge.campaign.stage == Stage.CANCELLED else ""


def _tell_staff(pledge: Pledge, refund: RefundFact, *, at: datetime) -> None:
    detail = {
        "campaign": pledge.campaign.slug,
        "pledge": pledge.pk,
        "refund": refund.id,
        "amount": refund.amount,
        "currency": pledge.currency,
        "status": refund.status,
    }
    raise_alarm(kind="refund-failed", key=f"refund-failed:{refund.id}", detail=detail, at=at)
