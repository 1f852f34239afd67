"""Setup intents: a card is saved for later, with 3-D Secure where the bank wants it, and nothing is charged."""

from collections.abc import Callable

from sandbox import events, payments
from sandbox.card_answers import card_of, refusal_to_save
from sandbox.direct_payments import AUTOMATIC
from sandbox.ids import new_id
from sandbox.parameters import CREATED, EXPAND, PAGE, Fields, Items, Kind, Labels, OneOf, Text, YesNo
from sandbox.payment_methods import attach_to, remember, usable_method
from sandbox.wire import ApiError, Json, missing_resource
from sandbox.world import Call

HOW: dict[str, Kind] = {"payment_method": Text(), "return_url": Text(), "allowed_payment_method_types": Items(Text())}
CREATE = Fields(
    {
        **EXPAND,
        **HOW,
        "automatic_payment_methods": AUTOMATIC,
        "confirm": YesNo(),
        "customer": Text(),
        "description": Text(1000),
        "metadata": Labels(),
        "usage": OneOf(("off_session", "on_session")),
    }
)
CONFIRM = Fields({**EXPAND, **HOW})
CANCEL = Fields({**EXPAND, "cancellation_reason": OneOf(("abandoned", "duplicate", "requested_by_customer"))})
RETRIEVE = Fields({**EXPAND, "client_secret": Text()})
LIST = Fields({**PAGE, **CREATED, "customer": Text(), "payment_method": Text()})
MAY_GO_ON = ("requires_payment_method", "requires_confirmation", "requires_action")
STATE = "setup_intent_unexpected_state"
CARD_OPTIONS = {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
ABSENT = dict.fromkeys(
    (
        *("application", "cancellation_reason", "flow_directions", "last_setup_error", "latest_attempt", "mandate"),
        *("next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details"),
        *("single_use_mandate",),
    )
)

type Owner = Callable[[Json], str | None]


def add_setup(call: Call, details: Json, origin: Json) -> Json:
    """Writes a setup intent; `details` are the parameters that describe it, `origin` the session behind it."""
    identifier = new_id("seti_")
    document: Json = {
        "id": identifier,
        "object": "setup_intent",
        **ABSENT,
        "automatic_payment_methods": details.get("automatic_payment_methods"),
        "client_secret": f"{identifier}_secret_{new_id('')}",
        "created": call.now,
        "customer": details.get("customer"),
        "description": details.get("description"),
        "livemode": False,
        "metadata": details.get("metadata", {}),
        "payment_method_options": {"card": CARD_OPTIONS},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": details.get("usage", "off_session"),
    }
    call.store.insert(document, origin)
    events.emit(call, "setup_intent.created", document)
    return document


def save_card(call: Call, setup: Json, method: Json, page: Json, owner: Owner) -> Json:
    """Asks the bank whether the card may be saved; `owner` names the customer who gets it when it may."""
    setup.update(payment_method=method["id"], last_setup_error=None, next_action=None)
    refusal = refusal_to_save(call, method)
    if refusal is not None:
        error = {
            "advice_code": refusal.advice,
            "code": refusal.code,
            "decline_code": refusal.decline_code,
            "message": refusal.message,
        }
        return _fail(call, setup, method, error)
    if not card_of(call, method).three_d_secure:
        return _succeed(call, setup, method, owner)
    setup.update(status="requires_action", next_action=payments.next_action_of(page))
    call.store.replace(setup)
    events.emit(call, "setup_intent.requires_action", setup)
    return setup


def authenticate(call: Call, setup: Json, passed: bool, owner: Owner) -> Json:
    """The 3-D Secure page was answered."""
    method = call.store.get(setup["payment_method"])
    setup["next_action"] = None
    if passed:
        remember(call, method, prepared=True)
        return _succeed(call, setup, method, owner)
    error = {"code": "setup_intent_authentication_failure", "message": payments.FAILED_AUTHENTICATION}
    return _fail(call, setup, method, error)


def _fail(call: Call, setup: Json, method: Json, error: Json) -> Json:
    told = {**error, "payment_method": method, "type": "card_error"}
    setup.update(status="requires_payment_method", last_setup_error=told, payment_method=None)
    call.store.replace(setup)
    events.emit(call, "setup_intent.setup_failed", setup)
    return setup


def _succeed(call: Call, setup: Json, method: Json, owner: Owner) -> Json:
    setup.update(status="succeeded", customer=owner(method))
    if setup["customer"] is not None:
        attach_to(call, method, setup["customer"])
    call.store.replace(setup)
    events.emit(call, "setup_intent.succeeded", setup)
    return setup


def cancel_setup(call: Call, setup: Json, reason: str | None) -> Json:
    """Ends a setup intent that did not succeed."""
    setup.update(status="canceled", cancellation_reason=reason, next_action=None)
    call.store.replace(setup)
    events.emit(call, "setup_intent.canceled", setup)
    return setup


def find_setup(call: Call, identifier: str) -> Json:
    """The setup intent of this id, or Stripe's 404."""
    setup = call.store.find(identifier, "setup_intent")
    if setup is None:
        raise missing_resource("setupintent", identifier, "intent")
    return setup


def create(call: Call) -> Json:
    """POST /v1/setup_intents."""
    given = call.params
    if "customer" in given and call.store.find(given["customer"], "customer") is None:
        raise missing_resource("customer", given["customer"], "customer", status=400)
    confirmed = given.get("confirm", False)
    if confirmed and "payment_method" not in given:
        raise ApiError(400, "confirm needs a payment_method.", code="parameter_missing", param="payment_method")
    method = usable_method(call, given["payment_method"], given.get("customer")) if "payment_method" in given else None
    setup = add_setup(call, given, {})
    if method is None:
        return setup
    if confirmed:
        return _confirmed(call, setup, method)
    setup.update(status="requires_confirmation", payment_method=method["id"])
    call.store.replace(setup)
    return setup


def confirm(call: Call) -> Json:
    """POST /v1/setup_intents/{id}/confirm."""
    setup = find_setup(call, call.identifier)
    _check_state(call, setup, "confirm")
    named = call.params.get("payment_method", setup["payment_method"])
    if named is None:
        raise ApiError(400, "confirm needs a payment_method.", code=STATE, extra={"setup_intent": setup})
    return _confirmed(call, setup, usable_method(call, named, setup["customer"]))


def _confirmed(call: Call, setup: Json, method: Json) -> Json:
    page = {"url": f"{call.world.base_url}/c/authenticate/{setup['id']}"}
    if "return_url" in call.params:
        page["return_url"] = call.params["return_url"]
    save_card(call, setup, method, page, lambda _: setup["customer"])
    if setup["status"] == "requires_payment_method":
        error = setup["last_setup_error"]
        kept = {name: error[name] for name in ("advice_code", "decline_code", "payment_method") if name in error}
        extra = {**kept, "setup_intent": setup}
        raise ApiError(402, error["message"], kind="card_error", code=error["code"], extra=extra)
    return setup


def _check_state(call: Call, setup: Json, verb: str) -> None:
    if setup["status"] not in MAY_GO_ON:
        message = f"You cannot {verb} this SetupIntent because it has a status of {setup['status']}."
        raise ApiError(400, message, code=STATE, extra={"setup_intent": setup})
    if call.store.private(setup["id"]).get("session"):
        message = f"You cannot {verb} the SetupIntent of a Checkout Session: use the session instead."
        raise ApiError(400, message, code=STATE, extra={"setup_intent": setup})


def cancel(call: Call) -> Json:
    """POST /v1/setup_intents/{id}/cancel; one that Checkout made is ended by expiring its session."""
    setup = find_setup(call, call.identifier)
    _check_state(call, setup, "cancel")
    return cancel_setup(call, setup, call.params.get("cancellation_reason"))


def retrieve(call: Call) -> Json:
    """GET /v1/setup_intents/{id}."""
    return find_setup(call, call.identifier)
