"""What a Checkout session accepts, and how it ends."""

import time
from typing import Any

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually

HOUR = 3600


def refusal(stand: Stand, **changes: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.open_session(**changes)
    return refused.value


def line(**price: Any) -> list[dict[str, Any]]:
    usual = {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "A coin"}}
    return [{"price_data": usual | price, "quantity": 1}]


@pytest.mark.parametrize(("currency", "amount"), [("jpy", 49), ("usd", 49), ("gbp", 29)])
def test_an_amount_below_the_least_is_refused(stand: Stand, currency: str, amount: int) -> None:
    too_small = refusal(stand, amount=amount, currency=currency)

    assert too_small.code == "amount_too_small"
    assert stand.open_session(amount + 1, currency).amount_total == amount + 1


@pytest.mark.parametrize("currency", ["kwd", "xyz", ""])
def test_an_unknown_or_three_decimal_currency_is_refused(stand: Stand, currency: str) -> None:
    assert refusal(stand, line_items=line(currency=currency)).param == "line_items[0][price_data][currency]"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"tax_id_collection": {"enabled": True}}, "parameter_unknown", "tax_id_collection"),
        ({"line_items": line(colour="red")}, "parameter_unknown", "line_items[0][price_data][colour]"),
        (
            {"line_items": line(unit_amount="5.00")},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"cancel_url": "/campaign/"}, "url_invalid", "cancel_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"mode": "subscription"}, None, "mode"),
        ({"submit_type": "beg"}, None, "submit_type"),
        ({"customer": "cus_unknown"}, "resource_missing", "customer"),
        ({"payment_intent_data": {"capture_method": "manual"}}, None, "payment_intent_data[capture_method]"),
        ({"allowed_payment_method_types": ["konbini"]}, None, "allowed_payment_method_types"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata[" + "k" * 41 + "]"),
    ],
)
def test_a_wrong_parameter_is_named(stand: Stand, changes: dict[str, Any], code: str | None, param: str) -> None:
    refused = refusal(stand, **changes)

    assert (refused.http_status, refused.code, refused.param) == (400, code, param)


def test_a_missing_parameter_is_named(stand: Stand) -> None:
    refused = stand.api("POST", "checkout/sessions", {"mode": "payment"}).json["error"]

    assert (refused["code"], refused["param"]) == ("parameter_missing", "line_items")


@pytest.mark.parametrize("seconds", [0, 1700, 24 * HOUR + 60])
def test_a_life_outside_of_half_an_hour_to_a_day_is_refused(stand: Stand, seconds: int) -> None:
    assert refusal(stand, expires_at=int(time.time()) + seconds).param == "expires_at"


def test_a_session_lives_for_a_day_unless_it_says_otherwise(stand: Stand) -> None:
    usual = stand.open_session()
    soon = stand.open_session(expires_at=int(time.time()) + 1860)

    assert usual.expires_at - usual.created == 24 * HOUR
    assert 1855 <= soon.expires_at - soon.created <= 1860


def test_a_session_expires_by_itself_and_tells(stand: Stand) -> None:
    session = stand.open_session(expires_at=int(time.time()) + 1860)
    assert stand.receiver.types() == []

    stand.control("POST", "clock", advance=1900)

    eventually(lambda: stand.receiver.types() == ["checkout.session.expired"])
    expired = stand.client().v1.checkout.sessions.retrieve(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)


def test_an_expired_session_takes_no_money(stand: Stand) -> None:
    session = stand.open_session()
    stand.client().v1.checkout.sessions.expire(session.id)

    refused = stand.try_control("POST", f"checkout_sessions/{session.id}/complete")

    assert refused.status == 409
    assert stand.oracle()["payments"] == []


def test_only_an_open_session_can_be_expired(stand: Stand) -> None:
    session = stand.paid()

    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        stand.client().v1.checkout.sessions.expire(session["id"])


def test_expiring_cancels_the_intent_of_a_failed_try(stand: Stand) -> None:
    tried = stand.complete(stand.open_session().id, card="4000000000000002")

    stand.client().v1.checkout.sessions.expire(tried["id"])

    intent = stand.client().v1.payment_intents.retrieve(tried["payment_intent"])
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")
    eventually(lambda: {"payment_intent.canceled", "checkout.session.expired"} <= set(stand.receiver.types()))


def test_the_intent_of_a_session_cannot_be_canceled_by_itself(stand: Stand) -> None:
    tried = stand.complete(stand.open_session().id, card="4000000000000002")

    with pytest.raises(stripe.InvalidRequestError, match="expire the session"):
        stand.client().v1.payment_intents.cancel(tried["payment_intent"])


def test_an_intent_of_its_own_can_be_canceled_once(stand: Stand) -> None:
    intents = stand.client().v1.payment_intents
    intent = intents.create(params={"amount": 500, "currency": "jpy"})

    canceled = intents.cancel(intent.id, params={"cancellation_reason": "abandoned"})

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
