"""The life of a payment, as the product sees it through Stripe's own package."""

import json

import stripe

from tests.sandbox.stand import SECRET, Stand, eventually


def test_a_coin_is_paid_and_told_about(stand: Stand) -> None:
    client = stand.client()
    session = stand.open_session(
        metadata={"pledge": "7"},
        payment_intent_data={"metadata": {"pledge": "7"}, "transfer_group": "campaign_1"},
        client_reference_id="7",
        locale="ja",
        submit_type="donate",
        adaptive_pricing={"enabled": False},
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert session.id.startswith("cs_test_") and session.url == f"{stand.url}/c/pay/{session.id}"

    stand.complete(session.id)

    paid = client.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details is not None and paid.customer_details.email == "supporter@example.com"
    intent: stripe.PaymentIntent = paid.payment_intent  # type: ignore[assignment]
    charge: stripe.Charge = intent.latest_charge  # type: ignore[assignment]
    assert (intent.status, intent.amount_received, intent.transfer_group) == ("succeeded", 500, "campaign_1")
    assert intent.metadata["pledge"] == charge.metadata["pledge"] == "7"
    assert eventually(lambda: "checkout.session.completed" in stand.receiver.types())


def test_the_balance_transaction_arrives_after_the_charge(stand: Stand) -> None:
    client = stand.client()
    stand.paid()

    succeeded = eventually(lambda: [e for e in stand.receiver.events() if e["type"] == "charge.succeeded"])[0]
    updated = eventually(lambda: [e for e in stand.receiver.events() if e["type"] == "charge.updated"])[0]

    assert succeeded["data"]["object"]["balance_transaction"] is None
    assert updated["data"]["previous_attributes"] == {"balance_transaction": None}
    movement = client.v1.balance_transactions.retrieve(updated["data"]["object"]["balance_transaction"])
    assert (movement.amount, movement.fee, movement.net, movement.type) == (500, 18, 482, "charge")
    assert movement.fee == sum(detail.amount for detail in movement.fee_details)
    assert (movement.status, movement.source) == ("pending", updated["data"]["object"]["id"])


def test_fees_follow_the_currency_and_are_rounded_half_up(stand: Stand) -> None:
    for amount, currency in ((500, "jpy"), (1250, "jpy"), (1235, "jpy"), (300, "usd"), (10_000, "usd")):
        stand.paid(amount, currency)

    movements = eventually(
        lambda: len(found := stand.client().v1.balance_transactions.list().data) == 5 and found,
    )

    assert [movement.fee for movement in reversed(movements or [])] == [18, 45, 44, 39, 320]


def test_a_customer_is_made_only_when_one_is_asked_for(stand: Stand) -> None:
    guest = stand.paid()
    known = stand.paid(customer_creation="always")

    assert guest["customer"] is None
    customer = stand.client().v1.customers.retrieve(known["customer"])
    assert customer.email == "supporter@example.com"
    intent = stand.client().v1.payment_intents.retrieve(known["payment_intent"])
    assert intent.customer == customer.id


def test_line_items_keep_what_was_asked_for(stand: Stand) -> None:
    product = {"name": "コイン", "description": "A coin for the retraining"}
    item = {"price_data": {"currency": "jpy", "unit_amount": 500, "product_data": product}, "quantity": 3}
    session = stand.open_session(line_items=[item], expand=["line_items.data.price.product"])

    [line] = stand.client().v1.checkout.sessions.line_items.list(session.id).data

    assert session.amount_total == line.amount_total == 1500
    assert (line.description, line.quantity) == ("コイン", 3)
    assert session.line_items.data[0].price.product.description == "A coin for the retraining"


def test_the_oracle_tells_who_paid_what(stand: Stand) -> None:
    first = stand.paid(500, payment_intent_data={"metadata": {"campaign": "bra"}}, metadata={"pledge": "1"})
    stand.paid(1000, payment_intent_data={"metadata": {"campaign": "bra"}}, metadata={"pledge": "2"})
    stand.paid(300, "usd")
    stand.client().v1.refunds.create(params={"payment_intent": first["payment_intent"], "amount": 200})

    told = stand.oracle()

    assert told["totals"]["jpy"] == {"charged": 1500, "refunded": 200, "fees": 54, "payments": 2}
    assert told["totals"]["usd"] == {"charged": 300, "refunded": 0, "fees": 39, "payments": 1}
    assert told["by_metadata"]["campaign"]["bra"]["jpy"]["charged"] == 1500
    assert told["by_metadata"]["pledge"]["1"]["jpy"]["refunded"] == 200
    assert [payment["amount"] for payment in told["payments"]] == [500, 1000, 300]
    assert told["payments"][0]["session"] == first["id"]


def test_events_carry_the_request_that_caused_them(stand: Stand) -> None:
    params: stripe.params.RefundCreateParams = {"payment_intent": stand.paid()["payment_intent"]}
    stand.client().v1.refunds.create(params=params, options={"idempotency_key": "refund-of-7"})

    [event] = stand.client().v1.events.list(params={"type": "refund.created"}).data
    headers, body = eventually(lambda: [a for a in stand.receiver.arrived if b'"refund.created"' in a[1]])[0]

    assert event.request is not None and event.request.idempotency_key == "refund-of-7"
    assert stripe.Webhook.construct_event(body, headers["stripe-signature"], SECRET).id == event.id
    assert json.loads(body)["request"]["id"] == event.request.id
