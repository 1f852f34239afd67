"""One payment with coins for several campaigns, from the form to the ledgers, against the sandbox."""

import itertools
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from campaigns import money
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.expire_bundles import expire_bundles
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.open_checkout import CheckoutUnavailable
from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refund, carry_out_refunds, take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.start_bundle import BundleRefused, Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.lifecycle import Kind
from campaigns.models import Attempt, Bundle, Campaign, JournalEntry, OutboxMessage, Pledge
from campaigns.stripe_gateway import client as stripe_client
from campaigns.totals import totals
from tests.stripe_sandbox import PATIENCE, Sandbox
from tests.world import an_open_campaign, books, give, journal, now, tell

pytestmark = pytest.mark.django_db


def three(**terms: Any) -> list[Campaign]:
    return [an_open_campaign(slug, title=slug.upper(), **terms) for slug in ("one", "two", "three")]


def carol(**also: Any) -> Giver:
    return Giver(**{"email": "carol@example.com", "language": "en", "name": "Carol", **also})


def a_bundle(campaigns: list[Campaign], *amounts: int, cover_fee: bool = False, nonce: str = "the-form") -> Bundle:
    coins = [Coin(campaign, amount) for campaign, amount in zip(campaigns, amounts, strict=True)]
    bundle = start_bundle(coins, carol(), cover_fee=cover_fee, form_nonce=nonce, at=now())
    open_bundle_checkout(bundle, at=now())
    bundle.refresh_from_db()
    return bundle


def paid(sandbox: Sandbox, campaigns: list[Campaign], *amounts: int, **also: Any) -> Bundle:
    bundle = a_bundle(campaigns, *amounts, **also)
    sandbox.pay(bundle.session_id)
    bundle = settle_bundle(bundle.pk, at=now())
    deadline = time.monotonic() + PATIENCE
    while bundle.pledges.filter(fee__isnull=True).exists() and time.monotonic() < deadline:
        time.sleep(0.02)  # Stripe says its fee a moment after the charge.
        bundle = settle_bundle(bundle.pk, at=now())
    return bundle


def coins_of(bundle: Bundle) -> list[Pledge]:
    return list(bundle.pledges.select_related("campaign").order_by("pk"))


def test_one_payment_is_in_every_ledger_with_its_part_of_the_one_fee(sandbox: Sandbox) -> None:
    campaigns = three()

    bundle = paid(sandbox, campaigns, 500, 700, 300)

    assert len(sandbox.oracle()["payments"]) == 1 and sandbox.oracle()["totals"]["jpy"]["charged"] == 1_500
    assert [pledge.state for pledge in coins_of(bundle)] == ["paid"] * 3
    assert [totals(campaign).raised for campaign in campaigns] == [500, 700, 300]
    assert sum(pledge.fee or 0 for pledge in coins_of(bundle)) == 54
    assert [books(campaign)["processor-fees"] for campaign in campaigns] == [18, 25, 11]
    charges = JournalEntry.objects.filter(kind="charge").order_by("pk")
    assert [one.external_ref for one in charges] == [f"{bundle.charge_id}/{one.pk}" for one in coins_of(bundle)]
    assert {one.charge_id for one in coins_of(bundle)} == {bundle.charge_id}
    assert breaches(at=now()) == {}


def test_three_coins_of_five_dollars_bear_one_fixed_fee_and_not_three(sandbox: Sandbox) -> None:
    campaigns = three(currency="USD", goal=2_000_000, ceiling=2_000_000)

    bundle = paid(sandbox, campaigns, 500, 500, 500)

    charged = sum(pledge.fee or 0 for pledge in coins_of(bundle))
    alone = 3 * money.estimated_fee(500, "USD")
    assert (charged, alone) == (money.estimated_fee(1_500, "USD"), 135)
    assert charged in (73, 74)


