"""The whole way through the pages, as a newcomer goes it."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from campaigns.models import Campaign, OutboxMessage
from tests.campaigns.creator.desk import at_the_desk, draft_form, lines
from tests.world import a_family, a_person

pytestmark = pytest.mark.django_db


def sign_up(client: Client, email: str) -> None:
    password = "correct horse battery staple"
    form = {"email": email, "password1": password, "password2": password}
    client.post("/en/accounts/signup/", form)
    code = re.search(r"^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$|^[0-9A-Z]{6,8}$", str(mail.outbox[-1].body), flags=re.M)
    assert code is not None, mail.outbox[-1].body
    client.post("/en/accounts/confirm-email/", {"code": code[0]})


def test_a_newcomer_opens_a_campaign_with_nothing_but_the_pages() -> None:
    a_family()
    client = Client()

    sign_up(client, "newcomer@example.com")
    begun = client.post("/en/campaigns/new/", {"title": "BRA V1 clean", "language": "en"})
    client.post("/en/campaigns/bra-v1-clean/tainted/", {"do": "choose", "version": "tainted"})
    plan = {"name": "BRA V5", "licence": "free-licence", "same_maker": "on"}
    parent = lines("parent", {"parent": "free-base", "method": "finetune", "obtained_on": "2023-01-01", "share": "50"})
    judged = client.post("/en/campaigns/bra-v1-clean/clean/", {**plan, **parent}, follow=True)
    client.post("/en/campaigns/bra-v1-clean/edit/", draft_form(title="BRA V1 clean"))
    sent = client.post("/en/campaigns/bra-v1-clean/send/", follow=True)
    sue = at_the_desk(a_person("Sue", is_staff=True))
    approved = sue.post("/en/staff/review/bra-v1-clean/", {"do": "approve"}, follow=True)

    assert begun.headers["Location"] == "/en/campaigns/bra-v1-clean/edit/"
    assert "The plan is judged clean" in judged.text
    assert "The staff have not looked at it yet" in sent.text
    assert "Approved, and open." in approved.text
    campaign = Campaign.objects.get(slug="bra-v1-clean")
    assert campaign.stage == "open" and campaign.opened_at is not None
    assert (campaign.goal, campaign.ceiling, campaign.coin, campaign.currency) == (20_000, 20_000, 500, "JPY")
    assert campaign.promised_gone == ["no-monetised-hosting", "team-size-max"]
    promise = campaign.promises.get()
    assert (promise.action, promise.before, promise.planned) == ("host", "blocked", "conditional")
    assert campaign.updates.get().kind == "opened"
    assert [transition.after for transition in campaign.transitions.all()] == ["review", "open"]
    assert campaign.clean_version is not None
    made = campaign.clean_version.parents.get()
    assert (made.parent.slug, made.method, made.share, made.certain) == ("free-base", "finetune", 0.5, True)


def test_where_nobody_needs_to_approve_it_opens_when_it_is_sent(settings: Settings) -> None:
    settings.STAFF_APPROVE_CAMPAIGNS = False
    a_family()
    client = at_the_desk(a_person("Alice"))

    client.post("/en/campaigns/new/", {"title": "Quick one", "language": "en"})
    client.post("/en/campaigns/quick-one/tainted/", {"do": "choose", "version": "tainted"})
    plan = {
        "name": "Quick",
        "licence": "free-licence",
        **lines("parent", {"parent": "free-base", "method": "finetune"}),
    }
    client.post("/en/campaigns/quick-one/clean/", plan)
    client.post("/en/campaigns/quick-one/edit/", draft_form())
    sent = client.post("/en/campaigns/quick-one/send/")

    assert sent.headers["Location"] == "/en/c/quick-one/"
    assert Campaign.objects.get(slug="quick-one").stage == "open"
    assert OutboxMessage.objects.get().template == "opened"
