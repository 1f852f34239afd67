"""A trainer's account at Stripe: opened once, known to be active only by Stripe's word, and told of to its holder."""

import contextlib
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from campaigns import stripe_inbox
from campaigns.actions.learn_payee_account import learn_payee_accounts
from campaigns.actions.open_payee_account import NothingToOpen, open_payee_account
from campaigns.models import OutboxMessage, PayeeAccount, StripeEvent
from campaigns.stripe_gateway import StripeSilent
from campaigns.stripe_gateway import client as stripe_client
from tests.payees import an_account
from tests.stripe_sandbox import SECRET, THIN_SECRET, Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, now

pytestmark = pytest.mark.django_db
DOOR = "/stripe/accounts/webhook/"


def a_campaign_that_stripe_pays() -> None:
    an_open_campaign(currency="USD", goal=2_000, ceiling=2_000, payee_country="US", payout_way="connect")


def who_has_just_logged_in(client: Client) -> None:
    client.force_login(a_person("Bob"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def accounts_at_stripe() -> int:
    return len(stripe_client().v2.core.accounts.list().data)


def told(client: Client, event: dict[str, Any], secret: str) -> int:
    body, seconds = json.dumps(event), int(time.time())
    mark = hmac.new(secret.encode(), f"{seconds}.{body}".encode(), hashlib.sha256).hexdigest()
    header = {"Stripe-Signature": f"t={seconds},v1={mark}"}
    return int(client.post(DOOR, data=body, content_type="application/json", headers=header).status_code)


def test_an_account_is_opened_once_however_often_and_its_holder_gets_one_mail(sandbox: Sandbox) -> None:
    a_campaign_that_stripe_pays()

    first = open_payee_account(a_person("Bob"), language="en", at=now())
    second = open_payee_account(a_person("Bob"), language="en", at=now())

    assert first != second and first.startswith(f"{sandbox.url}/connect/onboarding/")
    assert accounts_at_stripe() == PayeeAccount.objects.count() == 1
    assert list(OutboxMessage.objects.values_list("recipient", "template")) == [("bob@example.com", "payee_opened")]


def test_an_answer_that_was_lost_leads_to_the_same_account(sandbox: Sandbox) -> None:
    a_campaign_that_stripe_pays()
    sandbox.fault("v2.core.accounts.create", "drop_after_commit", times=2)
    with pytest.raises(StripeSilent):
        open_payee_account(a_person("Bob"), language="en", at=now())

    sandbox.heal()
    open_payee_account(a_person("Bob"), language="en", at=now())

    assert accounts_at_stripe() == 1


@pytest.mark.parametrize("kind", ["status_500", "status_500_after_commit"])
def test_an_answer_that_stripe_keeps_keeps_nobody_from_an_account(sandbox: Sandbox, kind: str) -> None:
    a_campaign_that_stripe_pays()
    sandbox.fault("v2.core.accounts.create", kind, times=1)

    with contextlib.suppress(StripeSilent):
        open_payee_account(a_person("Bob"), language="en", at=now())
    open_payee_account(a_person("Bob"), language="en", at=now())

    made = [account.id for account in stripe_client().v2.core.accounts.list().data]
    assert made == [PayeeAccount.objects.get().account_id]


def test_who_trains_nothing_that_stripe_pays_opens_no_account(sandbox: Sandbox) -> None:
    an_open_campaign()

    with pytest.raises(NothingToOpen):
        open_payee_account(a_person("Bob"), language="en", at=now())

    assert not PayeeAccount.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "word"),
    [("complete", "active"), ("incomplete", "restricted"), ("pending", "pending"), ("rejected", "rejected")],
)
def test_what_stripe_says_of_the_capability_is_kept_as_it_is(sandbox: Sandbox, outcome: str, word: str) -> None:
    a_campaign_that_stripe_pays()

    account = an_account(sandbox, outcome)

    assert account.transfers == word
    assert bool(account.missing) is (outcome == "incomplete")


def test_a_thin_event_brings_the_news_through_its_own_door(
    sandbox: Sandbox, client: Client, settings: Settings
) -> None:
    settings.STRIPE_ACCOUNT_WEBHOOK_SECRETS = [THIN_SECRET]
    a_campaign_that_stripe_pays()
    account = an_account(sandbox, "incomplete")
    sandbox.control("POST", f"accounts/{account.account_id}/onboard", outcome="complete")

    answers = [told(client, event, THIN_SECRET) for event in sandbox.thin_events() * 2]
    stripe_inbox.handle_due(at=now())

    assert set(answers) == {200}
    assert PayeeAccount.objects.get().transfers == "active"
    assert set(StripeEvent.objects.values_list("state", flat=True)) <= {"handled", "ignored"}


def test_the_second_door_is_closed_to_calls_that_are_signed_for_the_first(
    sandbox: Sandbox, client: Client, settings: Settings
) -> None:
    settings.STRIPE_ACCOUNT_WEBHOOK_SECRETS = [THIN_SECRET]
    a_campaign_that_stripe_pays()
    an_account(sandbox)

    answers = {told(client, event, SECRET) for event in sandbox.thin_events()}
    settings.STRIPE_ACCOUNT_WEBHOOK_SECRETS = []
    answers |= {told(client, event, THIN_SECRET) for event in sandbox.thin_events()}

    assert answers == {400} and not StripeEvent.objects.exists()


def test_a_capability_that_is_lost_is_noticed_without_any_event(sandbox: Sandbox) -> None:
    a_campaign_that_stripe_pays()
    account = an_account(sandbox)
    sandbox.control("POST", f"accounts/{account.account_id}/capability", status="restricted")

    assert learn_payee_accounts(at=now()) == 0
    learn_payee_accounts(at=now() + timedelta(days=1, hours=1))

    assert PayeeAccount.objects.get().transfers == "restricted"


def test_an_account_that_stripe_knows_no_more_can_be_paid_no_more(sandbox: Sandbox) -> None:
    a_campaign_that_stripe_pays()
    PayeeAccount.objects.filter(pk=an_account(sandbox).pk).update(account_id="acct_gone")

    learn_payee_accounts(at=now() + timedelta(days=1, hours=1))

    assert PayeeAccount.objects.get().transfers.startswith("gone")


def test_a_trainer_is_led_to_stripe_and_back(sandbox: Sandbox, client: Client) -> None:
    a_campaign_that_stripe_pays()
    who_has_just_logged_in(client)

    led = client.post("/en/me/payouts/open/")
    account = PayeeAccount.objects.get()
    sandbox.control("POST", f"accounts/{account.account_id}/onboard", outcome="complete")
    back = client.get("/en/me/payouts/back/", follow=True)

    assert led.status_code == 303 and led["Location"].startswith(f"{sandbox.url}/connect/onboarding/")
    assert PayeeAccount.objects.get().transfers == "active"
    assert "Stripe says that you can be paid" in back.content.decode()


def test_who_logged_in_long_ago_gives_the_password_first(sandbox: Sandbox, client: Client) -> None:
    a_campaign_that_stripe_pays()
    client.force_login(a_person("Bob"))

    answer = client.post("/en/me/payouts/open/")

    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    assert not PayeeAccount.objects.exists()


def test_a_link_that_had_run_out_leads_back_to_the_button(sandbox: Sandbox, client: Client) -> None:
    a_campaign_that_stripe_pays()
    client.force_login(a_person("Bob"))

    page = client.get("/en/me/payouts/again/", follow=True).content.decode()

    assert "Press the button once more" in page and "Open an account at Stripe" in page
