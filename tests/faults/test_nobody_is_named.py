"""Whoever wants to stay unnamed, or to keep the amount to themselves, does so in everything that others get to see."""

import logging
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from campaigns import stripe_inbox
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.models import Alarm, Attempt, Bundle, Campaign, Pledge
from campaigns.stripe_gateway import client as stripe_client
from tests.campaigns.creator.desk import at_the_desk
from tests.promises import promise
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, give, now, tell

pytestmark = pytest.mark.django_db
SECRETS = ("Verysecret", "verysecret", "Hidername", "hidername@example.com", "Matcher", "matcher@example.com")
# What is never said beside a name: an amount that nobody else gave.
HIDDEN_AMOUNTS = ("¥7,341", "7,341", "7341")


def a_campaign_of_shy_people(sandbox: Sandbox) -> Campaign:
    bra, other = an_open_campaign(goal=30_000, ceiling=90_000), an_open_campaign("other", title="Other")
    a_person("Sue", is_staff=True)
    give(sandbox, bra, name="Verysecret", anonymous=True, message="Hello", amount=1_000)
    give(sandbox, bra, name="Visible", amount=7_341, hide_amount=True)
    give(sandbox, bra, name="Dave", amount=500)
    promise(sandbox, bra, 5_000, "Matcher", anonymous=True, matches_up_to=5_000)
    shy = Giver(email="verysecret@example.com", language="en", name="Verysecret", anonymous=True)
    bundle = start_bundle([Coin(bra, 700), Coin(other, 700)], shy, cover_fee=False, form_nonce="n", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    sandbox.pay(bundle.session_id)
    settle_bundle(bundle.pk, at=now())
    return bra


def public_addresses() -> list[str]:
    named = [
        reverse(name, args=["bra"]) for name in ("campaign", "campaign_live", "supporters", "ledger", "give", "match")
    ]
    files = [f"/c/bra/ledger.{ending}" for ending in ("csv", "jsonl", "beancount")]
    api = [
        "/api/v1/campaigns",
        "/api/v1/campaigns/bra",
        "/api/v1/campaigns/bra/updates",
        "/api/v1/campaigns/bra/ledger",
    ]
    return [*named, *files, *api, reverse("transparency"), reverse("home"), reverse("campaigns"), reverse("bundle")]


def of_people() -> dict[str, list[str]]:
    at_work = [reverse(name, args=["bra"]) for name in ("update_new", "training_begin", "more_time")]
    return {
        "Alice": [reverse("refunds", args=["bra"]), reverse("my_campaigns"), *at_work],
        "Bob": [reverse("give_up", args=["bra"]), reverse("payee"), *at_work],
        "Sue": [reverse("alarms"), reverse("pauses"), reverse("payout_queue")],
    }


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.getvalue().decode()


def test_who_gives_without_a_name_is_named_to_nobody(sandbox: Sandbox, client: Client) -> None:
    a_campaign_of_shy_people(sandbox)

    for address in public_addresses():
        assert not [secret for secret in SECRETS if secret in seen(client, address)], address
    for name, addresses in of_people().items():
        person = at_the_desk(User.objects.get(username=name.lower()))
        for address in addresses:
            assert not [secret for secret in SECRETS if secret in seen(person, address)], address


def test_an_amount_that_is_hidden_stands_beside_no_name_and_no_moment(sandbox: Sandbox, client: Client) -> None:
    a_campaign_of_shy_people(sandbox)

    for address in (reverse("campaign", args=["bra"]), reverse("supporters", args=["bra"])):
        page = seen(client, address)
        assert "Visible" in page and not [amount for amount in HIDDEN_AMOUNTS if amount in page], address
    organiser = at_the_desk(User.objects.get(username="alice"))
    assert "Visible" not in seen(organiser, reverse("refunds", args=["bra"]))
    chosen = Pledge.objects.get(name="Visible")
    assert "Visible" not in seen(organiser, reverse("refunds", args=["bra"]) + f"?pledge={chosen.pk}")


def test_what_people_are_told_of_names_pledges_by_their_keys_alone(
    sandbox: Sandbox, client: Client, mailoutbox: list[Any]
) -> None:
    bra = a_campaign_of_shy_people(sandbox)
    for pledge in Pledge.objects.filter(state="paid", campaign=bra):
        attempt = plan_refund(pledge, reason="by-organiser", at=now())
        assert attempt.state == Attempt.State.PLANNED
    carry_out_refunds(at=now())
    for refund in Attempt.objects.filter(kind="refund", state="succeeded"):
        sandbox.control("POST", f"refunds/{refund.stripe_id}/fail")
    for event in sandbox.events():
        tell(client, event)
    stripe_inbox.handle_due(at=now())
    deliver_outbox(at=now(), most=500)

    told = " ".join(str(alarm.detail) + alarm.key for alarm in Alarm.objects.all())
    assert Alarm.objects.filter(kind="refund-failed").exists()
    to_staff = " ".join(mail.subject + mail.body for mail in mailoutbox if mail.to == ["sue@example.com"])
    assert to_staff and not [secret for secret in (*SECRETS, "@example.com") if secret in told + to_staff]


def test_stripe_is_told_the_address_that_it_needs_and_no_name_and_no_words(sandbox: Sandbox) -> None:
    a_campaign_of_shy_people(sandbox)

    for attempt in Attempt.objects.filter(kind="checkout"):
        said = str(attempt.parameters)
        assert "Verysecret" not in said and "Visible" not in said and "Hello" not in said and "Matcher" not in said
        metadata = [
            attempt.parameters["metadata"],
            attempt.parameters.get("payment_intent_data", {}).get("metadata", {}),
        ]
        metadata.append(attempt.parameters.get("setup_intent_data", {}).get("metadata", {}))
        tokens = {*Pledge.objects.values_list("token", flat=True), *Bundle.objects.values_list("token", flat=True)}
        assert not [value for one in metadata for value in one.values() if value in tokens or "@" in value]
    assert stripe_client().v1.customers.list().data[0].name is None
    assert "@" not in Pledge.objects.get(role="match").consent_text


def test_no_line_of_the_log_names_anybody_or_holds_a_key(
    sandbox: Sandbox, client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    lines: Any = settings.LOGGING["formatters"]["line"]
    formatter = import_string(lines["class"])(lines["format"], style="{")
    caplog.set_level(logging.INFO)
    sandbox.fault("checkout.sessions.create", "status_500", times=4)
    a_campaign_of_shy_people_or_less(sandbox, client)
    tokens = [*Pledge.objects.values_list("token", flat=True), *Bundle.objects.values_list("token", flat=True)]
    for token in tokens:
        for name in ("thanks", "take_back", "renew_card", "confirm_hold"):
            client.get(reverse(name, args=[token]) + "?back=1")
            client.post(reverse(name, args=[token]))
    raise_alarm(kind="event", key="event:evt_1", at=now(), detail={"why": "carol@example.com"})

    said = "\n".join(formatter.format(record) for record in caplog.records)

    assert said and "@example.com" not in said and "checkout.stripe.com" not in said
    assert not [token for token in tokens if token in said]


def a_campaign_of_shy_people_or_less(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    client.post(reverse("give", args=["bra"]), {"amount": "500", "email": "carol@example.com"})
    sandbox.heal()
    give(sandbox, campaign)
    close_due_campaigns(at=now())


def test_who_opens_an_account_with_anothers_address_sees_nothing_of_the_other(sandbox: Sandbox) -> None:
    give(sandbox, an_open_campaign(), name="Carol")
    thief = Client()

    thief.post(reverse("account_signup"), {"email": "carol@example.com", "password1": PASSWORD, "password2": PASSWORD})

    assert not EmailAddress.objects.filter(email="carol@example.com", verified=True).exists()
    assert "_auth_user_id" not in thief.session
    assert Pledge.objects.get().supporter is None
