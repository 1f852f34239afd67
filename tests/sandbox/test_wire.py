"""The wire: keys, paths, headers, odd requests; and many at the same time."""

import base64
import http.client
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.sandbox.stand import KEY, Stand, fetch


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("", "did not provide an API key"),
        ("Bearer sk_live_abc", "refuses live API keys"),
        ("Basic " + base64.b64encode(b"rk_live_abc:").decode(), "refuses live API keys"),
        ("Bearer pk_test_abc", "Invalid API Key"),
        ("Basic !!!", "did not provide an API key"),
    ],
)
def test_only_test_keys_are_taken(stand: Stand, authorization: str, words: str) -> None:
    refused = fetch("GET", f"{stand.url}/v1/customers", headers={"Authorization": authorization})

    assert refused.status == 401 and words in refused.json["error"]["message"]


@pytest.mark.parametrize("key", [KEY, "rk_test_restricted"])
def test_test_keys_are_taken_in_both_ways(stand: Stand, key: str) -> None:
    basic = "Basic " + base64.b64encode(f"{key}:".encode()).decode()

    assert fetch("GET", f"{stand.url}/v1/customers", headers={"Authorization": basic}).status == 200
    assert stand.client(key=key).v1.customers.list().data == []


def test_the_package_raises_for_a_live_key(stand: Stand) -> None:
    with pytest.raises(stripe.AuthenticationError, match="refuses live API keys"):
        stand.client(key="sk_live_abc").v1.customers.list()


@pytest.mark.parametrize(
    "path",
    ["checkout/sessions/cs_x", "payment_intents/pi_x", "charges/ch_x", "refunds/re_x", "balance_transactions/txn_x"],
)
def test_an_unknown_id_is_not_found(stand: Stand, path: str) -> None:
    missing = stand.api("GET", path)

    assert (missing.status, missing.json["error"]["code"]) == (404, "resource_missing")


def test_a_request_for_a_connected_account_is_refused(stand: Stand) -> None:
    refused = stand.api("GET", "charges", Stripe_Account="acct_x")

    assert refused.status == 400 and "connected accounts" in refused.json["error"]["message"]


def test_an_id_of_another_kind_is_not_found(stand: Stand) -> None:
    assert stand.api("GET", f"charges/{stand.open_session().id}").status == 404


def test_an_unknown_path_is_not_found(stand: Stand) -> None:
    missing = stand.api("POST", "subscriptions", {})

    assert missing.status == 404 and "Unrecognized request URL" in missing.json["error"]["message"]


def test_answers_carry_stripes_headers(stand: Stand) -> None:
    usual = stand.api("GET", "customers")
    asked = stand.api("GET", "customers", Stripe_Version="2026-09-30.endive")

    assert usual.headers["Request-Id"].startswith("req_")
    assert usual.headers["Stripe-Version"] == "2026-10-28.endive"
    assert asked.headers["Stripe-Version"] == "2026-09-30.endive"


def test_a_connection_serves_many_requests(stand: Stand) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stand.sandbox.port, timeout=60)
    headers = {"Authorization": f"Bearer {KEY}"}
    for method, path, body in (("GET", "/v1/customers", None), ("POST", "/v1/nothing", "a=b"), ("GET", "/v1/x", None)):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        assert len(answer.read()) == int(answer.headers["Content-Length"])
    connection.close()


@pytest.mark.parametrize("field", ["a[b=c", "[a]=b", "a=1&a[b]=2", "a[b]=2&a=1", "a[1][2][3][4][5][6][7][8]=b"])
def test_fields_that_make_no_tree_are_refused(stand: Stand, field: str) -> None:
    url = f"{stand.url}/v1/customers"

    assert fetch("POST", url, headers={"Authorization": f"Bearer {KEY}"}, body=field.encode()).status == 400


def test_a_body_that_is_too_large_is_refused(stand: Stand) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stand.sandbox.port, timeout=60)
    connection.putrequest("POST", "/v1/customers")
    connection.putheader("Content-Length", str(2**30))
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()


def test_fifty_sessions_at_once(stand: Stand) -> None:
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda number: stand.open_session(metadata={"pledge": str(number)}), range(50)))

    assert len({session.id for session in made}) == 50
    listed = stand.client().v1.checkout.sessions.list(params={"limit": 100}).data
    assert {session.metadata["pledge"] for session in listed if session.metadata} == {str(n) for n in range(50)}


def test_fifty_refunds_of_one_charge_give_back_no_more_than_was_paid(stand: Stand) -> None:
    intent = stand.paid(500)["payment_intent"]

    with ThreadPoolExecutor(50) as pool:
        fields = {"payment_intent": intent, "amount": "20"}
        statuses = list(pool.map(lambda _: stand.api("POST", "refunds", fields).status, range(50)))

    assert (statuses.count(200), statuses.count(400)) == (25, 25)
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 500


def test_one_key_at_fifty_requests_works_once(stand: Stand) -> None:
    intent = stand.paid(500)["payment_intent"]

    with ThreadPoolExecutor(50) as pool:
        fields = {"payment_intent": intent, "amount": "20"}
        send = lambda _: stand.api("POST", "refunds", fields, Idempotency_Key="one")  # noqa: E731
        replies = list(pool.map(send, range(50)))

    assert {reply.status for reply in replies} <= {200, 409}
    assert len({reply.body for reply in replies if reply.status == 200}) == 1
    assert stand.oracle()["totals"]["jpy"]["refunded"] == 20