def test_a_covered_fee_is_covered_once_and_is_no_part_of_what_was_raised(sandbox: Sandbox) -> None:
    campaigns = three()

    bundle = paid(sandbox, campaigns, 500, 500, 500, cover_fee=True)

    assert sum(pledge.covered_fee for pledge in coins_of(bundle)) == money.fee_to_cover(1_500, "JPY")
    assert [totals(campaign).raised for campaign in campaigns] == [500] * 3
    assert sum(totals(campaign).fees for campaign in campaigns) == 0


def test_a_form_sent_twice_is_one_bundle_with_one_page_and_a_changed_one_is_another(sandbox: Sandbox) -> None:
    campaigns = three()

    first, second = a_bundle(campaigns, 500, 500, 500), a_bundle(campaigns[::-1], 500, 500, 500)
    third = a_bundle(campaigns, 500, 500, 1_000)

    assert (first.pk, first.session_id) == (second.pk, second.session_id)
    assert third.pk != first.pk and Pledge.objects.count() == 6


def test_a_campaign_that_takes_no_coin_is_named_and_nothing_is_written(sandbox: Sandbox) -> None:
    campaigns = three()
    Campaign.objects.filter(slug="two").update(giving_paused=True)
    campaigns[1].refresh_from_db()

    with pytest.raises(BundleRefused) as refusal:
        a_bundle(campaigns, 500, 500, 500)

    assert (refusal.value.reason, refusal.value.campaign) == ("paused", campaigns[1])
    assert not Bundle.objects.exists() and not Pledge.objects.exists()


def test_a_coin_above_what_is_left_of_one_campaign_is_refused_with_what_is_left(sandbox: Sandbox) -> None:
    campaigns = three()
    give(sandbox, campaigns[2], 19_700, name="Dave")

    with pytest.raises(BundleRefused) as refusal:
        a_bundle(campaigns, 500, 500, 500)

    assert (refusal.value.reason, refusal.value.room) == ("more-than-left", 300)


def test_no_page_is_opened_once_one_of_the_campaigns_is_full(sandbox: Sandbox) -> None:
    campaigns = three()
    coins = [Coin(campaign, 500) for campaign in campaigns]
    bundle = start_bundle(coins, carol(), cover_fee=False, form_nonce="f", at=now())
    give(sandbox, campaigns[1], 20_000, name="Dave")

    with pytest.raises(BundleRefused, match="closed") as refusal:
        open_bundle_checkout(bundle, at=now())

    assert refusal.value.campaign == campaigns[1] and not Attempt.objects.filter(bundle=bundle).exists()


@pytest.mark.parametrize("amounts", [(600_000, 500_000), ()])
def test_a_sum_beyond_a_cards_limit_is_refused_and_so_is_nothing(amounts: tuple[int, ...]) -> None:
    campaigns = three(goal=2_000_000, ceiling=2_000_000)[: len(amounts)]

    with pytest.raises(BundleRefused):
        a_bundle(campaigns, *amounts)


def test_an_all_or_nothing_campaign_is_in_no_bundle() -> None:
    campaigns = [an_open_campaign("one"), an_open_campaign("two", kind="all-or-nothing")]

    with pytest.raises(BundleRefused, match="not-together"):
        a_bundle(campaigns, 500, 500)


def test_an_answer_that_was_lost_leads_to_the_same_page_with_the_same_key(sandbox: Sandbox) -> None:
    campaigns = three()
    sandbox.fault("checkout.sessions.create", "drop_after_commit", times=2)

    with pytest.raises(CheckoutUnavailable):
        a_bundle(campaigns, 500, 500, 500)
    bundle = a_bundle(campaigns, 500, 500, 500)

    assert Attempt.objects.count() == 1 and bundle.session_id
    assert {pledge.session_id for pledge in coins_of(bundle)} == {bundle.session_id}


def test_without_any_event_the_sweep_learns_that_a_page_was_paid(sandbox: Sandbox) -> None:
    bundle = a_bundle(three(), 500, 500, 500)
    sandbox.pay(bundle.session_id)
    Bundle.objects.update(check_at=now())

    assert expire_bundles(at=now()) == 1

    assert {pledge.state for pledge in coins_of(bundle)} == {"paid"}
    assert Bundle.objects.get().check_at is None and not Pledge.objects.filter(check_at__isnull=False).exists()


