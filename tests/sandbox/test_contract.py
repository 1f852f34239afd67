"""Answers and parameters have the shapes that the installed package of Stripe declares.

Shapes only: nothing here was compared with Stripe itself.
"""

import importlib
from typing import Any

import pytest
import stripe
from stripe._error_object import ErrorObject
from stripe._object_classes import get_object_class

from sandbox.accounts import INCLUDABLE
from sandbox.events import API_VERSION, EVENT_TYPES
from sandbox.expansion import EXPANDABLE
from sandbox.parameters import Fields, Text
from sandbox.routes import ROUTES, Route
from sandbox.thin_events import EVENT_TYPES as THIN_TYPES
from tests.sandbox.sdk_types import faults_of_error, faults_of_object, faults_of_page, faults_of_parameters
from tests.sandbox.stand import Stand, eventually

PARAMETERS = {
    "checkout.sessions.create": "checkout.SessionCreateParams",
    "checkout.sessions.list": "checkout.SessionListParams",
    "checkout.sessions.retrieve": "checkout.SessionRetrieveParams",
    "checkout.sessions.expire": "checkout.SessionExpireParams",
    "checkout.sessions.line_items": "checkout.SessionListLineItemsParams",
    "payment_intents.create": "PaymentIntentCreateParams",
    "payment_intents.list": "PaymentIntentListParams",
    "payment_intents.search": "PaymentIntentSearchParams",
    "payment_intents.retrieve": "PaymentIntentRetrieveParams",
    "payment_intents.update": "PaymentIntentUpdateParams",
    "payment_intents.confirm": "PaymentIntentConfirmParams",
    "payment_intents.capture": "PaymentIntentCaptureParams",
    "payment_intents.cancel": "PaymentIntentCancelParams",
    "setup_intents.create": "SetupIntentCreateParams",
    "setup_intents.list": "SetupIntentListParams",
    "setup_intents.retrieve": "SetupIntentRetrieveParams",
    "setup_intents.confirm": "SetupIntentConfirmParams",
    "setup_intents.cancel": "SetupIntentCancelParams",
    "charges.list": "ChargeListParams",
    "charges.retrieve": "ChargeRetrieveParams",
    "balance.retrieve": "BalanceRetrieveParams",
    "balance_transactions.list": "BalanceTransactionListParams",
    "balance_transactions.retrieve": "BalanceTransactionRetrieveParams",
    "refunds.create": "RefundCreateParams",
    "refunds.list": "RefundListParams",
    "refunds.retrieve": "RefundRetrieveParams",
    "refunds.update": "RefundUpdateParams",
    "customers.create": "CustomerCreateParams",
    "customers.list": "CustomerListParams",
    "customers.retrieve": "CustomerRetrieveParams",
    "customers.update": "CustomerUpdateParams",
    "customers.payment_methods.list": "CustomerPaymentMethodListParams",
    "payment_methods.create": "PaymentMethodCreateParams",
    "payment_methods.list": "PaymentMethodListParams",
    "payment_methods.retrieve": "PaymentMethodRetrieveParams",
    "payment_methods.update": "PaymentMethodUpdateParams",
    "payment_methods.attach": "PaymentMethodAttachParams",
    "payment_methods.detach": "PaymentMethodDetachParams",
    "disputes.list": "DisputeListParams",
    "disputes.retrieve": "DisputeRetrieveParams",
    "disputes.update": "DisputeUpdateParams",
    "disputes.close": "DisputeCloseParams",
    "radar.early_fraud_warnings.list": "radar.EarlyFraudWarningListParams",
    "radar.early_fraud_warnings.retrieve": "radar.EarlyFraudWarningRetrieveParams",
    "transfers.create": "TransferCreateParams",
    "transfers.list": "TransferListParams",
    "transfers.retrieve": "TransferRetrieveParams",
    "transfers.update": "TransferUpdateParams",
    "transfers.reversals.create": "TransferReversalCreateParams",
    "transfers.reversals.list": "TransferReversalListParams",
    "accounts.login_links.create": "AccountLoginLinkCreateParams",
    "v2.core.accounts.create": "v2.core.AccountCreateParams",
    "v2.core.accounts.list": "v2.core.AccountListParams",
    "v2.core.accounts.retrieve": "v2.core.AccountRetrieveParams",
    "v2.core.account_links.create": "v2.core.AccountLinkCreateParams",
    "v2.core.events.list": "v2.core.EventListParams",
    "v2.core.events.retrieve": "v2.core.EventRetrieveParams",
    "events.list": "EventListParams",
    "events.retrieve": "EventRetrieveParams",
}
OFF = {"off_session": "true"}
RETURN = "http://127.0.0.1:8000/back/"


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
    ids = {"session": paid["id"], "intent": paid["payment_intent"], "refund": whole.id, "customer": paid["customer"]}
    ids |= _save_cards(stand) | _hold_and_dispute(stand) | _pay_a_trainer(stand)
    events = stand.client().v1.events
    eventually(lambda: events.list(params={"type": "charge.updated"}).data)
    eventually(lambda: events.list(params={"type": "refund.updated", "limit": 2}).data[1:])
    return ids


