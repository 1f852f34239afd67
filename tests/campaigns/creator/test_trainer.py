"""A trainer who is somebody else is asked by mail, and must agree with the address that was asked."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils.translation import override
from pytest_django import Settings

from campaigns.actions.accept_training import AcceptanceRefused, accept_training
from campaigns.actions.approve_campaign import approve_campaign
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.save_draft import save_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.models import Campaign, OutboxMessage
from campaigns.templatetags.deadlines import deadline_words
from tests.campaigns.creator.desk import a_draft, at_the_desk, draft_values
from tests.world import a_person, now

pytestmark = pytest.mark.django_db


def sent_to_bob(email: str = "Bob@example.com") -> Campaign:
    return send_for_review(a_draft(trainer_email=email), at=now(), by=a_person("Alice"))


def link(campaign: Campaign) -> str:
    return f"/en/campaigns/{campaign.slug}/trainer/{campaign.trainer_token}/"


def test_the_trainer_is_asked_by_a_mail_with_a_link() -> None:
    campaign = sent_to_bob()

    deliver_outbox(at=now())

    assert campaign.stage == "review" and campaign.trainer is None
    assert OutboxMessage.objects.get().key == f"trainer:{campaign.pk}:{campaign.trainer_token[:16]}"
    letter = mail.outbox[-1]
    assert letter.to == ["Bob@example.com"] and letter.subject == "You are asked to train: A clean one"
    assert f"http://127.0.0.1:8000{link(campaign)}" in letter.body
    assert "Alice" in letter.body


def test_the_trainer_reads_what_is_promised_in_their_name_and_agrees() -> None:
    campaign = sent_to_bob()
    approve_campaign(campaign, at=now(), by=a_person("Sue", is_staff=True))
    Campaign.objects.filter(pk=campaign.pk).update(ceiling=25_000)
    client = at_the_desk(a_person("Bob"))

    asked = client.get(link(campaign)).text
    client.post(link(campaign), {"shown_name": "Bob the trainer"})

    terms = [words.replace("\N{NO-BREAK SPACE}", " ") for words in re.findall(r"<dd>([^<]+)</dd>", asked)]
    with override("en"):
        assert terms == ["¥20,000 JPY", "¥25,000", "14", deadline_words(campaign)]
    for promised in (
        "Alice wants to raise money for this", "It shall be free.", "We train again.", "What is left goes back.",
        "Clean one in the place of tainted", "not to be offered on a website or in an app that earns money",
        'class="table changes"', "What was raised is for this work",
    ):  # fmt: skip
        assert promised in asked, promised
    assert re.search(r'name="shown_name"[^>]* value="Bob"', asked)
    campaign.refresh_from_db()
    assert campaign.stage == "open" and campaign.trainer == a_person("Bob")
    assert campaign.trainer.first_name == "Bob the trainer"


def test_the_trainer_reads_it_in_their_language_where_it_was_told_so_and_what_was_not_is_marked() -> None:
    campaign = sent_to_bob()
    told = {"summary_other": "自由に使えるものにします。", "plan_other": "もう一度学習します。"}
    Campaign.objects.filter(pk=campaign.pk).update(**told)

    page = at_the_desk(a_person("Bob")).get(link(campaign).replace("/en/", "/ja/")).text

    assert '<p class="lead" lang="ja">自由に使えるものにします。</p>' in page
    assert '<div class="prose" lang="ja"><p>もう一度学習します。</p>' in page
    assert '<div class="prose" lang="en"><p>What is left goes back.</p>' in page


def test_who_has_agreed_is_thanked_and_asked_no_more() -> None:
    campaign = sent_to_bob()
    bob = at_the_desk(a_person("Bob"))
    bob.post(link(campaign))

    page = bob.get(link(campaign)).text

    assert "You have agreed. Thank you." in page and "I agree to do this work" not in page


def test_while_the_organiser_changes_it_nobody_can_agree_to_it() -> None:
    campaign = sent_to_bob()
    at_the_desk(a_person("Alice")).post(f"/en/campaigns/{campaign.slug}/withdraw/")
    bob = at_the_desk(a_person("Bob"))

    pages = bob.get(link(campaign)).text, bob.post(link(campaign)).text

    for page in pages:
        assert "The organiser is changing the campaign." in page and "I agree to do this work" not in page
    campaign.refresh_from_db()
    assert campaign.stage == "draft" and campaign.trainer is None and campaign.trainer_accepted_at is None


def test_staff_who_approve_last_open_it() -> None:
    campaign = sent_to_bob()
    accept_training(campaign, token=campaign.trainer_token, user=a_person("Bob"), at=now())

    approve_campaign(campaign, at=now(), by=a_person("Sue", is_staff=True))

    campaign.refresh_from_db()
    assert campaign.stage == "open"
    told = set(OutboxMessage.objects.filter(template="opened").values_list("recipient", flat=True))
    assert told == {"alice@example.com", "bob@example.com"}


def test_somebody_else_with_the_link_cannot_agree() -> None:
    campaign = sent_to_bob()
    client = at_the_desk(a_person("Dave"))

    answer = client.post(link(campaign))

    assert "This was sent to Bob@example.com, and you are logged in as dave@example.com." in answer.text
    campaign.refresh_from_db()
    assert campaign.trainer is None and campaign.trainer_accepted_at is None


def test_an_address_that_is_not_proven_cannot_agree() -> None:
    campaign = sent_to_bob()
    bob = a_person("Bob")
    EmailAddress.objects.filter(user=bob).update(verified=False)

    with pytest.raises(AcceptanceRefused, match="other-address"):
        accept_training(campaign, token=campaign.trainer_token, user=bob, at=now())


def test_a_wrong_link_does_not_exist() -> None:
    campaign = sent_to_bob()
    client = at_the_desk(a_person("Bob"))

    assert client.get(f"/en/campaigns/{campaign.slug}/trainer/{'x' * 43}/").status_code == 404


def test_a_mail_is_sent_once_for_one_link_however_often_the_campaign_is_taken_back() -> None:
    campaign = sent_to_bob()
    client = at_the_desk(a_person("Alice"))

    for _ in range(3):
        client.post(f"/en/campaigns/{campaign.slug}/withdraw/")
        client.post(f"/en/campaigns/{campaign.slug}/send/")

    assert OutboxMessage.objects.filter(template="trainer").count() == 1


def test_another_trainer_gets_another_link_and_the_old_one_is_dead() -> None:
    draft = a_draft(trainer_email="bob@example.com")
    old = draft.trainer_token

    changed = save_draft(draft, draft_values(trainer_email="carol@example.com"), at=now(), by=draft.organiser)

    assert changed.trainer_token != old


def test_agreement_is_void_when_the_campaign_is_taken_back() -> None:
    campaign = sent_to_bob()
    bob = at_the_desk(a_person("Bob"))
    bob.post(link(campaign))
    old = link(campaign)

    at_the_desk(a_person("Alice")).post(f"/en/campaigns/{campaign.slug}/withdraw/")

    campaign.refresh_from_db()
    assert campaign.trainer is None and campaign.trainer_accepted_at is None
    assert bob.get(old).status_code == 404


def test_who_trains_their_own_campaign_need_not_agree_twice() -> None:
    draft = a_draft(trainer_email="ALICE@example.com")

    sent = send_for_review(draft, at=now(), by=a_person("Alice"))

    assert sent.trainer == a_person("Alice") and sent.trainer_accepted_at is not None
    assert not OutboxMessage.objects.filter(template="trainer").exists()


def test_an_acceptance_stands_although_the_deadline_has_come_too_near(settings: Settings) -> None:
    settings.STAFF_APPROVE_CAMPAIGNS = False
    campaign = sent_to_bob()
    late = now() + timedelta(days=9, hours=23, minutes=30)

    accept_training(campaign, token=campaign.trainer_token, user=a_person("Bob"), at=late)

    campaign.refresh_from_db()
    assert campaign.stage == "review" and campaign.trainer == a_person("Bob")


def test_the_one_who_is_asked_finds_it_among_their_campaigns() -> None:
    campaign = sent_to_bob()

    page = at_the_desk(a_person("Bob")).get("/en/me/campaigns/")

    assert link(campaign) in page.text