def test_a_bundle_for_which_no_page_was_ever_asked_is_over_after_a_while() -> None:
    coins = [Coin(campaign, 500) for campaign in three()]
    bundle = start_bundle(coins, carol(), cover_fee=False, form_nonce="f", at=now())

    expire_bundles(at=now() + timedelta(hours=2))

    assert {pledge.state for pledge in coins_of(bundle)} == {"expired"}


def test_a_payment_of_another_sum_changes_nothing(sandbox: Sandbox) -> None:
    campaigns = three()
    bundle = a_bundle(campaigns, 500, 500, 500)
    sandbox.pay(bundle.session_id)
    Pledge.objects.filter(campaign=campaigns[1]).update(amount=400)

    with pytest.raises(DoesNotMatch):
        settle_bundle(bundle.pk, at=now())

    assert [journal(campaign) for campaign in campaigns] == [[], [], []]


def test_one_coin_is_taken_back_and_the_others_stay(sandbox: Sandbox) -> None:
    campaigns = three()
    bundle = paid(sandbox, campaigns, 500, 500, 500)

    take_back(coins_of(bundle)[1], at=now())

    assert [pledge.state for pledge in coins_of(bundle)] == ["paid", "refunded", "paid"]
    assert [totals(campaign).raised for campaign in campaigns] == [500, 0, 500]
    assert sandbox.oracle()["totals"]["jpy"]["refunded"] == 500
    assert breaches(at=now()) == {}


def test_what_is_refunded_at_the_dashboard_goes_back_from_each_by_its_part(sandbox: Sandbox) -> None:
    campaigns = three()
    bundle = paid(sandbox, campaigns, 500, 700, 301)

    stripe_client().v1.refunds.create(params={"payment_intent": bundle.payment_intent_id, "amount": 1_000})
    settle_bundle(bundle.pk, at=now())

    assert [pledge.refunded for pledge in coins_of(bundle)] == [333, 466, 201]
    stripe_client().v1.refunds.create(params={"payment_intent": bundle.payment_intent_id})
    settle_bundle(bundle.pk, at=now())
    assert [pledge.state for pledge in coins_of(bundle)] == ["refunded"] * 3
    assert [totals(campaign).raised for campaign in campaigns] == [0, 0, 0]
    assert breaches(at=now()) == {}


def test_a_refund_at_the_dashboard_takes_nothing_from_a_coin_that_is_back_already(sandbox: Sandbox) -> None:
    bundle = paid(sandbox, three(), 500, 500, 500)
    take_back(coins_of(bundle)[0], at=now())

    stripe_client().v1.refunds.create(params={"payment_intent": bundle.payment_intent_id, "amount": 500})
    settle_bundle(bundle.pk, at=now())

    assert [pledge.refunded for pledge in coins_of(bundle)] == [500, 250, 250]


def test_a_coin_taken_back_while_the_dashboard_was_faster_loses_no_yen(sandbox: Sandbox) -> None:
    campaigns = three()
    bundle = paid(sandbox, campaigns, 500, 500, 500)
    attempt = plan_refund(coins_of(bundle)[0], reason="taken-back", at=now())
    stripe_client().v1.refunds.create(params={"payment_intent": bundle.payment_intent_id, "amount": 600})

    carry_out_refund(attempt, at=now())

    assert [pledge.refunded for pledge in coins_of(bundle)] == [500, 300, 300]
    assert sum(totals(campaign).raised for campaign in campaigns) == 400
    assert breaches(at=now()) == {}


def test_a_refund_of_one_coin_that_bounces_is_as_if_it_had_not_been(sandbox: Sandbox) -> None:
    campaigns = three()
    bundle = paid(sandbox, campaigns, 500, 500, 500)
    take_back(coins_of(bundle)[0], at=now())

    sandbox.control("POST", f"refunds/{Attempt.objects.get(kind='refund').stripe_id}/fail")
    settle_bundle(bundle.pk, at=now())

    assert [pledge.state for pledge in coins_of(bundle)] == ["paid"] * 3
    assert [totals(campaign).raised for campaign in campaigns] == [500, 500, 500]


