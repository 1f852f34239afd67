"""Both of Stripe's doors, with nonsense that is signed and sense that is not: no 500, and nothing kept of strangers."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns import stripe_inbox
from campaigns.models import StripeEvent
from campaigns.stripe_inbox import MOST_BYTES
from tests.stripe_sandbox import SECRET, THIN_SECRET
from tests.world import now

pytestmark = pytest.mark.django_db
PAYMENTS, ACCOUNTS = "/stripe/webhook/", "/stripe/accounts/webhook/"
EVENT: dict[str, Any] = {"id": "evt_1", "type": "x.y", "created": 1, "livemode": False, "data": {"object": {}}}
THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "type": "v2.core.account[requirements].updated",
    "created": "2026-11-22T10:00:00Z",
    "livemode": False,
    "related_object": {"id": "acct_1", "type": "v2.core.account"},
}


@pytest.fixture(autouse=True)
def two_doors(settings: Settings, client: Client) -> None:
    settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_ACCOUNT_WEBHOOK_SECRETS = [SECRET], [THIN_SECRET]
    client.raise_request_exception = False


def sent(client: Client, door: str, body: bytes, secret: str, **also: Any) -> int:
    seconds = int(time.time())
    mark = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    header = {"Stripe-Signature": f"t={seconds},v1={mark}"}
    return client.post(door, data=body, content_type="application/json", headers=header, **also).status_code


@pytest.mark.parametrize(("door", "good", "bad"), [(PAYMENTS, SECRET, THIN_SECRET), (ACCOUNTS, THIN_SECRET, SECRET)])
@pytest.mark.parametrize("event", [EVENT, THIN], ids=["snapshot", "thin"])
def test_each_door_believes_its_own_secret_alone(
    client: Client, door: str, good: str, bad: str, event: dict[str, Any]
) -> None:
    body = json.dumps(event).encode()

    assert sent(client, door, body, bad) == 400 and not StripeEvent.objects.exists()
    assert sent(client, door, body, good) == 200 and StripeEvent.objects.count() == 1


@pytest.mark.parametrize("door", [PAYMENTS, ACCOUNTS])
@pytest.mark.parametrize(
    "header",
    ["t=1,v1=\xe9", "\xe9", "t=\xb2,v1=00", "t=1,v1=" + "0" * 9_000, "t=1,t=2,v1=", ",,,", "t==,v1==", "t=1\x00,v1=0"],
)
def test_whatever_stands_in_the_signature_is_answered_400(client: Client, door: str, header: str) -> None:
    body = json.dumps(EVENT).encode()

    answer = client.post(door, data=body, content_type="application/json", headers={"Stripe-Signature": header})

    assert answer.status_code == 400 and not StripeEvent.objects.exists()


@pytest.mark.parametrize(("door", "secret"), [(PAYMENTS, SECRET), (ACCOUNTS, THIN_SECRET)])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"1", b'"x"', b"[]", b"[[]]", b"{}", b"\x00", b"\xff\xfe", b"[" * 200_000,
        b'{"a":' * 40_000, b'{"id":"evt_1"}', b'{"type":"x"}',
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_signed_and_no_event_is_answered_400(client: Client, door: str, secret: str, body: bytes) -> None:
    assert sent(client, door, body, secret) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(("door", "secret"), [(PAYMENTS, SECRET), (ACCOUNTS, THIN_SECRET)])
@pytest.mark.parametrize(
    "change",
    [
        {"id": 7}, {"id": ["evt_1"]}, {"id": ""}, {"id": "e" * 5_000}, {"id": "evt\x00"}, {"id": "\ud800"},
        {"type": 7}, {"type": None}, {"type": ["x"]}, {"type": "x" * 5_000}, {"type": "x\x00y"}, {"type": "\ud800"},
        {"created": "yesterday"}, {"created": None}, {"created": []}, {"created": 10**30}, {"created": -(10**30)},
        {"created": {}},
    ],
    ids=range(18),
)  # fmt: skip
def test_an_event_that_no_table_takes_is_answered_400(
    client: Client, door: str, secret: str, change: dict[str, Any]
) -> None:
    assert sent(client, door, json.dumps({**EVENT, **change}).encode(), secret) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"data": None}, {"data": []}, {"data": {"object": []}}, {"data": {"object": {"metadata": []}}}, {"data": "x"},
        {"data": {"object": {"metadata": {"genseki_pledge": "9" * 40}}}}, {"related_object": []}, {"api_version": 7},
        {"data": {"object": {"metadata": {"genseki_pledge": "\u0663"}, "id": []}}}, {"api_version": "x" * 5_000},
        {"data": {"object": {"id": "\x00", "metadata": {"genseki_pledge": "\x00"}}}}, {"related_object": None},
        {"data": {"object": {"metadata": {"genseki_bundle": "9" * 40}}}}, {"account": "acct_1"},
        {"data": {"object": {"metadata": {"genseki_payout": "9" * 40}}}},
        {"data": {"object": {"payment_intent": {"id": "pi_1"}, "metadata": None}}},
    ],
    ids=range(16),
)  # fmt: skip
@pytest.mark.parametrize(
    "kind",
    [
        "charge.succeeded", "payment_intent.payment_failed", "setup_intent.setup_failed", "charge.dispute.created",
        "transfer.reversed", "v2.core.account[requirements].updated", "radar.early_fraud_warning.created",
    ],
)  # fmt: skip
def test_an_event_with_a_strange_inside_is_kept_and_stops_nobody(
    client: Client, kind: str, change: dict[str, Any], sandbox: object
) -> None:
    assert sent(client, PAYMENTS, json.dumps({**EVENT, "type": kind, **change}).encode(), SECRET) == 200

    stripe_inbox.handle_due(at=now())

    event = StripeEvent.objects.get()
    assert event.state in ("ignored", "handled") or (event.state == "received" and event.error)


@pytest.mark.parametrize("length", ["x", "-1", "\xb2", "1e9", str(MOST_BYTES + 1), "9" * 400])
def test_a_length_that_is_none_or_too_much_is_refused(client: Client, length: str) -> None:
    answer = client.post(PAYMENTS, data=b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("livemode", [None, True, "false", 0, []])
def test_the_mode_of_an_event_is_that_of_our_key_or_nothing_is_kept(
    client: Client, settings: Settings, livemode: object
) -> None:
    settings.STRIPE_LIVEMODE = True
    body = json.dumps({**THIN, "livemode": livemode}).encode()

    status = sent(client, ACCOUNTS, body, THIN_SECRET)

    assert status == (200 if livemode is True else 400)
    assert StripeEvent.objects.exists() is (livemode is True)


def test_what_is_told_again_and_what_is_sent_by_get_changes_nothing(client: Client) -> None:
    body = json.dumps(EVENT).encode()
    assert [sent(client, PAYMENTS, body, SECRET) for _ in range(3)] == [200, 200, 200]

    assert StripeEvent.objects.count() == 1
    assert {client.get(door).status_code for door in (PAYMENTS, ACCOUNTS)} == {405}
