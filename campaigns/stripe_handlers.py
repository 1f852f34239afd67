"""What each kind of Stripe event means to us: which pledge to look at. The looking is `settle_pledge`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from campaigns import stripe_gateway
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Pledge

Thing = dict[str, Any]


class NotYet(Exception):
    """The pledge that the event names is not here yet; the event is tried again."""


def dispatch(kind: str, thing: Thing, *, at: datetime) -> bool:
    """True when the event concerned us, False for kinds and payments that are not ours."""
    find = HANDLERS.get(kind)
    pledge = find(thing) if find else None
    if pledge is None:
        return False
    settle_pledge(pledge.pk, at=at)
    return True


def _by_session(session: Thing) -> Pledge | None:
    pledge = _by_metadata(session)
    if pledge is not None and not pledge.session_id:
        # The answer to our own call was lost or is slower than the event.
        Pledge.objects.filter(pk=pledge.pk, session_id="").update(session_id=session["id"])
    return pledge


def _by_intent(intent: Thing) -> Pledge | None:
    return _with_intent(_by_metadata(intent) or _known(intent["id"]), intent["id"])


def _by_what_has_an_intent(thing: Thing) -> Pledge | None:
    """Charges, refunds and disputes name their payment; its metadata name the pledge."""
    intent = thing.get("payment_intent")
    if not isinstance(intent, str):
        return _by_metadata(thing)
    return _with_intent(_by_metadata(thing) or _known(intent) or _ask(intent), intent)


def _ask(intent: str) -> Pledge | None:
    return _by_metadata({"metadata": stripe_gateway.payment(intent).metadata})


def _with_intent(pledge: Pledge | None, intent: str) -> Pledge | None:
    if pledge is not None and not pledge.payment_intent_id:
        Pledge.objects.filter(pk=pledge.pk, payment_intent_id="").update(payment_intent_id=intent)
    return pledge


def _known(intent: str) -> Pledge | None:
    return Pledge.objects.filter(payment_intent_id=intent).first()


def _by_metadata(thing: Thing) -> Pledge | None:
    named = (thing.get("metadata") or {}).get("genseki_pledge", "")
    if not str(named).isdigit():
        return None
    pledge = Pledge.objects.filter(pk=int(named)).first()
    if pledge is None:
        raise NotYet(f"pledge {named} is not here")
    return pledge


HANDLERS: dict[str, Callable[[Thing], Pledge | None]] = {
    "checkout.session.completed": _by_session,
    "checkout.session.async_payment_succeeded": _by_session,
    "checkout.session.async_payment_failed": _by_session,
    "checkout.session.expired": _by_session,
    "payment_intent.succeeded": _by_intent,
    "payment_intent.processing": _by_intent,
    "payment_intent.canceled": _by_intent,
    "charge.succeeded": _by_what_has_an_intent,
    "charge.updated": _by_what_has_an_intent,
    "charge.refunded": _by_what_has_an_intent,
    "refund.created": _by_what_has_an_intent,
    "refund.updated": _by_what_has_an_intent,
    "refund.failed": _by_what_has_an_intent,
}
