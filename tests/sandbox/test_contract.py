"""Answers and parameters have the shapes that the installed package of Stripe declares.

Shapes only: nothing here was compared with Stripe itself.
"""

import importlib
from typing import Any

import pytest
import stripe
from stripe._error_object import ErrorObject
from stripe._object_classes import get_object_class

from sandbox.events import API_VERSION, EVENT_TYPES
from sandbox.expansion import EXPANDABLE
from sandbox.parameters import Fields, Text
from sandbox.routes import ROUTES, Route
from tests.sandbox.sdk_types import faults_of_error, faults_of_object, faults_of_parameters
from tests.sandbox.stand import Stand, eventually

PARAMETERS = {
    "checkout.sessions.create": "checkout.SessionCreateParams",
    "checkout.sessions.list": "checkout.SessionListParams",
    "checkout.sessions.retrieve": "checkout.SessionRetrieveParams",
    "checkout.sessions.expire": "checkout.SessionExpireParams",
    "checkout.sessions.line_items": "checkout.SessionListLineItemsParams",
    "payment_intents.create": "PaymentIntentCreateParams",
    "payment_intents.list": "PaymentIntentListParams",
    "payment_intents.retrieve": "PaymentIntentRetrieveParams",
    "payment_intents.cancel": "PaymentIntentCancelParams",
    "charges.list": "ChargeListParams",
    "charges.retrieve": "ChargeRetrieveParams",
    "balance_transactions.list": "BalanceTransactionListParams",
    "balance_transactions.retrieve": "BalanceTransactionRetrieveParams",
    "refunds.create": "RefundCreateParams",
    "refunds.list": "RefundListParams",
    "refunds.retrieve": "RefundRetrieveParams",
    "refunds.update": "RefundUpdateParams",
    "customers.create": "CustomerCreateParams",
    "customers.list": "CustomerListParams",
    "customers.retrieve": "CustomerRetrieveParams",
    "events.list": "EventListParams",
    "events.retrieve": "EventRetrieveParams",
}


def live_a_little(stand: Stand) -> dict[str, Any]:
    """One of everything that can happen; answers the ids that the paths below need."""
    paid = stand.paid(
        customer_creation="always",
        metadata={"pledge": "7"},
        locale="ja",
        submit_type="donate",
        allowed_payment_method_types=["card"],
        payment_intent_data={"statement_descriptor_suffix": "BRA", "receipt_email": "a@example.com"},
    )
    stand.complete(stand.open_session().id, card="4000002760003184", authenticate="pass")
    stand.complete(stand.open_session().id, card="4000002760003184", authenticate="fail")
    stand.complete(stand.open_session().id, card="4000002760003184")
    declined = stand.complete(stand.open_session().id, card="4000000000000002")
    stand.client().v1.checkout.sessions.expire(declined["id"])
    refunds = stand.client().v1.refunds
    whole = refunds.create(params={"payment_intent": paid["payment_intent"], "amount": 100})
    lost = refunds.create(params={"payment_intent": paid["payment_intent"], "metadata": {"a": "b"}})
    stand.control("POST", f"refunds/{lost.id}/fail")
    eventually(lambda: stand.client().v1.events.list(params={"type": "charge.updated"}).data)
    eventually(lambda: stand.client().v1.events.list(params={"type": "refund.updated", "limit": 2}).data[1:])
    return {"session": paid["id"], "intent": paid["payment_intent"], "refund": whole.id, "customer": paid["customer"]}


