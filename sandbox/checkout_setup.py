"""Checkout in setup mode: a card is saved for a charge without the payer, and nothing is paid."""

from sandbox import events, setup_intents
from sandbox.checkout_document import customer_details
from sandbox.customers import add_customer
from sandbox.payment_methods import Payer, add_payment_method
from sandbox.wire import Json
from sandbox.world import Call


def add_setup_of(call: Call, session: Json) -> Json:
    """The setup intent of a new session; unlike a payment intent it is there from the start."""
    details = {**call.params.get("setup_intent_data", {}), "customer": session["customer"]}
    origin = {"session": session["id"], "session_metadata": session["metadata"]}
    return setup_intents.add_setup(call, details, origin)


def abandon(call: Call, session: Json) -> None:
    """The session expired, so its setup intent ends too."""
    if session["setup_intent"] is not None:
        setup = call.store.get(session["setup_intent"])
        if setup["status"] in setup_intents.MAY_GO_ON:
            setup_intents.cancel_setup(call, setup, "abandoned")


def keep_card(call: Call, session: Json, payer: Payer, page: Json) -> Json:
    """The payer pressed Save; answers the setup intent."""
    setup = call.store.get(session["setup_intent"])
    method = add_payment_method(call, payer)
    return _afterwards(call, session, setup_intents.save_card(call, setup, method, page, _Owner(call, session)))


def authenticate(call: Call, session: Json, setup: Json, passed: bool) -> Json:
    """The payer answered the 3-D Secure page; answers the setup intent."""
    return _afterwards(call, session, setup_intents.authenticate(call, setup, passed, _Owner(call, session)))


class _Owner:
    """Whose the card will be: the session's customer, a new one where one is wanted, or nobody's."""

    def __init__(self, call: Call, session: Json) -> None:
        self._call = call
        self._session = session

    def __call__(self, method: Json) -> str | None:
        if self._session["customer"] is None and self._session["customer_creation"] == "always":
            billing = method["billing_details"]
            return str(add_customer(self._call, {"email": billing["email"], "name": billing["name"]})["id"])
        known: str | None = self._session["customer"]
        return known


def _afterwards(call: Call, session: Json, setup: Json) -> Json:
    """A saved card completes the session; anything else leaves it open."""
    if setup["status"] == "succeeded":
        billing = call.store.get(setup["payment_method"])["billing_details"]
        session.update(
            status="complete",
            url=None,
            customer=setup["customer"],
            customer_details=customer_details(billing["email"], billing["name"]),
        )
        call.store.replace(session)
        events.emit(call, "checkout.session.completed", session)
    return setup
