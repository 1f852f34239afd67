"""A saved card is charged without its holder: what the bank says, and how it goes on."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stand import Saved, Stand, fetch

BACK = "http://127.0.0.1:8000/back/"
DECLINES = [
    ("generic_decline", "card_declined", "try_again_later"),
    ("insufficient_funds", "card_declined", "try_again_later"),
    ("lost_card", "card_declined", "do_not_try_again"),
    ("expired_card", "expired_card", "try_again_later"),
    ("processing_error", "processing_error", "try_again_later"),
]


def intent_in(error: stripe.CardError) -> Any:
    assert error.error is not None and error.error.payment_intent is not None
    return error.error.payment_intent


def test_a_saved_card_is_charged(stand: Stand) -> None:
    saved = stand.saved()

    intent = stand.charge(saved, 1500, metadata={"pledge": "7"}, transfer_group="campaign-1")

    assert (intent.status, intent.amount_received, intent.capture_method) == ("succeeded", 1500, "automatic_async")
    assert (intent.customer, intent.payment_method, intent.transfer_group) == (
        saved.customer,
        saved.method,
        "campaign-1",
    )
    [charge] = stand.client().v1.charges.list(params={"payment_intent": intent.id}).data
    assert (charge.paid, charge.captured, charge.metadata["pledge"]) == (True, True, "7")
    assert stand.lately(3) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.mark.parametrize(("decline_code", "code", "advice"), DECLINES)
def test_a_decline_says_why_and_shows_the_intent(stand: Stand, decline_code: str, code: str, advice: str) -> None:
    saved = stand.saved()
    stand.control("POST", f"payment_methods/{saved.method}/decline", decline_code=decline_code)

    error = stand.declined(saved)

    assert (error.http_status, error.code) == (402, code)
    assert error.error is not None and error.error.decline_code == decline_code and error.error.advice_code == advice
    intent = intent_in(error)
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error.payment_method.id == saved.method
    charge = stand.client().v1.charges.retrieve(intent.latest_charge)
    assert (charge.status, charge.failure_code) == ("failed", code)
    assert stand.lately(3) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    assert stand.oracle()["movements"] == []


def test_a_soft_decline_passes_and_the_same_intent_is_confirmed_again(stand: Stand) -> None:
    saved = stand.saved()
    stand.control("POST", f"payment_methods/{saved.method}/decline", decline_code="insufficient_funds", times=2)
    first = intent_in(stand.declined(saved)).id
    again: Any = {"payment_method": saved.method, "off_session": True}
    with pytest.raises(stripe.CardError):
        stand.client().v1.payment_intents.confirm(first, params=again)

    intent = stand.client().v1.payment_intents.confirm(first, params=again)

    assert (intent.id, intent.status) == (first, "succeeded")
    charges = stand.client().v1.charges.list(params={"payment_intent": first}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed", "failed"]
    assert stand.sums() == {"authorised": 1000, "captured": 1000, "fees": 59}


def test_a_card_that_was_saved_with_three_d_secure_needs_it_no_more(stand: Stand) -> None:
    assert stand.charge(stand.saved("4000002500003155")).status == "succeeded"


def test_a_card_that_always_needs_three_d_secure_is_declined_without_its_holder(stand: Stand) -> None:
    saved = stand.saved("4000002760003184")

    error = stand.declined(saved)

    intent = intent_in(error)
    assert (error.code, intent.status) == ("authentication_required", "requires_payment_method")
    assert error.error is not None and error.error.payment_method is not None
    assert error.error.payment_method.id == saved.method


@pytest.mark.parametrize(("capture", "status"), [("automatic_async", "succeeded"), ("manual", "requires_capture")])
def test_the_holder_confirms_the_same_intent_at_the_bank_and_comes_back(
    stand: Stand, capture: str, status: str
) -> None:
    saved = stand.saved("4000002760003184")
    first = intent_in(stand.declined(saved, capture_method=capture)).id
    intents = stand.client().v1.payment_intents
    intent = intents.confirm(first, params={"payment_method": saved.method, "return_url": BACK})
    assert intent.status == "requires_action" and intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url" and intent.next_action.redirect_to_url is not None
    url = str(intent.next_action.redirect_to_url.url)

    shown = fetch("GET", url, headers={"Accept-Language": "en"})
    returned = fetch("POST", url, {"outcome": "pass"})

    assert (
        "US$10.00" in shown.text
        and "form-action 'self' http://127.0.0.1:8000" in shown.headers["Content-Security-Policy"]
    )
    assert returned.status == 303 and returned.headers["Location"].startswith(f"{BACK}?payment_intent={first}&")
    assert returned.headers["Location"].endswith("redirect_status=succeeded")
    assert intents.retrieve(first).status == status
    assert len(stand.client().v1.charges.list(params={"payment_intent": first}).data) == 2


def test_a_failure_at_the_bank_charges_nothing_and_may_be_tried_again(stand: Stand) -> None:
    saved = stand.saved("4000002760003184")
    first = intent_in(stand.declined(saved)).id
    intents = stand.client().v1.payment_intents
    again: Any = {"payment_method": saved.method, "return_url": BACK}
    intent = intents.confirm(first, params=again)
    assert intent.next_action is not None and intent.next_action.redirect_to_url is not None

    returned = fetch("POST", str(intent.next_action.redirect_to_url.url), {"outcome": "fail"})

    failed = intents.retrieve(first)
    assert returned.headers["Location"].endswith("redirect_status=failed")
    assert failed.status == "requires_payment_method" and failed.last_payment_error is not None
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert intents.confirm(first, params=again).status == "requires_action"


def test_a_second_press_at_the_bank_changes_nothing(stand: Stand) -> None:
    saved = stand.saved("4000002760003184")
    first = intent_in(stand.declined(saved)).id
    params: Any = {"payment_method": saved.method, "return_url": BACK}
    intent = stand.client().v1.payment_intents.confirm(first, params=params)
    assert intent.next_action is not None and intent.next_action.redirect_to_url is not None
    url = str(intent.next_action.redirect_to_url.url)
    fetch("POST", url, {"outcome": "pass"})

    assert fetch("POST", url, {"outcome": "fail"}).status == 200
    assert stand.client().v1.payment_intents.retrieve(first).status == "succeeded"
    assert fetch("GET", f"{stand.url}/c/authenticate/pi_unknown").status == 404


def test_the_bank_may_order_three_d_secure_for_any_card(stand: Stand) -> None:
    saved = stand.saved()
    stand.control("POST", f"payment_methods/{saved.method}/decline", decline_code="authentication_required")
    first = intent_in(stand.declined(saved)).id
    params: Any = {"payment_method": saved.method, "return_url": BACK}
    assert stand.client().v1.payment_intents.confirm(first, params=params).status == "requires_action"

    passed = stand.control("POST", f"payment_intents/{first}/authenticate", outcome="pass")

    assert passed["status"] == "succeeded"


def test_authentication_may_be_followed_by_a_decline(stand: Stand) -> None:
    saved = stand.saved("4000008260003178")

    alone = stand.declined(saved).error
    assert alone is not None and alone.decline_code == "insufficient_funds"
    params: Any = {"off_session": False, "return_url": BACK}
    intent = stand.charge(saved, **params)
    failed = stand.control("POST", f"payment_intents/{intent.id}/authenticate")

    assert failed["last_payment_error"]["decline_code"] == "insufficient_funds"


def test_an_intent_without_an_address_back_waits_for_a_script(stand: Stand) -> None:
    intent = stand.charge(stand.saved("4000002760003184"), off_session=False)

    assert intent.next_action is not None and intent.next_action.type == "use_stripe_sdk"


def test_an_intent_may_refuse_to_wait_for_the_holder(stand: Stand) -> None:
    saved = stand.saved("4000002760003184")

    error = stand.declined(saved, off_session=False, error_on_requires_action=True)

    assert (error.code, intent_in(error).status) == ("authentication_required", "requires_payment_method")


def test_a_card_whose_expiry_has_passed_is_declined(stand: Stand) -> None:
    saved = stand.saved()
    stand.control("POST", f"payment_methods/{saved.method}/renew", exp_month=1, exp_year=2020)

    assert stand.declined(saved).code == "expired_card"


def test_a_card_of_somebody_else_is_refused(stand: Stand) -> None:
    mine, yours = stand.saved(), stand.saved()

    with pytest.raises(stripe.InvalidRequestError, match="does not belong"):
        stand.charge(Saved(yours.customer, mine.method))
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a customer"):
        stand.client().v1.payment_intents.create(
            params={"amount": 500, "currency": "usd", "confirm": True, "payment_method": mine.method}
        )


def test_a_card_that_nobody_saved_works_once(stand: Stand) -> None:
    v1 = stand.client().v1
    method = v1.payment_methods.create(params={"type": "card", "card": {"token": "tok_visa"}}).id
    params: Any = {"amount": 500, "currency": "usd", "confirm": True, "payment_method": method}

    first = v1.payment_intents.create(params=params)

    assert first.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        v1.payment_intents.create(params=params)


def test_a_paid_intent_is_not_confirmed_again(stand: Stand) -> None:
    saved = stand.saved()
    intent = stand.charge(saved)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        stand.client().v1.payment_intents.confirm(intent.id, params={"payment_method": saved.method})

    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"amount": "49"}, "amount"),
        ({"payment_method": "pm_unknown"}, "payment_method"),
        ({"customer": "cus_unknown"}, "customer"),
        ({"confirm": "false", "off_session": "true"}, "off_session"),
        ({"capture_method": "later"}, "capture_method"),
    ],
)
def test_what_makes_no_sense_is_named(stand: Stand, fields: dict[str, str], param: str) -> None:
    usual = {"amount": "500", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}

    refused = stand.api("POST", "payment_intents", usual | fields)

    assert (refused.status, refused.json["error"]["param"]) == (400, param)


def test_intents_are_found_by_customer_and_by_what_was_written_on_them(stand: Stand) -> None:
    saved, other = stand.saved(), stand.saved()
    mine = stand.charge(saved, metadata={"pledge": "7", "it's": "x"}).id
    stand.charge(other, metadata={"pledge": "8"})
    stand.declined(stand.saved("4000000000000341"), metadata={"pledge": "7"})
    intents = stand.client().v1.payment_intents

    assert [intent.id for intent in intents.list(params={"customer": saved.customer}).data] == [mine]
    found = intents.search(params={"query": "metadata['pledge']:'7' AND status:'succeeded'"}).data
    assert [intent.id for intent in found] == [mine]
    assert len(intents.search(params={"query": 'metadata["pledge"]:"7"'}).data) == 2
    assert intents.search(params={"query": "metadata['pledge']:'9'"}).data == []
    assert len(intents.search(params={"query": "amount>500 AND -status:'succeeded'"}).data) == 1
    with pytest.raises(stripe.InvalidRequestError, match="unable to parse"):
        intents.search(params={"query": "pledge is seven"})


def test_the_search_may_be_late(stand: Stand) -> None:
    intent = stand.charge(stand.saved(), metadata={"pledge": "7"}).id
    search = stand.client().v1.payment_intents.search
    stand.control("POST", "search", lag=60)

    late = search(params={"query": "metadata['pledge']:'7'"}).data
    stand.control("POST", "clock", advance=60)
    found = search(params={"query": "metadata['pledge']:'7'"}).data

    assert (late, [one.id for one in found]) == ([], [intent])


def test_what_is_written_on_an_intent_can_be_changed(stand: Stand) -> None:
    intent = stand.charge(stand.saved(), metadata={"pledge": "7", "by": "close"})

    changed = stand.client().v1.payment_intents.update(intent.id, params={"metadata": {"by": "", "why": "asked"}})

    assert changed.metadata.to_dict() == {"pledge": "7", "why": "asked"}
