"""Checkout sessions: open, then complete or expired, and nothing after that."""

from urllib.parse import urlsplit

from sandbox import captures, checkout_setup, events, payment_intents, payments
from sandbox.checkout_document import DAY, customer_details, line_item_document, session_document
from sandbox.currencies import accepted_currency, check_amount
from sandbox.customers import add_customer, check_email
from sandbox.payment_methods import Payer, add_payment_method
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

SHORTEST_LIFE = 30 * 60


class NotOpen(Exception):
    """The session is complete or expired, so nothing can be paid."""


def create(call: Call) -> Json:
    """POST /v1/checkout/sessions."""
    if call.params["mode"] == "setup":
        return _create_setup(call)
    amount, currency = _total(call.params.get("line_items", []))
    if "setup_intent_data" in call.params:
        raise ApiError(400, "You can not pass `setup_intent_data` in `payment` mode.", param="setup_intent_data")
    _check_addresses(call)
    _check_expiry(call)
    session = session_document(call, amount, currency)
    items = [line_item_document(call, item, currency) for item in call.params["line_items"]]
    private = {"line_items": items, "payment_intent_data": call.params.get("payment_intent_data", {})}
    return call.store.insert(session, private)


def _create_setup(call: Call) -> Json:
    """A session that saves a card: nothing to pay, so nothing may be said of it."""
    for name in ("line_items", "payment_intent_data", "submit_type"):
        if name in call.params:
            raise ApiError(400, f"You can not pass `{name}` in `setup` mode.", param=name)
    if "currency" not in call.params and "allowed_payment_method_types" not in call.params:
        message = "Missing required param: currency. It is required in `setup` mode with automatic payment methods."
        raise ApiError(400, message, code="parameter_missing", param="currency")
    currency = accepted_currency(call.params["currency"], "currency") if "currency" in call.params else None
    _check_addresses(call)
    _check_expiry(call)
    session = session_document(call, None, currency)
    session["setup_intent"] = checkout_setup.add_setup_of(call, session)["id"]
    return call.store.insert(session, {"line_items": []})


def _total(items: list[Json]) -> tuple[int, str]:
    if not items:
        raise ApiError(400, "Missing required param: line_items.", code="parameter_missing", param="line_items")
    names = [f"line_items[{number}][price_data][currency]" for number in range(len(items))]
    found = [accepted_currency(item["price_data"]["currency"], name) for item, name in zip(items, names, strict=True)]
    if len(set(found)) > 1:
        raise ApiError(400, "All line items must have the same currency.", param=names[-1])
    amount = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    check_amount(amount, found[0], "line_items")
    return amount, found[0]


def _check_addresses(call: Call) -> None:
    given = call.params
    if given.get("success_url") is None:
        raise ApiError(400, "Missing required param: success_url.", code="parameter_missing", param="success_url")
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(given.get(name) or "https://example.org")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ApiError(400, f"Not a valid URL: {given[name]}", code="url_invalid", param=name)
    if "customer_email" in given:
        check_email(given["customer_email"], "customer_email")
    if "customer" in given and call.store.find(given["customer"], "customer") is None:
        raise missing_resource("customer", given["customer"], "customer", status=400)
    if "customer" in given and ("customer_email" in given or "customer_creation" in given):
        raise ApiError(400, "Give either customer, or customer_email and customer_creation.", param="customer")
    if "card" not in given.get("allowed_payment_method_types", ["card"]):
        raise ApiError(400, "This sandbox takes cards only.", param="allowed_payment_method_types")


def _check_expiry(call: Call) -> None:
    life = call.params.get("expires_at", call.now + DAY) - call.now
    if life < SHORTEST_LIFE:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(400, message, param="expires_at")
    if life > DAY:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(400, message, param="expires_at")


