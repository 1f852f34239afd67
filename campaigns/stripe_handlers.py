"""What each kind of Stripe event means to us. Most name a pledge to look at; the looking is `settle_pledge`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns import stripe_gateway
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


def dispatch(kind: str, thing: Thing, *, at: datetime) -> bool:
    """True when the event concerned us, False for kinds and payments that are not ours."""
    handle = HANDLERS.get(kind)
    return handle(thing, at) if handle else False


def _settle(find: Callable[[Thing], Named | None]) -> Handler:
    """A handler that brings the pledge which `find` finds to what Stripe says of it now."""

    def handle(thing: Thing, at: datetime) -> bool:
        named = find(thing)
        if named is not None:
            settle_pledge(named.pledge.pk, at=at, session=named.session, intent=named.intent)
        return named is not None

    return handle


def _by_session(session: Thing) -> Named | None:
    """The event may be faster than the answer to our own call, or that answer was lost."""
    pledge = _by_metadata(session)
    return Named(pledge, session=session["id"]) if pledge else None


def _by_intent(intent: Thing) -> Named | None:
    pledge = _by_metadata(intent) or _known(intent["id"])
    return Named(pledge, intent=intent["id"]) if pledge else None


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
    named = (thing.get("metadata") or {}).get("genseki_pledge", "")
    if not str(named).isdecimal():
        return None
    pledge = Pledge.objects.filter(pk=int(named)).first()
    if pledge is None:
        raise NotYet(f"pledge {named} is not here")
    return pledge


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": _settle(_by_session),
    "checkout.session.async_payment_succeeded": _settle(_by_session),
    "checkout.session.async_payment_failed": _settle(_by_session),
    "checkout.session.expired": _settle(_by_session),
    "payment_intent.succeeded": _settle(_by_intent),
    "payment_intent.processing": _settle(_by_intent),
    "payment_intent.canceled": _settle(_by_intent),
    "charge.succeeded": _settle(_by_what_has_an_intent),
    "charge.updated": _settle(_by_what_has_an_intent),
    "charge.refunded": _settle(_by_what_has_an_intent),
    "refund.created": _settle(_by_what_has_an_intent),
    "refund.updated": _settle(_by_what_has_an_intent),
    "refund.failed": _settle(_by_what_has_an_intent),
}
