"""What the product relies on, asked of the sandbox and, with STRIPE_TEST_KEY set, of Stripe itself.

Only what needs neither a hosted page nor a control call: `pm_card_...` tokens, no browser, no clock. The transfers need
an account of Stripe's that may use Connect, and money that is available there. Nothing here was ever run against
Stripe by its authors: the first who does may find that the sandbox is wrong.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import stripe

from sandbox.currencies import LEAST_AMOUNT
from tests.sandbox.stand import Receiver, started

TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")
AUTOMATIC: Any = {"enabled": True, "allow_redirects": "never"}
BACK = "https://example.org/back/"


@dataclass(frozen=True)
class Side:
    """One of the two that are compared."""

    client: stripe.StripeClient
    patience: float

    def saved(self, token: str = "pm_card_visa") -> dict[str, Any]:
        """Customer and payment method of a card that was saved without a page."""
        customer = self.client.v1.customers.create(params={"email": "supporter@example.com"}).id
        method = self.client.v1.payment_methods.attach(token, params={"customer": customer})
        return {"customer": customer, "payment_method": method.id}

    def charge(self, saved: dict[str, Any], amount: int = 1000, key: str = "", **more: Any) -> stripe.PaymentIntent:
        """One attempt without the cardholder."""
        params: Any = {
            **saved,
            "amount": amount,
            "currency": "usd",
            "confirm": True,
            "off_session": True,
            "automatic_payment_methods": AUTOMATIC,
            **more,
        }
        options: Any = {"idempotency_key": key} if key else {}
        return self.client.v1.payment_intents.create(params=params, options=options)

    def refused(self, saved: dict[str, Any], **more: Any) -> stripe.CardError:
        """The error of a charge that has to be declined."""
        with pytest.raises(stripe.CardError) as error:
            self.charge(saved, **more)
        return error.value

    def until(self, look: Any) -> Any:
        """The first true answer within the patience of this side."""
        end = time.monotonic() + self.patience
        while not (found := look()):
            assert time.monotonic() < end, "not in time"
            time.sleep(0.1)
        return found


@pytest.fixture(params=["sandbox", "Stripe"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """The sandbox, then Stripe if there is a key for it."""
    if request.param == "Stripe":
        if not TEST_KEY:
            pytest.skip("STRIPE_TEST_KEY is not set: nothing was compared with real Stripe")
        if "_live_" in TEST_KEY or not TEST_KEY.startswith(("sk_test_", "rk_test_")):
            pytest.fail("STRIPE_TEST_KEY has to be a test key")
        yield Side(stripe.StripeClient(TEST_KEY, max_network_retries=2), patience=60.0)
        return
    receiver = Receiver()
    receiver.url = ""
    stand = started(receiver)
    try:
        yield Side(stand.client(), patience=60.0)
    finally:
        stand.sandbox.stop()
        receiver.close()


def test_a_card_is_saved_and_charged_later(side: Side) -> None:
    customer = side.client.v1.customers.create().id
    setup = side.client.v1.setup_intents.create(
        params={
            "customer": customer,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "usage": "off_session",
            "automatic_payment_methods": AUTOMATIC,
            "metadata": {"pledge": "7"},
        }
    )

    intent = side.charge({"customer": customer, "payment_method": str(setup.payment_method)}, metadata={"pledge": "7"})

    assert (setup.status, setup.usage) == ("succeeded", "off_session")
    assert (intent.status, intent.amount_received, intent.capture_method) == ("succeeded", 1000, "automatic_async")
    charge = side.client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.paid, charge.captured, charge.metadata["pledge"]) == (True, True, "7")


def test_the_fee_arrives_with_the_balance_transaction(side: Side) -> None:
    intent = side.charge(side.saved())
    charges = side.client.v1.charges

    movement = side.until(lambda: charges.retrieve(str(intent.latest_charge)).balance_transaction)

    told = side.client.v1.balance_transactions.retrieve(movement)
    assert (told.amount, told.type, told.reporting_category) == (1000, "charge", "charge")
    assert told.fee > 0 and told.net == told.amount - told.fee
    assert told.source == intent.latest_charge


def test_a_hold_is_captured(side: Side) -> None:
    held = side.charge(side.saved(), capture_method="manual")

    captured = side.client.v1.payment_intents.capture(held.id)

    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 1000, 0)
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 1000, 0)


def test_a_hold_is_captured_in_part(side: Side) -> None:
    held = side.charge(side.saved(), capture_method="manual")

    captured = side.client.v1.payment_intents.capture(held.id, params={"amount_to_capture": 400})

    charge = side.client.v1.charges.retrieve(str(held.latest_charge))
    assert (captured.amount, captured.amount_received) == (1000, 400)
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (1000, 400, 600)


def test_a_hold_is_let_go(side: Side) -> None:
    held = side.charge(side.saved(), capture_method="manual")

    canceled = side.client.v1.payment_intents.cancel(held.id)

    charge = side.client.v1.charges.retrieve(str(held.latest_charge))
    assert (canceled.status, canceled.amount_capturable) == ("canceled", 0)
    assert (charge.captured, charge.refunded) == (False, True)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        side.client.v1.payment_intents.capture(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_saved_card_may_be_declined_later(side: Side) -> None:
    error = side.refused(side.saved("pm_card_chargeCustomerFail"))

    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.error is not None and error.error.payment_intent is not None
    assert error.error.payment_intent.status == "requires_payment_method"


def test_a_card_that_wants_its_holder_says_so(side: Side) -> None:
    error = side.refused(side.saved("pm_card_authenticationRequired"))

    assert error.code == "authentication_required" and error.error is not None
    intent = error.error.payment_intent
    assert intent is not None and intent.status == "requires_payment_method"


def test_the_same_intent_is_confirmed_with_the_holder(side: Side) -> None:
    saved = side.saved("pm_card_authenticationRequired")
    error = side.refused(saved, automatic_payment_methods={"enabled": True}, return_url=BACK)
    assert error.error is not None and error.error.payment_intent is not None
    first = error.error.payment_intent.id

    params: Any = {"payment_method": saved["payment_method"], "return_url": BACK}
    intent = side.client.v1.payment_intents.confirm(first, params=params)

    assert (intent.id, intent.status) == (first, "requires_action")
    assert intent.next_action is not None and intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.return_url == BACK


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_decline_has_its_code(side: Side, token: str, code: str, decline_code: str | None) -> None:
    error = side.refused({"payment_method": token}, off_session=False)

    assert (error.http_status, error.code) == (402, code) and error.error is not None
    assert decline_code is None or error.error.decline_code == decline_code


def test_a_declined_card_cannot_be_saved(side: Side) -> None:
    customer = side.client.v1.customers.create().id

    with pytest.raises(stripe.CardError) as refused:
        side.client.v1.payment_methods.attach("pm_card_visa_chargeDeclined", params={"customer": customer})

    assert refused.value.code == "card_declined"


def test_a_detached_card_is_not_charged(side: Side) -> None:
    saved = side.saved()
    side.client.v1.payment_methods.detach(saved["payment_method"])

    with pytest.raises(stripe.InvalidRequestError) as refused:
        side.charge(saved)

    assert refused.value.http_status == 400


@pytest.mark.parametrize("currency", ["usd", "jpy", "gbp"])
def test_an_amount_below_the_least_is_refused(side: Side, currency: str) -> None:
    params: Any = {"amount": LEAST_AMOUNT[currency] - 1, "currency": currency}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        side.client.v1.payment_intents.create(params=params)

    assert refused.value.code == "amount_too_small"


def test_a_key_gives_the_same_answer_again(side: Side) -> None:
    saved, key = side.saved(), f"like-stripe-{uuid4()}"

    first, again = side.charge(saved, key=key), side.charge(saved, key=key)

    assert first.id == again.id and again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        side.charge(saved, 1001, key=key)


def test_a_decline_is_given_again_by_its_key(side: Side) -> None:
    saved, key = side.saved("pm_card_chargeCustomerFail"), f"like-stripe-{uuid4()}"

    first, again = side.refused(saved, key=key), side.refused(saved, key=key)

    assert first.error is not None and again.error is not None
    assert first.error.payment_intent is not None and again.error.payment_intent is not None
    assert first.error.payment_intent.id == again.error.payment_intent.id


def test_refunds_add_up_to_the_charge(side: Side) -> None:
    intent = side.charge(side.saved())
    refunds = side.client.v1.refunds

    part = refunds.create(params={"payment_intent": intent.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create(params={"payment_intent": intent.id, "amount": 601})
    rest = refunds.create(params={"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as nothing:
        refunds.create(params={"payment_intent": intent.id})

    assert (part.amount, rest.amount) == (400, 600)
    assert {part.status, rest.status} <= {"succeeded", "pending"}
    assert nothing.value.code == "charge_already_refunded"
    assert len(refunds.list(params={"payment_intent": intent.id}).data) == 2


def test_a_disputed_charge_cannot_be_refunded(side: Side) -> None:
    intent = side.charge({"payment_method": "pm_card_createDispute"}, off_session=False)
    listing: Any = {"payment_intent": intent.id}

    [dispute] = side.until(lambda: side.client.v1.disputes.list(params=listing).data)

    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 1000, "fraudulent")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        side.client.v1.refunds.create(params={"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"


def test_sessions_of_both_kinds_begin_open(side: Side) -> None:
    sessions = side.client.v1.checkout.sessions
    price = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "A coin"}}
    urls = {"success_url": BACK, "cancel_url": BACK}
    to_pay: Any = {"mode": "payment", "line_items": [{"price_data": price, "quantity": 1}], **urls}
    to_save: Any = {"mode": "setup", "currency": "usd", "customer_creation": "always", **urls}

    pays, saves = sessions.create(params=to_pay), sessions.create(params=to_save)
    ended = sessions.expire(saves.id)

    assert (pays.status, pays.payment_status, pays.payment_intent) == ("open", "unpaid", None)
    assert (saves.status, saves.payment_status, saves.amount_total) == ("open", "no_payment_required", None)
    assert saves.setup_intent is not None and ended.status == "expired"


def test_a_session_that_saves_a_card_needs_a_currency(side: Side) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        side.client.v1.checkout.sessions.create(params={"mode": "setup", "success_url": BACK})


def test_an_intent_is_found_by_its_customer(side: Side) -> None:
    saved = side.saved()
    intent = side.charge(saved)

    found = side.client.v1.payment_intents.list(params={"customer": saved["customer"]}).data

    assert [one.id for one in found] == [intent.id]


def test_a_new_account_is_not_ready_for_transfers(side: Side) -> None:
    wanted: Any = {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}}
    account = side.client.v2.core.accounts.create(
        params={
            "configuration": wanted,
            "contact_email": "trainer@example.com",
            "dashboard": "express",
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "display_name": "A trainer",
            "identity": {"country": "US", "entity_type": "individual"},
            "include": ["configuration.recipient", "requirements"],
        }
    )
    flow: Any = {"type": "account_onboarding", "account_onboarding": {"refresh_url": BACK, "return_url": BACK}}
    link = side.client.v2.core.account_links.create(params={"account": account.id, "use_case": flow})

    told: Any = account.configuration
    assert told.recipient.capabilities.stripe_balance.stripe_transfers.status != "active"
    assert account.requirements is not None and account.requirements.entries
    assert link.url.startswith("http") and link.account == account.id
    with pytest.raises(stripe.StripeError):
        side.client.v1.transfers.create(params={"amount": 100, "currency": "usd", "destination": account.id})
