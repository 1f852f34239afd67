"""Words that want to be code, in every field that takes words: every page shows them as they were typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.actions.pause_site import lift_pause, pause_site
from campaigns.actions.post_update import WrittenUpdate, post_update
from campaigns.actions.raise_alarm import raise_alarm
from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Payout, Pledge
from tests.campaigns.creator.desk import at_the_desk, close_as
from tests.campaigns.pages.test_frame import breaches
from tests.payees import taint
from tests.promises import promise
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, give, now

pytestmark = pytest.mark.django_db
CODE = "\"'><script>alert(1)</script>{{7*7}}{% now 'Y' %}</title></textarea>"
BAD = ("<script>alert", "&lt;script>alert", "49{%", 'href="javascript:', "'></")
TEXTS = ("title", "title_other", "summary", "summary_other", "plan", "plan_other", "if_it_fails", "if_it_fails_other")


def wrong_with(page: str) -> list[str]:
    return [bad for bad in BAD if bad in page] + breaches(page)


def a_world_of_code(sandbox: Sandbox) -> Campaign:
    words: dict[str, Any] = {name: CODE[:120] for name in (*TEXTS, "more_is_for", "more_is_for_other")}
    for name in ("Alice", "Bob"):
        User.objects.filter(pk=a_person(name).pk).update(first_name=CODE[:60])
    bra = an_open_campaign(goal=2_000, ceiling=90_000, payee_country="JP", payout_way="by-hand", **words)
    shy = {"form_nonce": "n2", "email": "d@example.com", "hide_amount": True}
    give(sandbox, bra, 2_000, CODE[:60], message=CODE[:200], form_nonce="n1", email="c@example.com")
    give(sandbox, bra, 1_000, CODE[3:63], message=CODE[:200], **shy)
    promise(sandbox, bra, 5_000, CODE[:60], form_nonce="n3", email="m@example.com", matches_up_to=5_000)
    written = WrittenUpdate(CODE[:120], CODE + "[x](javascript:alert(1))", "en")
    post_update(bra, written, at=now(), by=bra.organiser)
    return bra


def everybody() -> dict[str, Client]:
    a_person("Sue", is_staff=True)
    people = {name: at_the_desk(a_person(name)) for name in ("Alice", "Bob", "Sue")}
    people["Sue"].post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return {"": Client(), **people}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_an_open_campaign_shows_is_what_was_typed(sandbox: Sandbox, language: str) -> None:
    bra = a_world_of_code(sandbox)
    people = everybody()
    pause_site(at=now(), by=CODE, reason=CODE[:300])
    lift_pause(at=now(), by=CODE)
    raise_alarm(kind="event", key=f"event:{CODE}"[:200], at=now(), detail={CODE: CODE, "campaign": bra.slug})
    paid, promised = Pledge.objects.filter(state="paid").first(), Pledge.objects.get(state="saved")
    assert paid is not None
    Pledge.objects.filter(pk=promised.pk).update(confirm_until=now() + timedelta(days=1), failure="x<script>alert(1)")
    of_bra = ("campaign", "campaign_live", "supporters", "ledger", "give", "match", "follow")
    pages: dict[str, list[str]] = {
        "": [
            *(reverse(name, args=["bra"]) for name in of_bra),
            *(reverse(name, args=[paid.token]) for name in ("thanks", "take_back")),
            *(reverse(name, args=[promised.token]) for name in ("thanks", "take_back", "confirm_hold")),
            reverse("bundle") + "?c=bra&currency=%3Cscript%3Ealert(1)&cancelled=1",
        ],
        "Alice": [reverse("refunds", args=["bra"]), reverse("refunds", args=["bra"]) + f"?pledge={paid.pk}"],
        "Bob": [reverse("payee"), reverse("my_campaigns")],
        "Sue": [
            reverse("alarms"), reverse("pauses"), reverse("payout_queue"), reverse("payout_doubt", args=["bra"]),
            reverse("staff_refunds", args=["bra"]), reverse("staff_refunds", args=["bra"]) + f"?pledge={paid.pk}",
        ],
    }  # fmt: skip

    for name, addresses in pages.items():
        for address in addresses:
            answer = people[name].get(address.replace("/en/", f"/{language}/", 1))
            assert answer.status_code == 200, (name, address, answer.status_code)
            assert wrong_with(answer.text) == [], address


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_work_shows_is_what_was_typed(sandbox: Sandbox, language: str) -> None:
    bra = close_as(a_world_of_code(sandbox), Stage.FUNDED)
    people = everybody()
    Payout.objects.create(
        campaign=bra, part="advance", way="by-hand", state="waiting-staff", amount=100, currency="JPY",
        planned_at=now(), error=CODE[:100],
    )  # fmt: skip
    Payout.objects.create(
        campaign=bra, part="remainder", way="by-hand", state="sent", amount=100, currency="JPY", planned_at=now(),
        receipt=CODE[:200], sent_at=now(),
    )  # fmt: skip
    taint(bra)
    pages = {
        "Bob": [
            reverse(name, args=["bra"]) for name in ("give_up", "more_time", "update_new", "release", "training_begin")
        ],
        "Sue": [reverse("payout_queue"), reverse("payout_doubt", args=["bra"])],
        "": [reverse("campaign", args=["bra"])],
    }
    pages["Bob"].append(reverse("payee"))

    for name, addresses in pages.items():
        for address in addresses:
            answer = people[name].get(address.replace("/en/", f"/{language}/", 1))
            assert answer.status_code == 200, (name, address, answer.status_code)
            assert wrong_with(answer.text) == [], address
    for name in ("give_up", "more_time"):
        wrong = people["Bob"].post(reverse(name, args=["bra"]), {"reason": CODE * 60, "days": CODE})
        assert wrong.status_code == 422 and wrong_with(wrong.text) == []
    assert people["Bob"].post(reverse("more_time", args=["bra"]), {"reason": CODE, "days": "3"}).status_code == 302
    assert people["Bob"].post(reverse("give_up", args=["bra"]), {"reason": CODE}).status_code == 302
    assert wrong_with(people[""].get(reverse("campaign", args=["bra"])).text) == []


@pytest.mark.parametrize("page", ["give", "match", "bundle"])
def test_a_refused_form_shows_again_what_was_typed_and_runs_nothing(client: Client, page: str) -> None:
    an_open_campaign()
    fields = ("amount", "cap", "preset", "email", "name", "message", "form_nonce", "currency", "cover_fee", "consent")
    form = {field: CODE for field in (*fields, "with_1", "amount_1", f"with_{CODE}")}

    answer = client.post(reverse(page, args=[] if page == "bundle" else ["bra"]), form)

    assert answer.status_code == 422
    assert wrong_with(answer.text) == []
