"""Fields that no form has, sent all the same: they change nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import Stage
from campaigns.models import Campaign, Payout, Pledge
from tests.campaigns.creator.desk import a_draft, at_the_desk, close_as, draft_form
from tests.promises import an_all_or_nothing_campaign
from tests.stripe_sandbox import Sandbox
from tests.world import PASSWORD, a_person, an_open_campaign, give, now

pytestmark = pytest.mark.django_db
MORE = {
    "state": "paid", "stage": "open", "role": "organiser", "supporter": "1", "supporter_id": "1", "campaign": "other",
    "campaign_id": "1", "currency": "USD", "paid_at": "2026-01-01", "refunded": "0", "covered_fee": "-400", "fee": "0",
    "token": "mine", "network": "", "wider_network": "", "matches_up_to": "999999", "charge_id": "ch_1", "bundle": "1",
    "came_late": "1", "organiser": "1", "trainer": "1", "trainer_accepted_at": "2026-01-01", "opened_at": "2026-01-01",
    "slug": "mine", "giving_paused": "1", "payout_way": "connect", "doubted_at": "", "release_until": "2099-01-01",
    "is_staff": "1", "is_superuser": "1", "way": "connect", "by": "user 1", "at": "2000-01-01", "key": "x",
    "consent_text": "nothing", "consented_at": "2000-01-01", "saved_at": "2000-01-01", "payment_method_id": "pm_1",
}  # fmt: skip


def row(thing: Any) -> dict[str, Any]:
    """A row as it is now, but for the moment at which it was changed."""
    fresh = type(thing).objects.filter(pk=thing.pk).values().get()
    return {name: value for name, value in fresh.items() if name != "changed_at"}


@pytest.mark.parametrize("page", ["give", "match", "bundle"])
def test_a_coin_is_what_its_form_says_and_no_more(sandbox: Sandbox, client: Client, page: str) -> None:
    campaign = an_all_or_nothing_campaign() if page == "match" else an_open_campaign()
    form = {**MORE, "email": "carol@example.com", "amount": "500", "cap": "5", "consent": "on", "form_nonce": "n"}
    form |= {"currency": campaign.currency, f"with_{campaign.pk}": "on", f"amount_{campaign.pk}": "500"}

    answer = client.post(reverse(page, args=[] if page == "bundle" else ["bra"]), form)

    made = Pledge.objects.get()
    assert answer.status_code == 303
    assert (made.state, made.amount, made.covered_fee, made.campaign) == ("checkout", 500, 0, campaign)
    assert made.role == ("match" if page == "match" else "supporter")
    assert (made.supporter, made.paid_at, made.charge_id, made.payment_method_id) == (None, None, "", "")
    assert made.token != "mine" and made.currency == campaign.currency and made.network
    assert not User.objects.filter(is_staff=True).exists()


def test_a_draft_takes_what_its_form_has_and_an_open_campaign_takes_nothing() -> None:
    draft = a_draft()
    alice = at_the_desk(a_person("Alice"))

    saved = alice.post(reverse("campaign_edit", args=[draft.slug]), {**MORE, **draft_form(kind="all-or-nothing")})

    assert saved.status_code == 302
    kept = Campaign.objects.get(pk=draft.pk)
    assert (kept.stage, kept.slug, kept.kind, kept.opened_at) == ("draft", draft.slug, "all-or-nothing", None)
    assert (kept.organiser, kept.giving_paused, kept.release_until) == (draft.organiser, False, None)
    assert (kept.trainer_accepted_at, kept.payout_way) == (draft.trainer_accepted_at, draft.payout_way)
    assert not User.objects.get(username="alice").is_staff
    for stage in Stage:
        if stage != Stage.DRAFT:
            Campaign.objects.filter(pk=draft.pk).update(stage=stage, opened_at=now(), closed_at=now())
            before = row(draft)
            form = {
                **MORE,
                **draft_form(goal="1", payee_country="US", declared_match="1000", kind="keep-what-you-raise"),
            }
            for name in ("campaign_edit", "campaign_tainted_version", "campaign_clean_version"):
                alice.post(reverse(name, args=[draft.slug]), form)
            assert row(draft) == before, stage


@pytest.mark.parametrize("kind", ["", "lottery", "KEEP"])
def test_a_kind_or_a_country_that_is_none_is_refused(kind: str) -> None:
    draft = a_draft()
    alice = at_the_desk(a_person("Alice"))
    before = row(draft)

    answer = alice.post(
        reverse("campaign_edit", args=[draft.slug]), draft_form(kind=kind or "keep-what-you-raise", payee_country="XX")
    )

    assert answer.status_code == 422 and row(draft) == before


def test_what_gives_money_back_or_out_moves_no_more_than_it_says(sandbox: Sandbox) -> None:
    bra, other = an_open_campaign(), an_open_campaign("other")
    pledge, foreign = give(sandbox, bra), give(sandbox, other, name="Dave")
    a_person("Sue", is_staff=True)
    alice, sue, bob = (at_the_desk(a_person(name)) for name in ("Alice", "Sue", "Bob"))
    sue.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    Campaign.objects.filter(slug="other").update(organiser=a_person("Dave"))
    before = row(foreign)

    for client, name in ((alice, "refunds"), (sue, "staff_refunds")):
        answer = client.post(reverse(name, args=["bra"]), {**MORE, "pledge": str(foreign.pk), "note": "x"})
        assert answer.status_code == 404
    too_much = sue.post(
        reverse("staff_refunds", args=["bra"]), {**MORE, "pledge": str(pledge.pk), "note": "x", "amount": "501"}
    )

    assert (
        row(foreign) == before and too_much.status_code in (302, 422) and Pledge.objects.get(pk=pledge.pk).refunded == 0
    )
    close_as(bra, Stage.FUNDED)
    payout = Payout.objects.create(
        campaign=bra, part="advance", way="by-hand", state="waiting-staff", amount=100, currency="JPY", planned_at=now()
    )
    for amount in ("99", "101", "-100", "1e2", ""):
        form = {**MORE, f"{payout.pk}-amount": amount, f"{payout.pk}-receipt": "r"}
        sue.post(reverse("payout_record", args=[payout.pk]), form)
        assert Payout.objects.get().state == "waiting-staff"
    bob.post(reverse("more_time", args=["bra"]), {**MORE, "days": "61", "reason": "x"})
    bob.post(reverse("more_time", args=["bra"]), {**MORE, "days": "-1", "reason": "x"})
    assert Campaign.objects.get(slug="bra").release_until is None
