"""What each kind of Stripe event means to us. Most name a pledge to look at; the looking is `settle_pledge`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns import stripe_gateway
from campaigns.actions.hear_of_dispute import hear_of_dispute
from campaigns.actions.heed_fraud_warning import heed_fraud_warning
from campaigns.actions.learn_payee_account import learn_account_of_event
from campaigns.actions.note_failed_card import CARD_FAILURES, note_failed_card
from campaigns.actions.settle_payout import settle_payout_of_event
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Pledge

Thing = dict[str, Any]
Handler = Callable[[Thing, datetime], bool]


class NotYet(Exception):
    """The pledge that the event names is not here yet; the event is tried again."""


@dataclass(frozen=True, slots=True)
class Named:
    """The pledge that an event is about, and the page or payment that it tells of. Nothing of it is checked yet."""

    pledge: Pledge
    session: str = ""
    intent: str = ""
    setup: str = ""


def dispatch(kind: str, thing: Thing, *, at: datetime, made: datetime | None = None) -> bool:
    """True when the event concerned us, False for kinds and payments that are not ours. `made` is Stripe's time."""
    noted = kind in CARD_FAILURES and note_failed_card(thing, at=at, failed_at=made)
    handle = HANDLERS.get(kind)
    return (handle(thing, at) if handle else False) or noted


def _settle(find: Callable[[Thing], Named | None]) -> Handler:
    """A handler that brings the pledge which `find` finds to what Stripe says of it now."""

    def handle(thing: Thing, at: datetime) -> bool:
        named = find(thing)
        if named is not None:
            told = {"session": named.session, "intent": named.intent, "setup": named.setup}
            settle_pledge(named.pledge.pk, at=at, **told)
        return named is not None

    return handle


def _by_session(session: Thing) -> Named | None:
    """The event may be faster than the answer to our own call, or that answer was lost."""
    pledge = _by_metadata(session)
    return Named(pledge, session=session["id"]) if pledge else None


def _by_intent(intent: Thing) -> Named | None:
    pledge = _by_metadata(intent) or _known(intent["id"])
    return Named(pledge, intent=intent["id"]) if pledge else None


def _by_setup(setup: Thing) -> Named | None:
    pledge = _by_metadata(setup)
    return Named(pledge, setup=setup["id"]) if pledge else None


def _by_card(card: Thing) -> Named | None:
    """A saved card is no thing of ours, and its pledge is told of nothing: it looks at its own card again."""
    pledge = Pledge.objects.filter(payment_method_id=card["id"], state=Pledge.State.SAVED).first()
    return Named(pledge) if pledge else None


def _by_what_has_an_intent(thing: Thing) -> Named | None:
    """Charges, refunds and disputes name their payment; its metadata name the pledge."""
    intent = thing.get("payment_intent")
    if not isinstance(intent, str):
        intent = ""
    pledge = _by_metadata(thing) or (_known(intent) or _ask(intent) if intent else None)
    return Named(pledge, intent=intent) if pledge else None


def _ask(intent: str) -> Pledge | None:
    return _by_metadata({"metadata": stripe_gateway.payment(intent).metadata})


def _known(intent: str) -> Pledge | None:
    return Pledge.objects.filter(payment_intent_id=intent).first()


def _by_metadata(thing: Thing) -> Pledge | None:
    metadata = thing.get("metadata") or {}
    named = metadata.get("genseki_pledge", "")
    if not str(named).isdecimal():
        return _of_bundle(str(metadata.get("genseki_bundle", "")))
    pledge = Pledge.objects.filter(pk=int(named)).first()
    if pledge is None:
        raise NotYet(f"pledge {named} is not here")
    return pledge


def _of_bundle(named: str) -> Pledge | None:
    """Any pledge of a bundle will do: it is settled with all of them."""
    if not named.isdecimal():
        return None
    pledge = Pledge.objects.filter(bundle=int(named)).order_by("pk").first()
    if pledge is None:
        raise NotYet(f"bundle {named} is not here")
    return pledge


def _learn_account(thing: Thing, at: datetime) -> bool:
    """A thin event names the account, and nothing more."""
    return learn_account_of_event(str(thing.get("id", "")), at=at)


def _look_at_transfer(transfer: Thing, at: datetime) -> bool:
    """Somebody at the dashboard may take back what we sent."""
    return settle_payout_of_event(transfer, at=at)


def _dispute(dispute: Thing, at: datetime) -> bool:
    named = _by_what_has_an_intent(dispute)
    return hear_of_dispute(dispute["id"], at=at, pledge=named.pledge.pk if named else None)


def _fraud_warning(warning: Thing, at: datetime) -> bool:
    named = _by_what_has_an_intent(warning)
    return heed_fraud_warning(warning["id"], at=at, pledge=named.pledge.pk if named else None)


HANDLERS: dict[str, Handler] = {
    "v2.core.account[configuration.recipient].capability_status_updated": _learn_account,
    "v2.core.account[requirements].updated": _learn_account,
    "transfer.created": _look_at_transfer,
    "transfer.updated": _look_at_transfer,
    "transfer.reversed": _look_at_transfer,
    "checkout.session.completed": _settle(_by_session),
    "checkout.session.async_payment_succeeded": _settle(_by_session),
    "checkout.session.async_payment_failed": _settle(_by_session),
    "checkout.session.expired": _settle(_by_session),
    "setup_intent.succeeded": _settle(_by_setup),
    # The network tells of a new day on which the card expires.
    "payment_method.automatically_updated": _settle(_by_card),
    "payment_method.updated": _settle(_by_card),
    "payment_intent.succeeded": _settle(_by_intent),
    "payment_intent.processing": _settle(_by_intent),
    "payment_intent.canceled": _settle(_by_intent),
    "payment_intent.amount_capturable_updated": _settle(_by_intent),
    "charge.succeeded": _settle(_by_what_has_an_intent),
    "charge.captured": _settle(_by_what_has_an_intent),
    "charge.expired": _settle(_by_what_has_an_intent),
    "charge.updated": _settle(_by_what_has_an_intent),
    "charge.refunded": _settle(_by_what_has_an_intent),
    "refund.created": _settle(_by_what_has_an_intent),
    "refund.updated": _settle(_by_what_has_an_intent),
    "refund.failed": _settle(_by_what_has_an_intent),
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
    "radar.early_fraud_warning.created": _fraud_warning,
    "radar.early_fraud_warning.updated": _fraud_warning,
}
