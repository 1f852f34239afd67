"""Strangers who are up to something: other people's coins, cards that are tried by the hundred, and weapons of ours."""

import logging
from typing import Any, cast

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as configured
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.module_loading import import_string
from pytest_django import Settings

from campaigns import stripe_inbox
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.pause_site import is_site_paused
from campaigns.actions.refuse_abuse import PledgeRefused, refuse_abuse, wider_network_of
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.actions.watch_failed_cards import watch_failed_cards
from campaigns.follow_links import CONFIRM, RESUME, sign
from campaigns.models import Alarm, Attempt, Bundle, Campaign, CardFailure, Follower, Pledge
from campaigns.views.network import network_of
from config.discreet import discreetly
from tests.campaigns.creator.desk import at_the_desk
from tests.promises import an_all_or_nothing_campaign, promise, set_out_to_promise
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, give, now, tell

pytestmark = pytest.mark.django_db
DECLINED = "4000000000000002"


def a_bundle(sandbox: Sandbox, campaigns: list[Campaign]) -> Bundle:
    carol = Giver(email="carol@example.com", language="en", name="Carol")
    coins = [Coin(campaign, 500) for campaign in campaigns]
    bundle = start_bundle(coins, carol, cover_fee=False, form_nonce="a-secret-of-carols-browser", at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    sandbox.pay(bundle.session_id)
    return settle_bundle(bundle.pk, at=now())


def test_who_knows_what_somebody_gave_in_a_bundle_gets_no_key_to_it(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    bundle = a_bundle(sandbox, [campaign, an_open_campaign("other")])
    coin = bundle.pledges.get(campaign=campaign)
    # The first can be counted up; of the others nobody knows, and they open nothing all the same.
    guesses = {f"bundle-{bundle.pk}", bundle.form_nonce, coin.form_nonce}

    for nonce in guesses:
        form = {"amount": "500", "email": "carol@example.com", "name": "Carol", "form_nonce": nonce}
        answer = client.post(reverse("give", args=[campaign.slug]), form)
        assert answer.status_code == 303 and "/thanks/" not in answer["Location"]

    assert coin.form_nonce != f"bundle-{bundle.pk}" and len(coin.form_nonce) > 40


def form_of(campaigns: list[Campaign], **also: str) -> dict[str, str]:
    data = {"currency": "JPY", "email": "carol@example.com", "form_nonce": "the-form"}
    for campaign in campaigns:
        data |= {f"with_{campaign.pk}": "on", f"amount_{campaign.pk}": "500"}
    return {**data, **also}


@pytest.mark.parametrize(
    "change",
    [
        {"giving_paused": True},
        {"stage": "cancelled"},
        {"stage": "draft"},
        {"kind": "all-or-nothing"},
        {"currency": "USD"},
    ],
)
def test_a_ticked_campaign_that_cannot_be_given_to_is_never_left_out_in_silence(
    sandbox: Sandbox, client: Client, change: dict[str, Any]
) -> None:
    campaigns = [an_open_campaign(slug) for slug in ("one", "two")]
    Campaign.objects.filter(slug="two").update(**change)

    answer = client.post(reverse("bundle"), form_of(campaigns))

    assert answer.status_code in (409, 422) and not Bundle.objects.exists()


def hear(sandbox: Sandbox, client: Client) -> None:
    for event in sandbox.events():
        if event["type"].endswith(("payment_failed", "setup_failed")):
            tell(client, event)
    stripe_inbox.handle_due(at=now())


def test_cards_are_not_tried_on_the_page_for_another_card(sandbox: Sandbox, client: Client) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    client.post(reverse("renew_card", args=[pledge.token]))
    pledge.refresh_from_db()
    for _ in range(5):
        sandbox.pay(pledge.session_id, card=DECLINED)

    hear(sandbox, client)

    assert CardFailure.objects.count() == 5
    assert "checkout.session.expired" in [event["type"] for event in sandbox.events()]


def test_there_are_not_many_pages_for_another_card_in_a_day(sandbox: Sandbox, client: Client) -> None:
    pledge = promise(sandbox, an_all_or_nothing_campaign())
    statuses = []

    for _ in range(12):
        answer = client.post(reverse("renew_card", args=[pledge.token]))
        statuses.append(answer.status_code)
        pledge.refresh_from_db()
        if answer.status_code == 303:
            sandbox.pay(pledge.session_id)
            stripe_inbox.handle_due(at=now())
            for event in sandbox.events():
                tell(client, event)
            stripe_inbox.handle_due(at=now())

    assert 1 <= statuses.count(303) <= 5


def refused(campaign: Campaign, times: int, network: str) -> None:
    pledge = Pledge.objects.create(
        campaign=campaign, form_nonce=f"n{CardFailure.objects.count()}", currency="JPY", amount=500,
        email="thief@example.com", created_at=now(), network=network, wider_network=wider_network_of(network),
    )  # fmt: skip
    first = CardFailure.objects.count()
    CardFailure.objects.bulk_create(
        CardFailure(stripe_id=f"ch_{first + number}", campaign=campaign, pledge=pledge, at=now())
        for number in range(times)
    )


def test_nobody_alone_pauses_the_site_or_a_campaign() -> None:
    one, other = an_open_campaign("one"), an_open_campaign("other")
    for number in range(6):
        refused(one, 10, f"203.0.113.{number}")
        refused(other, 10, f"203.0.113.{number}")

    watch_failed_cards(at=now())

    assert not is_site_paused() and not Campaign.objects.filter(giving_paused=True).exists()
    assert Alarm.objects.filter(key="failed-cards:site").exists()


def test_an_attack_from_many_networks_still_pauses() -> None:
    one, other = an_open_campaign("one"), an_open_campaign("other")
    for number in range(12):
        refused(one, 5, f"203.0.{number}.1")
        refused(other, 5, f"198.51.{number}.1")

    watch_failed_cards(at=now())

    assert is_site_paused() and Campaign.objects.filter(giving_paused=True).count() == 2


def test_a_network_whose_cards_fail_is_asked_to_wait(client: Client, settings: Settings) -> None:
    settings.FAILED_CARDS_PER_NETWORK = 10
    campaign = an_open_campaign()
    refused(campaign, 10, "203.0.113.9")
    form = {"amount": "500", "email": "t@example.com", "form_nonce": "n"}

    answer = client.post(reverse("give", args=["bra"]), form, REMOTE_ADDR="203.0.113.9")

    assert answer.status_code == 429


def test_one_address_is_one_however_it_is_written(settings: Settings, sandbox: Sandbox) -> None:
    settings.PLEDGES_PER_ADDRESS = 2
    campaign = an_open_campaign()
    client, statuses = Client(), []

    for number, email in enumerate(
        ("Carol@example.com", "carol@EXAMPLE.com", "carol@example.com", "CAROL@example.com")
    ):
        form = {"amount": "500", "email": email, "form_nonce": f"nonce-{number}"}
        statuses.append(client.post(reverse("give", args=[campaign.slug]), form).status_code)

    assert statuses == [303, 303, 429, 429]


def test_the_log_names_no_link_no_address_and_no_page_of_stripes(
    sandbox: Sandbox,
) -> None:
    pledge = give(sandbox, an_open_campaign())
    lines: Any = cast("Any", configured.LOGGING)["formatters"]["line"]
    made = import_string(lines["class"])
    told = f"Not found: /en/thanks/{pledge.token}/take-back/ of carol@example.com at https://checkout.stripe.com/c/pay/cs_1#x"

    line = made(lines["format"], style="{").format(logging.LogRecord("x", 30, "f", 1, told, None, None))

    assert pledge.token not in line and "carol@" not in line and "cs_1" not in line and "Not found: /en/thanks/" in line


def test_no_link_to_a_follower_stands_in_the_log() -> None:
    follower = Follower.objects.create(campaign=an_open_campaign(), email="dora@example.com", asked_at=now())
    keys = [follower.token, sign(CONFIRM, follower, now()), sign(RESUME, follower, now())]

    said = [discreetly(f"Gone: /ja/follow/{key}/resume/") for key in keys]

    assert said == ["Gone: /ja/follow/.../resume/"] * 3


def test_the_keys_of_a_supporter_stand_nowhere_in_the_admin(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    for event in sandbox.events():
        tell(client, event)
    root = at_the_desk(a_person("Root", is_staff=True, is_superuser=True))
    attempt = Attempt.objects.filter(pledge=pledge).first()
    assert attempt is not None
    pages = [reverse("admin:campaigns_attempt_change", args=[attempt.pk])]
    pages += [reverse("admin:campaigns_stripeevent_change", args=[event["id"]]) for event in sandbox.events()]

    for page in pages:
        shown = root.get(page)
        assert shown.status_code == 200 and pledge.token not in shown.text, page


def test_the_sessions_of_others_are_not_shown_in_the_admin(client: Client) -> None:
    dave = Client()
    a_person("Dave")
    dave.post(reverse("account_login"), {"login": "dave@example.com", "password": PASSWORD})
    key = dave.session.session_key or ""
    root = at_the_desk(a_person("Root", is_staff=True, is_superuser=True))
    for session in UserSession.objects.all():
        address = f"/en/{configured.ADMIN_PATH}usersessions/usersession/{session.pk}/change/"
        assert key not in root.get(address, follow=True).text
    assert UserSession.objects.filter(session_key=key).exists()


def test_the_admin_has_no_log_in_of_its_own_that_knows_no_second_factor(client: Client) -> None:
    a_person("Root", is_staff=True, is_superuser=True)

    client.post(f"/en/{configured.ADMIN_PATH}login/", {"username": "root", "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert (
        "/accounts/login/" in client.get(f"/en/{configured.ADMIN_PATH}")["Location"]
        or "/accounts/login/" in client.get(f"/en/{configured.ADMIN_PATH}login/")["Location"]
    )


def test_a_flood_from_a_few_networks_closes_no_campaign_for_the_others(settings: Settings) -> None:
    settings.PLEDGES_PER_NETWORK, settings.PLEDGES_PER_CAMPAIGN, settings.PLEDGES_PER_SITE = 20, 100, 100
    campaign = an_open_campaign()
    for number in range(300):
        network = f"2001:db8:{number % 3}:{number % 50}::/64"
        Pledge.objects.create(
            campaign=campaign, form_nonce=f"n{number}", currency="JPY", amount=500, email="t@example.com",
            created_at=now(), network=network, wider_network=wider_network_of(network),
        )  # fmt: skip

    refuse_abuse(campaign, Giver(email="carol@example.com", language="en", network="198.51.100.1"), at=now())
    Pledge.objects.update(wider_network="")
    with pytest.raises(PledgeRefused, match="too-many-tries"):
        refuse_abuse(campaign, Giver(email="carol@example.com", language="en", network="198.51.100.1"), at=now())


@pytest.mark.parametrize("page", ["give", "match", "bundle"])
def test_no_page_is_a_way_around_the_limit_of_a_network(
    sandbox: Sandbox, client: Client, settings: Settings, page: str
) -> None:
    settings.PLEDGES_PER_NETWORK, settings.TRUSTED_PROXY_COUNT = 3, 1
    keep, later = an_open_campaign(), an_all_or_nothing_campaign("later")
    statuses = []

    for number in range(6):
        also = {"form_nonce": f"nonce-{number}", "email": f"t{number}@example.com"}
        forged = {"X-Forwarded-For": f"10.0.0.{number}, 2001:db8:1:2::{number}"}
        address = {"give": reverse("give", args=["later"]), "match": reverse("match", args=["later"])}.get(page)
        form = {"amount": "5", "cap": "5", "consent": "on", **also} if address else form_of([keep], **also)
        statuses.append(client.post(address or reverse("bundle"), form, headers=forged).status_code)

    assert statuses == [303] * 3 + [429] * 3
    assert set(Pledge.objects.values_list("network", "wider_network")) == {("2001:db8:1:2::/64", "2001:db8:1::/48")}
    assert later.pk != keep.pk


@pytest.mark.parametrize("seen", ["fe80::1%eth0", "::ffff:203.0.113.9", "203.0.113.9", "unknown", "", "1.2.3.4:80"])
def test_any_address_a_proxy_tells_is_a_network_or_none(client: Client, settings: Settings, seen: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": seen})

    network = network_of(request)

    assert wider_network_of(network) == "" or network


def test_twenty_cards_are_not_tried_on_pages_where_a_card_is_saved(sandbox: Sandbox, client: Client) -> None:
    pledge = set_out_to_promise(an_all_or_nothing_campaign())
    for _ in range(5):
        sandbox.pay(pledge.session_id, card=DECLINED)

    hear(sandbox, client)

    assert CardFailure.objects.count() == 5
    assert "checkout.session.expired" in [event["type"] for event in sandbox.events()]
