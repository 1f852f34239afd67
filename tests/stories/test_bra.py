"""Read this first: the story that Genseki exists for, told through the doors that people use.

BRA, a photo model, descends from a model under a restricting licence. Strangers give a coin each, the campaign closes
by itself, the trainer trains again on a clean base, and the record of the clean version tells all of it.
"""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from campaigns import tasks
from campaigns.models import Campaign
from lineage.models import Version
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, give, now, tell

pytestmark = pytest.mark.django_db

DATA = ("lineage/data/bra.json", "lineage/data/bra-clean-plan.json")


def the_clock_ticks() -> None:
    for name in ("handle_due_events", "close_due_campaigns", "carry_out_refunds", "tell_followers", "deliver_outbox"):
        tasks.TASKS[name]()


def api(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, path
    return answer.json()


def log_in(name: str) -> Client:
    client = Client()
    answer = client.post("/en/accounts/login/", {"login": a_person(name).email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def bra_stands_at_19_500(sandbox: Sandbox) -> Campaign:
    """Alice has opened the campaign and given half; nineteen strangers gave a coin each."""
    for file in DATA:
        call_command("import_lineage", file, verbosity=0)
    Version.objects.filter(slug="bra-clean-plan").update(planned=True)
    bra = an_open_campaign(
        tainted_version=Version.objects.get(slug="bra-v4"),
        clean_version=Version.objects.get(slug="bra-clean-plan"),
        promised_gone=["no-monetised-hosting", "team-size-max"],
    )
    bra.promises.create(position=0, action="host", facts={"monetised": True}, before="blocked", planned="conditional")
    give(sandbox, bra, 10_000, name="Alice", user=bra.organiser)
    for number in range(19):
        give(sandbox, bra, 500, name=f"Stranger{number}")
    return bra


def test_bra_from_open_campaign_to_clean_release(sandbox: Sandbox) -> None:
    bra_stands_at_19_500(sandbox)
    visitor = Client()
    assert api(visitor, "versions/bra-v4")["lineage"] == "tainted"
    assert api(visitor, "campaigns/bra")["raised"] == 19_500

    # A stranger gives the missing coin: the form, Stripe's page, and back.
    form = visitor.get("/c/bra/give/", follow=True)
    address = form.redirect_chain[-1][0]
    answer = visitor.post(address, {"amount": "500", "email": "erin@example.com", "name": "Erin"})
    assert answer.status_code == 303
    page_at_stripe = answer["Location"]
    session = re.search(r"cs_test_\w+", page_at_stripe)
    assert session is not None
    paid = sandbox.pay(session[0])
    thanks = visitor.get(paid["success_url"].replace("{CHECKOUT_SESSION_ID}", session[0]))
    assert thanks.status_code == 200

    # Stripe tells us, the clock ticks, and the campaign closes by itself.
    for event in sandbox.events():
        assert tell(visitor, event) == 200
    the_clock_ticks()

    assert api(visitor, "campaigns/bra")["stage"] == "funded"
    (funded,) = api(visitor, "campaigns/bra/updates")
    assert funded["kind"] == "funded" and funded["data"]["raised"] == 20_000
    assert api(visitor, "versions/bra-clean-plan/updates") == [funded]
    assert any("erin@example.com" in message.to and "20,000" in message.body for message in mail.outbox)
    postings = [
        posting["amount"] for entry in api(visitor, "campaigns/bra/ledger")["entries"] for posting in entry["postings"]
    ]
    assert sum(postings) == 0

    # Bob begins the training and tells how it goes.
    bob = log_in("Bob")
    assert bob.post("/en/campaigns/bra/training/").status_code == 302
    news = {"language": "en", "title": "Half of it is done", "body": "The **loss** looks good.", "publish": "1"}
    assert bob.post("/en/campaigns/bra/updates/new/", news).status_code == 302

    # A version that still stands on ChilloutMix is refused, with the path, and nothing changes.
    refused = bob.post("/en/campaigns/bra/release/", made_from("chilloutmix"))
    assert refused.status_code == 422
    assert "Dreamlike" in refused.content.decode()
    assert api(visitor, "campaigns/bra")["stage"] == "training"
    assert api(visitor, "versions/bra-clean-plan")["planned"] is True

    # The one that was really trained on the clean base is released.
    assert bob.post("/en/campaigns/bra/release/", made_from("stable-diffusion-1.5")).status_code == 302
    the_clock_ticks()

    clean = api(visitor, "versions/bra-clean-plan")
    assert (clean["lineage"], clean["planned"], clean["inherited_restrictions"]) == ("clean", False, [])
    kinds = [update["kind"] for update in api(visitor, "versions/bra-clean-plan/updates")]
    assert kinds == ["released", "progress", "training", "funded"]
    released = api(visitor, "campaigns/bra/updates")[0]
    assert released["data"]["before"] != released["data"]["after"]
    told = [message for message in mail.outbox if message.to == ["erin@example.com"]]
    assert [message.subject.split(":")[0] for message in told] == [
        "Your coin of ¥500 JPY has arrived",
        "Funded",
        "The clean version is here",
    ]


def made_from(parent: str) -> dict[str, str]:
    """What Bob fills in: the file, its licence, and the one thing it was made from."""
    return {
        "sha256": "ab" * 32,
        "published_on": f"{now():%Y-%m-%d}",
        "licence": "creativeml-openrail-m",
        "url": "",
        "parent-TOTAL_FORMS": "1",
        "parent-INITIAL_FORMS": "0",
        "parent-0-parent": parent,
        "parent-0-method": "finetune",
        "parent-0-obtained_on": "2023-02-15",
    }
