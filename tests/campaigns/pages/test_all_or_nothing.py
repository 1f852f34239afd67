"""All-or-nothing campaigns as people see them: nothing is charged before the close, and every page says so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.actions.consent import consent_for
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, CloseRun, Pledge
from tests.promises import an_all_or_nothing_campaign, promise, set_out_to_promise
from tests.stripe_sandbox import Sandbox
from tests.world import now


@pytest.fixture
def campaign() -> Campaign:
    return an_all_or_nothing_campaign()


def page(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_before_a_card_is_saved_the_page_says_when_it_is_charged_and_how_to_go_back(
    client: Client, campaign: Campaign
) -> None:
    html = page(client, "give", campaign.slug)

    assert "Nothing is charged now." in html
    assert "charged only if US$150.00 is reached" in html
    assert "by the link in the email that you get" in html
    assert "Your bank may ask you to confirm once more" in html
    assert "the campaign stays funded" in html
    assert "If US$5.00 is charged, about US$0.45 of it goes to Stripe" in html
    assert "Save the card for US$5.00 (continue to Stripe)" in html and "Pay US$5.00" not in html


def test_the_text_that_was_shown_is_the_text_that_is_kept(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    shown = page(client, "give", campaign.slug)

    answer = client.post(
        reverse("give", args=[campaign.slug]),
        {"preset": "5.00", "email": "carol@example.org", "cover_fee": "on", "consent": "on"},
    )

    pledge = Pledge.objects.get()
    assert answer.status_code == 303 and answer["Location"].startswith(sandbox.url)
    assert pledge.consent_text == consent_for(campaign, 500, pledge.covered_fee, "en").text
    assert pledge.consent_text.split("“")[0] in shown and "US$5.46" in shown and "US$5.46" in pledge.consent_text


def test_without_a_tick_no_card_is_saved_and_nothing_typed_is_lost(client: Client, campaign: Campaign) -> None:
    answer = client.post(reverse("give", args=[campaign.slug]), {"amount": "7", "email": "carol@example.org"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Tick that you agree: without it no card can be saved." in html and 'href="#id_consent"' in html
    assert 'value="carol@example.org"' in html
    assert not Pledge.objects.exists()


def test_a_campaign_that_charges_at_once_asks_for_no_tick(client: Client, bra: Campaign) -> None:
    assert "id_consent" not in page(client, "give", bra.slug)


def test_the_organiser_is_sent_to_the_match(client: Client, campaign: Campaign) -> None:
    client.force_login(campaign.organiser, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(
        reverse("give", args=[campaign.slug]), {"amount": "5", "email": "alice@example.com", "consent": "on"}
    )

    assert answer.status_code == 422
    assert "by the match that was announced" in answer.content.decode()


def test_until_the_close_what_is_shown_is_called_promised(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    promise(sandbox, campaign, 1_000)

    html, told = page(client, "campaign", campaign.slug), client.get(f"/api/v1/campaigns/{campaign.slug}").json()

    assert "Promised" in html and "US$10.00" in html
    assert "Cards are charged only after it closes, and only if the goal is reached." in html
    assert "Promise one coin (US$5.00)" in html
    assert (told["kind"], told["raised"], told["promised"], told["matched"]) == ("all-or-nothing", 0, 1_000, 0)


def test_a_saved_card_is_thanked_for_and_can_be_taken_back_until_the_close(
    client: Client, campaign: Campaign, sandbox: Sandbox
) -> None:
    pledge = promise(sandbox, campaign)
    thanks, take_back = (reverse(name, args=[pledge.token]) for name in ("thanks", "take_back"))

    promised = client.get(thanks).content.decode()
    asked = client.get(take_back).content.decode()
    still = Pledge.objects.get().state
    client.post(take_back)

    assert "You have promised US$5.00. Nothing was charged." in promised and take_back in promised
    assert "Take your promise back?" in asked and still == Pledge.State.SAVED
    assert Pledge.objects.get().state == Pledge.State.WITHDRAWN
    assert "Your promise is taken back" in client.get(thanks).content.decode()


def test_after_the_deadline_a_promise_is_not_taken_back(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    pledge = promise(sandbox, campaign)
    Campaign.objects.update(deadline=now() - timedelta(minutes=1))

    answer = client.post(reverse("take_back", args=[pledge.token]))

    assert answer.status_code == 409
    assert "Promises can be taken back until a campaign closes." in answer.content.decode()
    assert Pledge.objects.get().state == Pledge.State.SAVED


@pytest.mark.parametrize(
    ("state", "says", "says_in_japanese"),
    [
        ("authorised", "Your card holds the sum", "カードの枠を確保しました"),
        ("released", "Nothing was charged", "請求はありません"),
        ("withdrawn", "Your promise is taken back", "申し込みを取り消しました"),
        ("failed", "Your card could not be charged", "いろいろな理由で起こることです。"),
    ],
)
def test_every_end_of_a_promise_says_what_became_of_it(
    client: Client, campaign: Campaign, sandbox: Sandbox, state: str, says: str, says_in_japanese: str
) -> None:
    pledge = promise(sandbox, campaign)
    Pledge.objects.update(state=state)

    english, japanese = (client.get(f"/{language}/thanks/{pledge.token}/") for language in ("en", "ja"))

    assert says in english.content.decode() and "has arrived" not in english.content.decode()
    assert says_in_japanese in japanese.content.decode()


def test_a_card_that_expires_too_early_can_be_replaced(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    pledge = promise(sandbox, campaign)
    Pledge.objects.update(card_expires_on=now().date())
    thanks, renew = (reverse(name, args=[pledge.token]) for name in ("thanks", "renew_card"))

    html = client.get(thanks).content.decode()
    answer = client.post(renew)

    assert "Your card expires before it can be charged" in html and renew in html
    assert answer.status_code == 303 and answer["Location"].startswith(sandbox.url)
    assert client.get(renew).status_code == 405


def test_a_bank_that_asks_back_is_said_on_the_thanks_page(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    pledge = promise(sandbox, campaign)
    Pledge.objects.update(confirm_until=now() + timedelta(days=3), failure="authentication_required")

    html = page(client, "thanks", pledge.token)

    assert "Your bank wants you to confirm" in html
    assert reverse("confirm_hold", args=[pledge.token]) in html


def test_a_page_that_can_send_a_form_lets_browsers_say_where_it_comes_from(
    client: Client, campaign: Campaign, sandbox: Sandbox
) -> None:
    pledge = promise(sandbox, campaign)

    policies = {
        client.get(reverse(name, args=[pledge.token]))["Referrer-Policy"] for name in ("thanks", "confirm_hold")
    }

    assert policies == {"same-origin"}


def test_after_the_close_three_sums_are_shown_with_the_reason_why_they_differ(
    client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(stage=Stage.FUNDED, closed_at=now())
    report = {"promised": 17_500, "outcome": "funded"}
    CloseRun.objects.create(
        campaign=campaign,
        started_at=now(),
        reason="deadline",
        outcome="funded",
        raised_at_close=17_000,
        report=report,
        finished_at=now(),
    )

    html = page(client, "campaign", campaign.slug)

    for words in ("Promised", "US$175.00", "At the close", "US$170.00", "Raised now"):
        assert words in html
    assert client.get(reverse("campaign_live", args=[campaign.slug])).status_code == 200


def test_while_cards_are_asked_the_page_says_how_long_it_may_take(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(stage=Stage.CLOSING)

    assert "This can take up to four days while banks ask back" in page(client, "campaign", campaign.slug)


def test_the_rules_are_those_of_its_kind(client: Client, campaign: Campaign, bra: Campaign) -> None:
    nothing, keep = page(client, "campaign", campaign.slug), page(client, "campaign", bra.slug)

    assert "Below that, nobody pays anything." in nothing and "within 14 days whether" not in nothing
    assert "within 14 days whether" in keep and "All or nothing:" not in keep


def test_an_unfinished_page_says_that_no_card_is_saved(client: Client, campaign: Campaign, sandbox: Sandbox) -> None:
    pledge = set_out_to_promise(campaign)

    html = page(client, "thanks", pledge.token)

    assert "The card is not saved yet" in html and pledge.session_url in html


def test_only_the_page_that_leads_to_a_bank_lets_its_form_lead_anywhere(
    client: Client, campaign: Campaign, sandbox: Sandbox
) -> None:
    pledge = promise(sandbox, campaign)

    policies = {
        name: client.get(reverse(name, args=[pledge.token]))["Content-Security-Policy"]
        for name in ("confirm_hold", "take_back")
    }

    assert "form-action 'self' https: " in policies["confirm_hold"]
    assert " https: " not in policies["take_back"]
