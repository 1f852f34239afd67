"""Lists, their pages and filters, and expansion."""

import time

import pytest
import stripe

from tests.sandbox.stand import Stand


def test_a_list_goes_backwards_in_pages(stand: Stand) -> None:
    made = [stand.open_session().id for _ in range(5)]
    sessions = stand.client().v1.checkout.sessions

    first = sessions.list(params={"limit": 2})
    second = sessions.list(params={"limit": 2, "starting_after": first.data[-1].id})
    last = sessions.list(params={"limit": 2, "starting_after": second.data[-1].id})
    before = sessions.list(params={"limit": 2, "ending_before": last.data[0].id})

    pages = [[session.id for session in page.data] for page in (first, second, last, before)]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1], made[2:0:-1]]
    assert [page.has_more for page in (first, second, last, before)] == [True, True, False, True]
    assert [session.id for session in first.auto_paging_iter()] == made[::-1]


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_page_has_at_most_a_hundred(stand: Stand, limit: str) -> None:
    assert stand.api("GET", f"charges?limit={limit}").json["error"]["param"] == "limit"


def test_an_unknown_cursor_is_refused(stand: Stand) -> None:
    refused = stand.api("GET", "charges?starting_after=ch_unknown")

    assert (refused.status, refused.json["error"]["code"]) == (400, "resource_missing")


def test_filters_choose(stand: Stand) -> None:
    v1 = stand.client().v1
    paid = stand.paid(payment_intent_data={"transfer_group": "campaign_1"}, customer_email="a@example.com")
    other = stand.paid(300, "usd", customer_creation="always")
    stand.open_session()
    charge = v1.charges.list(params={"payment_intent": paid["payment_intent"]}).data[0].id
    part = v1.refunds.create(params={"charge": charge, "amount": 100}).id
    v1.refunds.create(params={"payment_intent": other["payment_intent"]})

    assert [c.id for c in v1.charges.list(params={"transfer_group": "campaign_1"}).data] == [charge]
    assert [r.id for r in v1.refunds.list(params={"charge": charge}).data] == [part]
    assert [r.id for r in v1.refunds.list(params={"payment_intent": paid["payment_intent"]}).data] == [part]
    for_intent = v1.checkout.sessions.list(params={"payment_intent": paid["payment_intent"]}).data
    assert [s.id for s in for_intent] == [paid["id"]]
    assert len(v1.checkout.sessions.list(params={"status": "complete"}).data) == 2
    by_email = v1.checkout.sessions.list(params={"customer_details": {"email": "a@example.com"}}).data
    assert [s.id for s in by_email] == [paid["id"]]
    assert [m.amount for m in v1.balance_transactions.list(params={"type": "refund"}).data] == [-300, -100]
    assert [m.source for m in v1.balance_transactions.list(params={"source": part}).data] == [part]
    assert len(v1.payment_intents.list(params={"customer": other["customer"]}).data) == 1
    assert len(v1.customers.list(params={"email": "supporter@example.com"}).data) == 1


def test_events_are_chosen_by_type_and_time(stand: Stand) -> None:
    stand.paid()
    events = stand.client().v1.events
    now = int(time.time())

    assert {e.type for e in events.list(params={"type": "payment_intent.*"}).data} == {
        "payment_intent.created",
        "payment_intent.succeeded",
    }
    assert len(events.list(params={"types": ["charge.succeeded", "checkout.session.completed"]}).data) == 2
    assert len(events.list(params={"created": {"gte": now - 60, "lt": now + 60}}).data) >= 4
    assert events.list(params={"created": {"gt": now + 60}}).data == []


def test_expansion_reaches_through_objects_and_lists(stand: Stand) -> None:
    stand.paid()
    path = "checkout/sessions?expand[]=data.payment_intent.latest_charge&expand[]=data.line_items"

    [session] = stand.api("GET", path).json["data"]

    assert session["payment_intent"]["latest_charge"]["payment_intent"] == session["payment_intent"]["id"]
    assert session["line_items"]["data"][0]["amount_total"] == 500


def test_a_charge_shows_its_refunds_when_asked(stand: Stand) -> None:
    session = stand.paid()
    stand.client().v1.refunds.create(params={"payment_intent": session["payment_intent"], "amount": 100})

    intent = stand.client().v1.payment_intents.retrieve(
        session["payment_intent"],
        {"expand": ["latest_charge.refunds"]},
    )

    charge: stripe.Charge = intent.latest_charge  # type: ignore[assignment]
    assert charge.refunds is not None and [refund.amount for refund in charge.refunds.data] == [100]


@pytest.mark.parametrize("path", ["nonsense", "amount", "latest_charge.amount", "data.latest_charge", "a.b.c.d.e"])
def test_what_is_no_reference_cannot_be_expanded(stand: Stand, path: str) -> None:
    intent = stand.paid()["payment_intent"]

    refused = stand.api("GET", f"payment_intents/{intent}?expand[]={path}")

    assert refused.status == 400 and path in refused.json["error"]["message"]


def test_a_null_stays_null_when_it_is_expanded(stand: Stand) -> None:
    session = stand.open_session(expand=["payment_intent.latest_charge", "customer"])

    assert (session.payment_intent, session.customer) == (None, None)


def test_more_line_items_than_a_page(stand: Stand) -> None:
    price = {"currency": "jpy", "unit_amount": 100, "product_data": {"name": "A coin"}}
    session = stand.open_session(line_items=[{"price_data": price, "quantity": n + 1} for n in range(12)])
    lines = stand.client().v1.checkout.sessions.line_items

    first = lines.list(session.id)
    rest = lines.list(session.id, params={"starting_after": first.data[-1].id})
    before = lines.list(session.id, params={"ending_before": first.data[-1].id, "limit": 2})

    assert [line.quantity for line in first.data] == list(range(1, 11)) and first.has_more
    assert [line.quantity for line in rest.data] == [11, 12] and not rest.has_more
    assert [line.quantity for line in before.data] == [8, 9]