def find_session(call: Call, identifier: str) -> Json:
    """The session as it is now: one whose time is over has expired, whether or not anybody looked before."""
    session = call.store.find(identifier, "checkout.session")
    if session is None:
        raise missing_resource("checkout.session", identifier, "session")
    if session["status"] == "open" and session["expires_at"] <= call.now:
        expire_session(call, session)
    return session


def retrieve(call: Call) -> Json:
    """GET /v1/checkout/sessions/{id}."""
    return find_session(call, call.identifier)


def expire(call: Call) -> Json:
    """POST /v1/checkout/sessions/{id}/expire."""
    session = find_session(call, call.identifier)
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
        raise ApiError(400, message)
    return expire_session(call, session)


def expire_session(call: Call, session: Json) -> Json:
    """Ends an open session unpaid, and the intent of its attempts with it."""
    session.update(status="expired", url=None)
    call.store.replace(session)
    if session["payment_intent"] is not None:
        captures.cancel_intent(call, call.store.get(session["payment_intent"]), "automatic")
    checkout_setup.abandon(call, session)
    events.emit(call, "checkout.session.expired", session)
    return session


def expire_overdue(call: Call) -> None:
    """Expires every open session whose time is over."""
    sql = (
        "SELECT id FROM objects WHERE kind = 'checkout.session' AND json_extract(doc, '$.status') = 'open'"
        " AND json_extract(doc, '$.expires_at') <= ?"
    )
    for row in call.store.rows(sql, call.now):
        expire_session(call, call.store.get(row["id"]))


def pay(call: Call, identifier: str, payer: Payer) -> Json:
    """The payer pressed the button; answers the intent, whose status tells what came of it. Raises NotOpen."""
    session = _open_session(call, identifier)
    page = {
        "return_url": session["success_url"],
        "url": f"{call.world.base_url}/c/pay/{identifier}/authenticate",
    }
    if session["mode"] == "setup":
        return checkout_setup.keep_card(call, session, payer, page)
    intent = _intent_of(call, session, payer)
    method = add_payment_method(call, payer)
    return _afterwards(call, session, payments.attempt(call, intent, method, page))


def authenticate(call: Call, identifier: str, passed: bool) -> Json:
    """The payer answered the 3-D Secure page; answers the intent. Raises NotOpen."""
    session = _open_session(call, identifier)
    intent = call.store.find(session["payment_intent"] or session["setup_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        raise NotOpen(identifier)
    if session["mode"] == "setup":
        return checkout_setup.authenticate(call, session, intent, passed)
    return _afterwards(call, session, payments.authenticate(call, intent, passed))


def _open_session(call: Call, identifier: str) -> Json:
    session = find_session(call, identifier)
    if session["status"] != "open":
        raise NotOpen(identifier)
    return session


def _intent_of(call: Call, session: Json, payer: Payer) -> Json:
    """The session's intent, made at the first attempt and kept for the next ones."""
    if session["payment_intent"] is not None:
        return call.store.get(session["payment_intent"])
    origin = {
        "session": session["id"],
        "session_metadata": session["metadata"],
        "client_reference_id": session["client_reference_id"],
    }
    details = dict(call.store.private(session["id"])["payment_intent_data"])
    details["customer"] = session["customer"]
    if session["customer_creation"] == "always" and session["customer"] is None:
        details["customer"] = add_customer(call, {"email": payer.email, "name": payer.name})["id"]
    intent = payment_intents.add_intent(call, session["amount_total"], session["currency"], details, origin)
    session["payment_intent"] = intent["id"]
    call.store.replace(session)
    return intent


def _afterwards(call: Call, session: Json, intent: Json) -> Json:
    """A paid intent completes the session; anything else leaves it open."""
    if intent["status"] == "succeeded":
        charge = call.store.get(intent["latest_charge"])
        billing = charge["billing_details"]
        session.update(
            status="complete",
            payment_status="paid",
            url=None,
            customer=intent["customer"],
            customer_details=customer_details(billing["email"], billing["name"]),
        )
        call.store.replace(session)
        events.emit(call, "checkout.session.completed", session)
    return intent
