"""Somebody whose bank wants to hear from him confirms the hold: the same payment that was asked for without him."""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns import attempts, stripe_gateway
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Pledge
from campaigns.stripe_gateway import CardDeclined, Hold, StripeBusy, StripeRefuses, StripeSilent

Kind = Attempt.Kind
#: For so long a call of somebody who pressed twice may be under way.
UNDER_WAY = timedelta(seconds=30)
#: Then the sweep looks, should neither the holder come back nor an event.
A_WHILE = timedelta(minutes=5)


class NotConfirmable(Exception):
    """`reason` is nothing-asked (or no longer), busy (again in a moment) or declined (the bank said no)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def confirm_hold(pledge: Pledge, *, at: datetime, return_url: str) -> str:
    """The address at the bank to go to, or "" when the hold is there already. Raises NotConfirmable.

    There is one payment for each pledge, on which a hold can be placed only once, so that pressing twice, a lost
    answer, or a try without the payer at the same moment make no second one.
    """
    if not pledge.payment_intent_id or not is_confirmable(pledge, at=at):
        raise NotConfirmable("nothing-asked")
    try:
        hold = stripe_gateway.hold(pledge.payment_intent_id)
        if hold.status == "requires_action" and hold.redirect:
            return hold.redirect
        if hold.status == "requires_payment_method":
            hold = _confirm(pledge, at=at, return_url=return_url)
        if not hold.redirect:
            settle_pledge(pledge.pk, at=at)
        return hold.redirect
    except CardDeclined as error:
        raise NotConfirmable("declined") from error
    except (StripeBusy, StripeSilent, attempts.TooLateToRepeat) as error:
        raise NotConfirmable("busy") from error
    except StripeRefuses as error:
        settle_pledge(pledge.pk, at=at)
        raise NotConfirmable("nothing-asked") from error


def is_confirmable(pledge: Pledge, *, at: datetime) -> bool:
    until = pledge.confirm_until
    return pledge.state == Pledge.State.SAVED and until is not None and at < until


def _confirm(pledge: Pledge, *, at: datetime, return_url: str) -> Hold:
    with transaction.atomic():
        share_campaign(pledge.campaign_id)
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        if not is_confirmable(pledge, at=at):
            raise NotConfirmable("nothing-asked")
        _conclude_what_came_to_nothing(pledge, at=at)
        parameters = {
            "intent": pledge.payment_intent_id,
            "payment_method": pledge.payment_method_id,
            "return_url": return_url,
        }
        attempt = attempts.plan(pledge, Kind.CONFIRM, parameters, at=at, amount=pledge.total)
        pledge.check_at = at + A_WHILE
        pledge.save(update_fields=["check_at"])
    return attempts.carry_out(attempt, _call, at=at)


def _conclude_what_came_to_nothing(pledge: Pledge, *, at: datetime) -> None:
    """The payment was looked at, and waits for a card: so a call that was made some time ago did nothing."""
    for attempt in pledge.attempts.filter(kind=Kind.CONFIRM, state__in=Attempt.OPEN):
        if at - (attempt.sent_at or attempt.planned_at) < UNDER_WAY:
            raise NotConfirmable("busy")
        attempts.conclude(attempt, "", at=at)


def _call(parameters: dict[str, object], key: str) -> Hold:
    return stripe_gateway.change_hold(Kind.CONFIRM, parameters, key=key)