def test_two_coins_of_one_size_taken_back_at_once_are_two_refunds(sandbox: Sandbox) -> None:
    bundle = paid(sandbox, three(), 500, 500, 500)
    first, second, _ = coins_of(bundle)
    sandbox.fault("refunds.create", "drop_after_commit", times=4)
    take_back(first, at=now())
    take_back(second, at=now())

    carry_out_refunds(at=now() + timedelta(days=2))

    refunds = Attempt.objects.filter(kind="refund")
    assert {one.state for one in refunds} == {"succeeded"} and len({one.stripe_id for one in refunds}) == 2
    assert [pledge.state for pledge in coins_of(bundle)] == ["refunded", "refunded", "paid"]


def test_an_open_page_is_expired_when_one_of_its_campaigns_closes(sandbox: Sandbox, client: Client) -> None:
    campaigns = three()
    Campaign.objects.filter(slug="one").update(goal=500, ceiling=500)
    bundle = a_bundle(campaigns, 500, 500, 500)
    give(sandbox, Campaign.objects.get(slug="one"), 500, name="Dave")

    close_due_campaigns(at=now())

    assert Campaign.objects.get(slug="one").stage == "funded"
    assert {pledge.state for pledge in coins_of(bundle)} == {"expired"}
    page = client.get(f"/en/thanks/{bundle.token}/").content.decode()
    assert "This campaign takes no coins any more." in page and "c=two&amp;c=three" in page


def test_the_part_of_a_campaign_that_closed_meanwhile_goes_back_and_the_others_count(sandbox: Sandbox) -> None:
    campaigns = three()
    Campaign.objects.filter(slug="one").update(goal=500, ceiling=500)
    bundle = a_bundle(campaigns, 500, 500, 500)
    sandbox.pay(bundle.session_id)
    bundle.pledges.update(state=Pledge.State.EXPIRED)
    give(sandbox, Campaign.objects.get(slug="one"), 500, name="Dave")
    close_due_campaigns(at=now())

    settle_bundle(bundle.pk, at=now())
    carry_out_refunds(at=now())

    late, *others = coins_of(bundle)
    assert (late.came_late, late.state, late.refunded) == (True, "refunded", 500)
    assert [(one.came_late, one.state) for one in others] == [(False, "paid")] * 2
    assert [totals(campaign).raised for campaign in campaigns] == [500, 500, 500]
    assert breaches(at=now()) == {}


def test_the_receipt_is_one_mail_with_every_coin_and_its_own_way_back(sandbox: Sandbox, mailoutbox: list[Any]) -> None:
    bundle = paid(sandbox, three(), 500, 700, 300)
    settle_bundle(bundle.pk, at=now())

    deliver_outbox(at=now())

    assert [mail.subject for mail in mailoutbox] == ["Your 3 coins have arrived: ¥1,500 JPY altogether"]
    for pledge, amount in zip(coins_of(bundle), ("¥500", "¥700", "¥300"), strict=True):
        assert f"{pledge.campaign.title}: {amount}" in mailoutbox[0].body
        assert reverse("take_back", args=[pledge.token]) in mailoutbox[0].body
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("lost", range(2))
def test_any_order_of_a_bundles_events_ends_the_same(sandbox: Sandbox, client: Client, lost: int) -> None:
    """Every order of four events, each told twice, of two payments that were made alike."""
    ends = set()
    for number, order in enumerate(itertools.permutations(range(4 - lost))):
        sandbox.forget()
        campaigns = [an_open_campaign(f"{name}{number}") for name in ("one", "two")]
        bundle = a_bundle(campaigns, 500, 700, nonce=f"form-{number}")
        sandbox.pay(bundle.session_id)
        stripe_client().v1.refunds.create(params={"payment_intent": session_payment(bundle), "amount": 600})
        kinds = ("checkout.session.completed", "charge.succeeded", "payment_intent.succeeded", "refund.created")
        told = [next(one for one in sandbox.events() if one["type"] == kind) for kind in kinds]
        for place in (*order, *order):
            assert tell(client, {**told[place], "id": f"{told[place]['id']}_{number}"}) == 200
            call_command("process_events")
        ends.add(str([(books(campaign), totals(campaign).raised) for campaign in campaigns]))

    assert len(ends) == 1 and "'raised'" not in ends