def test_every_object_has_the_shape_that_the_package_declares(stand: Stand) -> None:
    ids = live_a_little(stand)
    deep = "expand[]=payment_intent.latest_charge.balance_transaction&expand[]=line_items.data.price.product"
    paths = (
        *("checkout/sessions", f"checkout/sessions/{ids['session']}", f"checkout/sessions/{ids['session']}?{deep}"),
        *(f"checkout/sessions/{ids['session']}/line_items", "payment_intents?expand[]=data.payment_method", "refunds"),
        *("payment_intents?expand[]=data.latest_charge.refunds&expand[]=data.customer", "charges", "customers"),
        *(f"payment_intents/{ids['intent']}", f"refunds/{ids['refund']}?expand[]=balance_transaction&expand[]=charge"),
        *("balance_transactions?expand[]=data.source", "events?limit=100", f"customers/{ids['customer']}"),
    )

    answers = {path: stand.api("GET", path) for path in paths}

    assert {path: reply.status for path, reply in answers.items() if reply.status != 200} == {}
    assert [fault for path, reply in answers.items() for fault in faults_of_object(reply.json, path)] == []
    assert all(reply.json["data"] for reply in answers.values() if reply.json["object"] == "list")


def test_every_type_of_event_was_seen_and_is_known(stand: Stand) -> None:
    live_a_little(stand)

    seen = {event["type"] for event in stand.api("GET", "events?limit=100").json["data"]}

    assert seen == set(EVENT_TYPES)


def test_what_is_delivered_has_the_same_shape(stand: Stand) -> None:
    live_a_little(stand)
    expected = len(stand.api("GET", "events?limit=100").json["data"])
    eventually(lambda: len(stand.receiver.arrived) == expected)

    assert [fault for event in stand.receiver.events() for fault in faults_of_object(event)] == []


def test_errors_have_the_shape_that_the_package_declares(stand: Stand) -> None:
    declined = {"amount": "500", "currency": "jpy", "confirm": "true", "payment_method": "pm_card_chargeDeclined"}
    ended = stand.paid()
    replies = [
        stand.api("POST", "payment_intents", declined),
        stand.api("POST", f"payment_intents/{ended['payment_intent']}/cancel", {}),
        stand.api("GET", "charges/ch_unknown"),
        stand.api("POST", "checkout/sessions", {"mode": "payment"}),
        stand.api("GET", "nothing"),
    ]

    assert [reply.status for reply in replies] == [402, 400, 404, 400, 404]
    assert [fault for reply in replies for fault in faults_of_error(reply.json, ErrorObject)] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_parameter_exists_in_the_package(route: Route) -> None:
    *folder, name = PARAMETERS[route.operation].split(".")
    typed = getattr(importlib.import_module(".".join(["stripe.params", *folder])), name)

    assert list(faults_of_parameters(route.fields, typed, route.operation)) == []


def test_what_can_be_expanded_is_a_reference_in_the_package() -> None:
    classes = {"line_items": "list", "refunds": "list"}
    for kind, names in EXPANDABLE.items():
        members = get_object_class("V1", kind).__annotations__
        for name in names - set(classes):
            assert "ForwardRef" in str(members[name]), f"{kind}.{name}"
        for name in names & set(classes):
            assert "ListObject" in str(members[name]), f"{kind}.{name}"


def test_the_version_is_the_packages_own() -> None:
    assert stripe.api_version == API_VERSION


def test_the_comparison_finds_what_is_wrong(stand: Stand) -> None:
    session = stand.api("GET", f"checkout/sessions/{stand.paid()['id']}").json
    wrong = {
        "created": {**session, "created": "today"},
        "livemode": {**session, "livemode": None},
        "colour": {**session, "colour": "red"},
        "status": {**session, "status": "finished"},
        "expires_at": {name: value for name, value in session.items() if name != "expires_at"},
        "automatic_tax.enabled": {**session, "automatic_tax": {}},
        "metadata.a": {**session, "metadata": {"a": 1}},
    }

    assert list(faults_of_object(session)) == []
    for name, changed in wrong.items():
        [fault] = faults_of_object(changed)
        assert fault.startswith(f"checkout.session.{name}:")
    typed = importlib.import_module("stripe.params").RefundCreateParams
    assert len(list(faults_of_parameters(Fields({"colour": Text(), "amount": Text()}), typed, ""))) == 2