def _save_cards(stand: Stand) -> dict[str, Any]:
    v1 = stand.client().v1
    text = {"submit": {"message": "Charged in March at the earliest."}}
    session = stand.open_setup(setup_intent_data={"metadata": {"pledge": "8"}}, custom_text=text)
    stand.complete(session.id, card="4000000000000002")
    stand.complete(session.id, card="4000002500003155", authenticate="pass")
    v1.checkout.sessions.expire(stand.open_setup().id)
    saved = stand.saved()
    stand.control("POST", f"payment_methods/{saved.method}/renew", exp_month=1, exp_year=2040)
    v1.payment_methods.detach(saved.method)
    v1.customers.update(saved.customer, params={"name": "B"})
    return {"setup": session.setup_intent, "setup_session": session.id, "owner": saved.customer, "method": saved.method}


def _hold_and_dispute(stand: Stand) -> dict[str, Any]:
    v1 = stand.client().v1
    saved = stand.saved()
    held = stand.charge(saved, capture_method="manual")
    v1.payment_intents.capture(held.id, params={"amount_to_capture": 400})
    stand.charge(saved, capture_method="manual")
    asking = stand.saved("4000002760003184")
    error = stand.declined(asking)
    intent = error.error.payment_intent if error.error else None
    assert intent is not None
    v1.payment_intents.confirm(intent.id, params={"payment_method": asking.method, "return_url": RETURN})
    disputes = []
    for outcome in ("won", "lost"):
        charge = stand.charge(saved).latest_charge
        stand.control("POST", f"charges/{charge}/early_fraud_warning")
        dispute = stand.control("POST", f"charges/{charge}/dispute")["id"]
        v1.disputes.update(dispute, params={"evidence": {"uncategorized_text": "We wrote to them."}})
        stand.control("POST", f"disputes/{dispute}/close", outcome=outcome)
        disputes.append(dispute)
    stand.control("POST", "clock", advance=8 * 24 * 3600)
    eventually(lambda: stand.told("charge.expired"))
    return {"held": held.id, "asking": intent.id, "dispute": disputes[0]}


def _pay_a_trainer(stand: Stand) -> dict[str, Any]:
    v1 = stand.client().v1
    account = stand.recipient()
    stand.control("POST", "balance", amount=100_000, currency="usd")
    transfer = v1.transfers.create(params={"amount": 5000, "currency": "usd", "destination": account})
    v1.transfers.update(transfer.id, params={"metadata": {"part": "advance"}})
    v1.transfers.reversals.create(transfer.id, params={"amount": 100})
    use: Any = {"type": "account_onboarding", "account_onboarding": {"refresh_url": RETURN, "return_url": RETURN}}
    link = stand.client().v2.core.account_links.create(params={"account": stand.recipient(), "use_case": use})
    stand.control("POST", f"accounts/{link.url.rpartition('/')[2]}/onboard", outcome="incomplete")
    return {"account": account, "transfer": transfer.id}