def session_payment(bundle: Bundle) -> str:
    session = stripe_client().v1.checkout.sessions.retrieve(bundle.session_id)
    return str(session.payment_intent)


def form_data(campaigns: list[Campaign], **also: str) -> dict[str, str]:
    data = {"currency": "JPY", "email": "carol@example.com", "form_nonce": "the-form"}
    for campaign in campaigns:
        data |= {f"with_{campaign.pk}": "on", f"amount_{campaign.pk}": "500"}
    return {**data, **also}


def test_the_page_lists_open_campaigns_of_one_currency_and_what_is_saved(client: Client) -> None:
    three(currency="USD", coin=500)
    an_open_campaign("yen", title="YEN")
    an_open_campaign("later", title="LATER", currency="USD", kind="all-or-nothing")

    page = client.get(reverse("bundle") + "?c=one&c=two&c=three").content.decode()

    assert all(title in page for title in ("ONE", "TWO", "THREE")) and "YEN" not in page and "LATER" not in page
    assert page.count("checked") == 3
    assert "about US$1.35" in page and "US$0.61" in page


def test_the_form_leads_to_stripes_page_and_back_to_one_page_of_thanks(sandbox: Sandbox, client: Client) -> None:
    campaigns = three()

    answer = client.post(reverse("bundle"), form_data(campaigns))

    bundle = Bundle.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, bundle.session_url)
    sandbox.pay(bundle.session_id)
    page = client.get(f"/en/thanks/{bundle.token}/?back=1").content.decode()
    assert "for 3 campaigns" in page and page.count("Take this coin back") == 3
    one = coins_of(bundle)[0]
    assert client.get(f"/en/thanks/{one.token}/")["Location"].endswith(f"/thanks/{bundle.token}/")
    assert client.post(f"/en/thanks/{one.token}/take-back/").status_code == 302
    assert "This coin was given back." in client.get(f"/en/thanks/{bundle.token}/").content.decode()


def test_adding_up_again_asks_nothing_of_stripe_and_says_the_sum(client: Client) -> None:
    campaigns = three()

    page = client.post(reverse("bundle"), form_data(campaigns[:2], look="1")).content.decode()

    assert "¥1,000" in page and not Bundle.objects.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "Tick the campaigns that you want to give to."),
        ({"tick": "on", "amount": "twelve"}, "Enter a whole amount from"),
        ({"tick": "on", "amount": "20001"}, "Only ¥20,000\N{NO-BREAK SPACE}JPY is left to the ceiling of ONE."),
    ],
)
def test_a_wrong_form_is_answered_with_what_to_do(client: Client, change: dict[str, str], says: str) -> None:
    campaign = an_open_campaign("one", title="ONE")
    data = form_data([])
    if change:
        data |= {f"with_{campaign.pk}": change["tick"], f"amount_{campaign.pk}": change["amount"]}

    answer = client.post(reverse("bundle"), data)

    assert answer.status_code == 422 and says in answer.content.decode()


def test_where_nothing_can_be_given_to_together_the_page_says_so_and_not_that_nothing_is_open(client: Client) -> None:
    an_open_campaign("alone", kind=Kind.ALL_OR_NOTHING)

    english = client.get(reverse("bundle")).text
    japanese = client.get("/ja/c/bundle/").text

    assert "No campaign can be given to together with others right now." in english
    assert "No campaign takes coins" not in english and "takes its coin on a page of its own" in english
    assert "まとめて支援できるプロジェクト" in japanese and "募集中のプロジェクトはありません" not in japanese
