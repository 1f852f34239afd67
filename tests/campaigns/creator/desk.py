"""What people do at the desk where campaigns are written: the forms that they send, and the models they speak of."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.actions.add_version import ParentLine
from campaigns.actions.choose_tainted_version import choose_tainted_version
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.plan_clean_version import PlannedVersion, plan_clean_version
from campaigns.actions.save_draft import CostLine, DraftValues, PromisedUse, save_draft
from campaigns.actions.start_draft import start_draft
from campaigns.lifecycle import Stage
from campaigns.models import Campaign
from lineage.models import Licence, Version
from tests.world import PASSWORD, a_family, a_person, now

NO_LINES = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
HASH = "ab" * 32


def at_the_desk(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def proven(client: Client) -> Client:
    """The same, after the password was given once more."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def lines(prefix: str, *rows: dict[str, str], total: int = 6) -> dict[str, str]:
    """A set of lines as the browser posts it, the empty ones included."""
    posted = {f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return posted


def draft_form(**changes: str) -> dict[str, str]:
    """The form of a complete draft."""
    in_ten_days = (now() + timedelta(days=10)).date().isoformat()
    form = {
        "language": "en",
        "title": "A clean one",
        "summary": "It shall be free of what it inherits.",
        "plan": "We train **again** on the free base.",
        "if_it_fails": "What is left goes back.",
        "currency": "JPY",
        "goal": "20,000",
        "ceiling": "20000",
        "coin": "500",
        "deadline_day": in_ten_days,
        "zone": "Asia/Tokyo",
        "training_days": "14",
        "trainer_email": "",
        "shown_name": "Alice",
        "payee_country": "JP",
    }
    costs = lines(
        "cost", {"item": "Graphics cards", "amount": "15,000"}, {"item": "Reserve", "amount": "5000"}, total=10
    )
    promises = lines("promise", {"action": "host", "monetised": "yes"})
    return {**form, **costs, **promises, **changes}


def a_draft(person: User | None = None, **changes: Any) -> Campaign:
    """A complete draft of Alice's, which replaces `tainted` by a plan on the free base."""
    person = person or a_person("Alice")
    if not Version.objects.filter(slug="tainted").exists():
        a_family()
    draft = start_draft(title="A clean one", language="en", at=now(), by=person)
    choose_tainted_version(draft, Version.objects.get(slug="tainted"), at=now(), by=person)
    plan = PlannedVersion(
        name="Clean one",
        licence=Licence.objects.get(slug="free-licence"),
        parents=[ParentLine(Version.objects.get(slug=changes.pop("base", "free-base")), "finetune")],
    )
    plan_clean_version(draft, plan, at=now(), by=person)
    return save_draft(draft, draft_values(**changes), at=now(), by=person)


def draft_values(**changes: Any) -> DraftValues:
    values: dict[str, Any] = {
        "language": "en",
        "currency": "JPY",
        "texts": {
            "title": "A clean one",
            "summary": "It shall be free.",
            "plan": "We train again.",
            "if_it_fails": "What is left goes back.",
        },
        "goal": 20_000,
        "ceiling": 20_000,
        "coin": 500,
        "deadline": now() + timedelta(days=10),
        "zone": "Asia/Tokyo",
        "training_days": 14,
        "payee_country": "JP",
        "trainer_email": "",
        "costs": [CostLine("Graphics cards", 20_000)],
        "promises": [PromisedUse("host", {"monetised": True})],
    }
    return DraftValues(**{**values, **changes})


def close_as(campaign: Campaign, outcome: Stage) -> Campaign:
    """The close is another desk's work; here it has happened."""
    move_campaign(campaign, Stage.CLOSING, at=now())
    Campaign.objects.filter(pk=campaign.pk).update(closed_at=now())
    move_campaign(campaign, outcome, at=now())
    campaign.refresh_from_db()
    return campaign


def release_form(parent: str = "free-base", **changes: str) -> dict[str, str]:
    form = {
        "sha256": HASH,
        "published_on": now().date().isoformat(),
        "licence": "free-licence",
        "url": "https://example.com/clean",
    }
    return {**form, **lines("parent", {"parent": parent, "method": "finetune", "obtained_on": "2023-02-01"}), **changes}
