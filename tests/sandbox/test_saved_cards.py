"""A card is saved for later on the hosted page, or by a server, and nothing is charged."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from tests.sandbox.stand import Reply, Stand, eventually, fetch

GOOD = {
    "email": "supporter@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "",
}
ENGLISH = {"Accept-Language": "en"}


def press(stand: Stand, path: str, fields: dict[str, str]) -> Reply:
    return fetch("POST", stand.url + path, fields, ENGLISH)


def path_of(session: Any) -> str:
    return urlsplit(str(session.url)).path


def setup_of(stand: Stand, session: Any) -> stripe.SetupIntent:
    return stand.client().v1.setup_intents.retrieve(session["setup_intent"])


def test_a_saved_card_belongs_to_a_new_customer_and_nothing_is_paid(stand: Stand) -> None:
    session = stand.open_setup(setup_intent_data={"metadata": {"pledge": "7"}}, client_reference_id="7")
    assert (session.mode, session.payment_status, session.amount_total) == ("setup", "no_payment_required", None)

    done = stand.complete(session.id)

    setup = setup_of(stand, done)
    assert (done["status"], done["payment_intent"], done["payment_status"]) == ("complete", None, "no_payment_required")
    assert (setup.status, setup.usage, setup.customer) == ("succeeded", "off_session", done["customer"])
    assert setup.metadata is not None and setup.metadata["pledge"] == "7"
    [method] = stand.client().v1.customers.payment_methods.list(done["customer"]).data
    assert method.id == setup.payment_method and method.card is not None and method.card.last4 == "4242"
    assert stand.oracle()["movements"] == [] and stand.client().v1.charges.list().data == []


def test_saving_tells_each_thing_once_in_this_order(stand: Stand) -> None:
    stand.complete(stand.open_setup().id)

    told = [
        "setup_intent.created",
        "customer.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    assert stand.kinds() == told
    eventually(lambda: sorted(stand.receiver.types()) == sorted(told))


def test_a_known_customer_gets_the_card(stand: Stand) -> None:
    known = stand.client().v1.customers.create(params={"email": "a@example.com"}).id
    session = stand.client().v1.checkout.sessions.create(
        params={"mode": "setup", "currency": "jpy", "customer": known, "success_url": "http://127.0.0.1:8000/"}
    )

    done = stand.complete(session.id)

    assert done["customer"] == known
    assert len(stand.client().v1.payment_methods.list(params={"customer": known, "type": "card"}).data) == 1


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"line_items": [{"price_data": {"currency": "usd", "unit_amount": 1, "product_data": {"name": "x"}}}]}, None),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"submit_type": "pay"}, "submit_type"),
        ({"currency": "xyz"}, "currency"),
    ],
)
def test_what_belongs_to_a_payment_is_refused(stand: Stand, fields: dict[str, Any], param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.open_setup(**fields)

    assert param in (None, refused.value.param)


def test_a_currency_is_needed_unless_the_kinds_of_cards_are_named(stand: Stand) -> None:
    fields = {"mode": "setup", "success_url": "http://127.0.0.1:8000/"}

    without = stand.api("POST", "checkout/sessions", fields)
    named = stand.api("POST", "checkout/sessions", {**fields, "allowed_payment_method_types[0]": "card"})

    assert (without.status, without.json["error"]["param"]) == (400, "currency")
    assert (named.status, named.json["currency"]) == (200, None)


def test_a_card_that_is_declined_leaves_the_session_open(stand: Stand) -> None:
    session = stand.complete(stand.open_setup().id, card="4000000000000002")

    setup = setup_of(stand, session)
    assert (session["status"], setup.status, setup.payment_method) == ("open", "requires_payment_method", None)
    assert setup.last_setup_error is not None and setup.last_setup_error.code == "card_declined"
    assert "setup_intent.setup_failed" in stand.kinds() and "customer.created" not in stand.kinds()
    assert stand.complete(session["id"])["status"] == "complete"


def test_a_card_may_be_saved_and_declined_later(stand: Stand) -> None:
    saved = stand.saved("4000000000000341")

    error = stand.declined(saved)

    assert (error.code, error.http_status) == ("card_declined", 402)


@pytest.mark.parametrize(("verdict", "status"), [("pass", "succeeded"), ("fail", "requires_payment_method")])
def test_three_d_secure_is_asked_for_when_a_card_is_saved(stand: Stand, verdict: str, status: str) -> None:
    session = stand.complete(stand.open_setup().id, card="4000002500003155")
    assert setup_of(stand, session).status == "requires_action"

    again = stand.complete(session["id"], card="4000002500003155", authenticate=verdict)

    assert setup_of(stand, again).status == status
    assert again["status"] == ("complete" if verdict == "pass" else "open")


def test_the_page_saves_the_card_without_an_amount(stand: Stand) -> None:
    session = stand.open_setup(custom_text={"submit": {"message": "Charged on 1 March at the earliest."}})
    path = path_of(session)

    shown = fetch("GET", stand.url + path, headers=ENGLISH)
    done = press(stand, path, GOOD)

    assert "Nothing is charged now." in shown.text and "Charged on 1 March at the earliest." in shown.text
    assert "Save the card</button>" in shown.text and "4000 0000 0000 0341" in shown.text
    assert done.status == 303 and done.headers["Location"].endswith(session.id)
    assert "The card is saved" in fetch("GET", stand.url + path, headers=ENGLISH).text


def test_the_page_says_that_a_card_could_not_be_saved(stand: Stand) -> None:
    path = path_of(stand.open_setup())

    shown = press(stand, path, GOOD | {"number": "4000 0000 0000 9995"})

    assert shown.status == 402 and "The card could not be saved. Nothing was charged." in shown.text


def test_the_page_asks_the_bank_first_where_it_wants_to_be_asked(stand: Stand) -> None:
    session = stand.open_setup()
    path = path_of(session)

    asked = press(stand, path, GOOD | {"number": "4000 0025 0000 3155"})
    page = fetch("GET", stand.url + asked.headers["Location"], headers=ENGLISH)
    failed = press(stand, path + "/authenticate", {"outcome": "fail"})
    press(stand, path, GOOD | {"number": "4000 0025 0000 3155"})
    passed = press(stand, path + "/authenticate", {"outcome": "pass"})

    assert asked.headers["Location"] == path + "/authenticate" and "who saves this card" in page.text
    assert failed.status == 402 and "could not be authenticated" in failed.text
    assert passed.status == 303 and passed.headers["Location"].endswith(session.id)


def test_the_front_page_lists_it(stand: Stand) -> None:
    session = stand.open_setup()

    shown = fetch("GET", f"{stand.url}/", headers=ENGLISH).text

    assert session.id[:24] in shown and "Save a card" in shown


def test_every_page_speaks_japanese_too(stand: Stand) -> None:
    session = stand.open_setup(locale="ja")

    assert "カードを登録する" in fetch("GET", stand.url + path_of(session)).text


def test_an_expired_session_saves_nothing(stand: Stand) -> None:
    session = stand.open_setup()

    ended = stand.client().v1.checkout.sessions.expire(session.id)

    assert ended.status == "expired" and setup_of(stand, ended).status == "canceled"
    assert stand.try_control("POST", f"checkout_sessions/{session.id}/complete").status == 409


def test_a_server_saves_a_test_card_by_its_token(stand: Stand) -> None:
    v1 = stand.client().v1
    customer = v1.customers.create().id

    setup = v1.setup_intents.create(params={"customer": customer, "payment_method": "pm_card_visa", "confirm": True})

    assert (setup.status, setup.usage) == ("succeeded", "off_session")
    [method] = v1.payment_methods.list(params={"customer": customer}).data
    assert method.id == setup.payment_method
    assert [found.id for found in v1.setup_intents.list(params={"customer": customer}).data] == [setup.id]


def test_a_server_sends_the_payer_to_the_bank_and_back(stand: Stand) -> None:
    v1 = stand.client().v1
    customer = v1.customers.create().id
    setup = v1.setup_intents.create(params={"customer": customer, "payment_method": "pm_card_authenticationRequired"})
    assert setup.status == "requires_confirmation"
    back = "http://127.0.0.1:8000/back/?a=b"
    setup = v1.setup_intents.confirm(setup.id, params={"return_url": back})
    assert setup.next_action is not None and setup.next_action.redirect_to_url is not None

    url = str(setup.next_action.redirect_to_url.url)
    assert fetch("GET", url, headers=ENGLISH).status == 200
    returned = fetch("POST", url, {"outcome": "pass"}).headers["Location"]

    assert returned.startswith(f"{back}&setup_intent={setup.id}&") and returned.endswith("redirect_status=succeeded")
    assert v1.setup_intents.retrieve(setup.id).status == "succeeded"


def test_a_setup_intent_is_canceled_once(stand: Stand) -> None:
    setups = stand.client().v1.setup_intents
    setup = setups.create()

    canceled = setups.cancel(setup.id, params={"cancellation_reason": "abandoned"})

    assert canceled.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        setups.cancel(setup.id)
    assert refused.value.code == "setup_intent_unexpected_state"


def test_a_card_is_attached_listed_and_detached_for_good(stand: Stand) -> None:
    v1 = stand.client().v1
    customer = v1.customers.create().id
    method = v1.payment_methods.attach("pm_card_visa", params={"customer": customer})

    v1.payment_methods.detach(method.id)

    assert v1.customers.payment_methods.list(customer).data == []
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        v1.payment_methods.attach(method.id, params={"customer": customer})
    assert stand.told("payment_method.detached")[0]["data"]["previous_attributes"] == {"customer": customer}


def test_a_declined_card_cannot_be_attached(stand: Stand) -> None:
    customer = stand.client().v1.customers.create().id

    with pytest.raises(stripe.CardError) as refused:
        stand.client().v1.payment_methods.attach("pm_card_visa_chargeDeclined", params={"customer": customer})

    assert refused.value.code == "card_declined"


def test_a_card_carries_its_expiry_and_the_network_renews_it(stand: Stand) -> None:
    saved = stand.saved(exp_month=2, exp_year=2030)
    method = stand.client().v1.payment_methods.retrieve(saved.method)
    assert method.card is not None and (method.card.exp_month, method.card.exp_year) == (2, 2030)

    stand.control("POST", f"payment_methods/{saved.method}/renew", exp_month=3, exp_year=2033)

    [event] = stand.told("payment_method.automatically_updated")
    assert event["data"]["object"]["card"]["exp_year"] == 2033
    assert event["data"]["previous_attributes"] == {"card": {"exp_month": 2, "exp_year": 2030}}


def test_the_dashboard_removes_a_card(stand: Stand) -> None:
    saved = stand.saved()

    stand.control("POST", f"payment_methods/{saved.method}/detach")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.charge(saved)
    assert refused.value.param == "payment_method"
