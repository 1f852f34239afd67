"""A card was declined: whether it is asked again and when, whether its holder must confirm, or whether that was all."""

from datetime import datetime, timedelta

from campaigns.actions.merge_hold import fail
from campaigns.actions.tell_of_card import tell_of_card
from campaigns.charging import Outcome, an_attempt
from campaigns.models import Attempt, CloseRun, Pledge

#: How long after the first time a card is asked again. The holds of the others last a week.
ASKED_AGAIN_AFTER = (timedelta(hours=4), timedelta(hours=24), timedelta(hours=60))
HOLDS_END_AFTER = timedelta(days=4)
#: Nobody waits four days for a demo. There is time to open the mail and confirm.
HOLDS_END_AFTER_IN_A_DEMO = timedelta(minutes=5)
NEEDS_ITS_HOLDER = "authentication_required"
#: What no second try changes, by Stripe's decline codes. Everything else a bank may say may pass.
HARD = frozenset(
    {
        *("card_not_supported", "currency_not_supported", "expired_card", "fraudulent", "incorrect_number"),
        *("invalid_account", "invalid_expiry_month", "invalid_expiry_year", "invalid_number", "lost_card"),
        *("merchant_blacklist", "new_account_information_available", "no_action_taken", "not_permitted"),
        *("payment_method_unactivated", "pickup_card", "restricted_card", "revocation_of_all_authorizations"),
        *("revocation_of_authorization", "security_violation", "service_not_allowed", "stolen_card"),
        *("stop_payment_order", "testmode_decline", "transaction_not_allowed"),
    }
)


def answer_a_decline(run: CloseRun, pledge: Pledge, attempt: Attempt, outcome: Outcome, at: datetime) -> None:
    """Call it while the pledge, which is saved, is held. It is changed and not saved; a next attempt is."""
    ends_at = run.holds_end_at
    assert ends_at is not None, "the end of the holds is written before the first is asked for"
    code = outcome.refused
    if code == NEEDS_ITS_HOLDER and at < ends_at and pledge.payment_intent_id:
        pledge.failure, pledge.confirm_until = code, ends_at
        tell_of_card(pledge, "confirm_card", at=at, number=0)
        return
    next_at = _asked_again_at(pledge, attempt)
    if outcome.is_final or code in HARD or code == NEEDS_ITS_HOLDER or next_at is None or next_at >= ends_at:
        fail(pledge, code, at=at)
        return
    pledge.failure = code[:60]
    planned = an_attempt(Attempt.Kind.AUTHORISE, pledge, hold_parameters(pledge), sequence=attempt.sequence + 1, at=at)
    planned.next_at = max(next_at, at)
    planned.save(force_insert=True)
    tell_of_card(pledge, "card_declined", at=at)


def hold_parameters(pledge: Pledge) -> dict[str, object]:
    """What is asked of Stripe: a new payment with a hold, or another try of the one that was declined.

    It is one payment however often a card is asked, so there can be no second hold.
    """
    if pledge.payment_intent_id:
        return {
            "intent": pledge.payment_intent_id,
            "payment_method": pledge.payment_method_id,
            "off_session": True,
        }
    return {
        "amount": pledge.total,
        "currency": pledge.currency.lower(),
        "customer": pledge.customer_id,
        "payment_method": pledge.payment_method_id,
        "allowed_payment_method_types": ["card"],
        "capture_method": "manual",
        "confirm": True,
        "off_session": True,
        "metadata": {"genseki_pledge": str(pledge.pk), "genseki_campaign": pledge.campaign.slug},
        "transfer_group": f"campaign-{pledge.campaign_id}",
    }


def _asked_again_at(pledge: Pledge, attempt: Attempt) -> datetime | None:
    first = pledge.attempts.filter(kind=Attempt.Kind.AUTHORISE).order_by("sequence").first()
    declines = pledge.attempts.filter(
        kind=Attempt.Kind.AUTHORISE, state=Attempt.State.FAILED, sequence__lte=attempt.sequence
    ).count()
    if first is None or declines > len(ASKED_AGAIN_AFTER):
        return None
    return first.planned_at + ASKED_AGAIN_AFTER[max(declines, 1) - 1]