def test_every_object_has_the_shape_that_the_package_declares(stand: Stand) -> None:
    ids = live_a_little(stand)
    deep = "expand[]=payment_intent.latest_charge.balance_transaction&expand[]=line_items.data.price.product"
    paths = (
        *("checkout/sessions", f"checkout/sessions/{ids['session']}", f"checkout/sessions/{ids['session']}?{deep}"),
        *(f"checkout/sessions/{ids['session']}/line_items", "payment_intents?expand[]=data.payment_method", "refunds"),
        *("payment_intents?expand[]=data.latest_charge.refunds&expand[]=data.customer", "charges", "customers"),
        *(f"payment_intents/{ids['intent']}", f"refunds/{ids['refund']}?expand[]=balance_transaction&expand[]=charge"),
        *("balance_transactions?limit=100&expand[]=data.source", "events?limit=100", f"customers/{ids['customer']}"),
        *(f"checkout/sessions/{ids['setup_session']}?expand[]=setup_intent.payment_method", "setup_intents"),
        *("balance", f"setup_intents/{ids['setup']}", f"payment_methods/{ids['method']}"),
        *(f"payment_intents/{ids['held']}?expand[]=latest_charge", f"payment_intents/{ids['asking']}"),
        *("payment_intents/search?query=status:'succeeded'", f"disputes/{ids['dispute']}", "disputes"),
        *("radar/early_fraud_warnings?expand[]=data.charge", "transfers", f"transfers/{ids['transfer']}/reversals"),
        *(f"transfers/{ids['transfer']}?expand[]=balance_transaction", "transfers?expand[]=data.source_transaction"),
    )

    answers = {path: stand.api("GET", path) for path in paths}
    answers["login"] = stand.api("POST", f"accounts/{ids['account']}/login_links", {})

    assert {path: reply.status for path, reply in answers.items() if reply.status != 200} == {}
    shown = {path: reply.json for path, reply in answers.items()}
    assert [fault for path, document in shown.items() for fault in faults_of_object(document, path)] == []
    assert all(document["data"] for document in shown.values() if document["object"] in ("list", "search_result"))


def test_every_object_of_the_second_version_has_its_shape(stand: Stand) -> None:
    ids = live_a_little(stand)
    everything = "&".join(f"include[{place}]={name}" for place, name in enumerate(INCLUDABLE))

    account = stand.api_v2("GET", f"core/accounts/{ids['account']}?{everything}").json
    plain = stand.api_v2("GET", f"core/accounts/{ids['account']}").json
    pages = [stand.api_v2("GET", path).json for path in ("core/accounts", "core/events")]
    told = [stand.api_v2("GET", f"core/events/{event['id']}").json for event in pages[1]["data"]]

    assert [fault for document in (account, plain, *told) for fault in faults_of_object(document)] == []
    assert [fault for page in pages for fault in faults_of_page(page)] == []
    assert {event["type"] for event in told} == set(THIN_TYPES)


def test_every_type_of_event_was_seen_and_is_known(stand: Stand) -> None:
    live_a_little(stand)

    assert set(stand.kinds()) == set(EVENT_TYPES)


def test_what_is_delivered_has_the_same_shape(stand: Stand) -> None:
    live_a_little(stand)
    eventually(lambda: len(stand.receiver.arrived) == len(stand.kinds()))

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
        stand.api("POST", "setup_intents", {"confirm": "true", "payment_method": "pm_card_chargeDeclined"}),
        stand.api("POST", "payment_intents", {**declined, "payment_method": "pm_card_authenticationRequired", **OFF}),
        stand.api_v2("GET", "core/accounts/acct_unknown"),
    ]

    assert [reply.status for reply in replies] == [402, 400, 404, 400, 404, 402, 402, 404]
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
