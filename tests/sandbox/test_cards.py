"""Test cards: declines leave the session open, 3-D Secure asks first."""

import pytest
import stripe

from tests.sandbox.stand import Stand, eventually

DECLINES = [
    ("4000000000000002", "card_declined", "generic_decline"),
    ("4000000000009995", "card_declined", "insufficient_funds"),
    ("4000000000000069", "expired_card", "expired_card"),
    ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
]


@pytest.mark.parametrize(("number", "code", "decline_code"), DECLINES)
def test_a_decline_leaves_the_session_open(stand: Stand, number: str, code: str, decline_code: str) -> None:
    session = stand.complete(stand.open_session().id, card=number)

    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    intent = stand.client().v1.payment_intents.retrieve(session["payment_intent"], {"expand": ["latest_charge"]})
    assert intent.status == "requires_payment_method" and intent.last_payment_error is not None
    assert (intent.last_payment_error.code, intent.last_payment_error.decline_code) == (code, decline_code)
    charge: stripe.Charge = intent.latest_charge  # type: ignore[assignment]
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert stand.oracle()["payments"] == []
    eventually(lambda: {"payment_intent.payment_failed", "charge.failed"} <= set(stand.receiver.types()))


def test_another_card_pays_the_same_intent_after_a_decline(stand: Stand) -> None:
    declined = stand.complete(stand.open_session().id, card="4000000000000002")
    first = declined["payment_intent"]

    paid = stand.complete(declined["id"], card="4242 4242 4242 4242")

    assert (paid["status"], paid["payment_intent"]) == ("complete", first)
    assert [charge.status for charge in stand.client().v1.charges.list().data] == ["succeeded", "failed"]
    assert stand.oracle()["totals"]["jpy"]["charged"] == 500


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_three_d_secure_waits_for_an_answer(stand: Stand, number: str) -> None:
    session = stand.complete(stand.open_session().id, card=number)

    intent = stand.client().v1.payment_intents.retrieve(session["payment_intent"])

    assert (session["status"], intent.status, intent.latest_charge) == ("open", "requires_action", None)
    assert intent.next_action is not None and intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.url == f"{stand.url}/c/pay/{session['id']}/authenticate"
    eventually(lambda: "payment_intent.requires_action" in stand.receiver.types())


def test_three_d_secure_passed_pays(stand: Stand) -> None:
    session = stand.complete(stand.open_session().id, card="4000002760003184", authenticate="pass")

    [charge] = stand.client().v1.charges.list(params={"payment_intent": session["payment_intent"]}).data

    assert session["payment_status"] == "paid" and charge.payment_method_details is not None
    card = charge.payment_method_details.card
    assert card is not None and card.three_d_secure is not None
    assert card.three_d_secure.result == "authenticated"


def test_three_d_secure_failed_charges_nothing(stand: Stand) -> None:
    session = stand.complete(stand.open_session().id, card="4000002760003184", authenticate="fail")

    intent = stand.client().v1.payment_intents.retrieve(session["payment_intent"])

    assert (session["status"], intent.status) == ("open", "requires_payment_method")
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert stand.client().v1.charges.list().data == []
    eventually(lambda: "payment_intent.payment_failed" in stand.receiver.types())


def test_a_payment_without_the_payer_is_declined_when_it_needs_authentication(stand: Stand) -> None:
    with pytest.raises(stripe.CardError) as refused:
        stand.client().v1.payment_intents.create(
            params={
                "amount": 500,
                "currency": "jpy",
                "confirm": True,
                "off_session": True,
                "payment_method": "pm_card_authenticationRequired",
            }
        )

    assert refused.value.code == "authentication_required" and refused.value.error is not None
    intent = refused.value.error.payment_intent
    assert intent is not None and intent.status == "requires_payment_method"
    assert stand.client().v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_an_unknown_number_is_refused_by_the_control_too(stand: Stand) -> None:
    session = stand.open_session()

    refused = stand.try_control("POST", f"checkout_sessions/{session.id}/complete", card="4111111111111111")

    assert refused.status == 400 and "4242424242424242" in refused.json["error"]["message"]
