"""All-or-nothing campaigns and matches, attacked once more: what is agreed, what is told, and what time does."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.consent import latest_charge_day
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.expire_pledges import expire_pledges
from campaigns.actions.forget_cards import forget_cards
from campaigns.actions.give_back_unfunded import give_back_unfunded
from campaigns.actions.go_ahead_with_less import go_ahead_with_less
from campaigns.actions.renew_card import NothingToRenew, renew_card
from campaigns.actions.run_selfcheck import run_selfcheck
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import PledgeRefused
from campaigns.actions.tell_followers import tell_followers
from campaigns.actions.withdraw_pledge import withdraw_pledge
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign, CloseRun, Follower, OutboxMessage, Pledge, Update
from campaigns.stripe_gateway import AsynchronousStripe, Hold, StripeRefuses
from campaigns.totals import totals
from docs import recompute_close
from tests.at_once import raised_at_once
from tests.faults.test_storm import REFUSALS
from tests.promises import an_all_or_nothing_campaign as a_campaign_in_dollars
from tests.promises import owner_of, set_out_to_promise, start_promise
from tests.saved_cards import (
    ALWAYS_ASKS,
    an_all_or_nothing_campaign,
    decline,
    match,
    promise,
    states,
    sums,
    the_close,
)
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, now

pytestmark = pytest.mark.django_db
HOURS = 3600


def the_clock_goes_on(sandbox: Sandbox, hours: float) -> None:
    sandbox.control("POST", "clock", advance=str(int(hours * HOURS)))


def mails_to(name: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(recipient=f"{name}@example.com").values_list("template", flat=True))


def test_nobody_goes_ahead_with_the_nothing_of_an_all_or_nothing_campaign(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    the_close()
    campaign.refresh_from_db()

    with pytest.raises(NotPossibleNow):
        go_ahead_with_less(campaign, at=now(), by=a_person("Bob"))

    assert Campaign.objects.get().stage == "unfunded"


def test_two_weeks_later_nothing_is_given_back_where_nothing_was_charged(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    the_close()

    given_back = give_back_unfunded(at=now() + timedelta(days=15))

    assert given_back == 0 and Campaign.objects.get().stage == "unfunded"
    assert list(Update.objects.values_list("kind", flat=True)) == ["unfunded"]


def test_holds_that_stripe_has_ended_while_the_closer_was_dead_do_not_reach_the_goal(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, 900)
    decline(sandbox, promise(campaign, 100, name="Dave"), "insufficient_funds")
    assert the_close() == []
    the_clock_goes_on(sandbox, 8 * 24)

    for hours in (8 * 24, 8 * 24 + 1):
        the_close(hours=hours)

    campaign.refresh_from_db()
    assert campaign.stage == "unfunded" and sums(sandbox, "captured") == 0
    assert states(campaign)["Carol"] == "failed"


def test_nobody_is_charged_later_than_on_the_day_that_was_agreed_to(sandbox: Sandbox) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    ends = datetime.combine((now().astimezone(zone) + timedelta(days=1)).date(), datetime.max.time(), zone)
    campaign = an_all_or_nothing_campaign(deadline=ends.replace(microsecond=0))
    promise(campaign, 1_000)
    promise(campaign, name="Dave", card=ALWAYS_ASKS)
    began = ends + timedelta(minutes=1)

    moments = (began + timedelta(hours=hours) for hours in range(0, 24 * 8))
    decided = next(at for at in moments if close_due_campaigns(at=at))

    assert states(campaign) == {"Carol": "paid", "Dave": "failed"}
    assert decided.astimezone(zone).date() <= latest_charge_day(campaign)


def test_a_close_that_was_dead_for_longer_than_was_agreed_to_charges_nobody(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign, 1_000)
    decline(sandbox, promise(campaign, 100, name="Dave"), "insufficient_funds")
    assert the_close() == []
    the_clock_goes_on(sandbox, 6.5 * 24)

    the_close(hours=6.5 * 24)

    assert Campaign.objects.get().stage == "unfunded" and set(states(campaign).values()) == {"failed"}
    assert sums(sandbox, "captured") == 0 and sums(sandbox, "released") == 1_000


def test_no_hold_is_asked_for_once_the_time_of_the_holds_is_over(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    sandbox.fault("payment_intents.create", "reset", times=1_000)
    the_close()
    sandbox.heal()

    for hours in (24 * 20, 24 * 20 + 1, 24 * 20 + 2):
        the_close(hours=hours)

    assert states(campaign) == {"Carol": "failed"} and sums(sandbox, "authorised") == 0


def test_a_match_is_asked_for_when_the_others_took_all_the_time(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=1_000)
    match(campaign, 600)
    promise(campaign)
    promise(campaign, name="Dave", card=ALWAYS_ASKS)

    assert [the_close(hours=hours) for hours in (0, 95, 97)] == [[], [], ["bra"]]

    assert states(campaign) == {"Carol": "paid", "Dave": "failed", "Mallory": "paid"}
    assert sums(sandbox, "captured") == 1_000


def test_who_came_too_late_hears_it_once(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    promise(campaign, name="Dave", state="released", failure="too-late")

    the_close()

    assert mails_to("carol") == ["released"] and mails_to("dave") == []


def test_a_match_that_came_to_nothing_hears_that_nothing_was_charged(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    match(campaign, 500)
    match(campaign, 1_000, "Niaj")
    promise(campaign, 500)

    the_close()

    assert states(campaign)["Niaj"] == "released" and mails_to("niaj") == ["match_unneeded"]
    assert mails_to("mallory") == ["receipt"]


def test_a_match_hears_it_where_one_keeps_what_is_raised_too(sandbox: Sandbox) -> None:
    campaign = an_open_campaign(goal=5_000, ceiling=None, deadline=now() + timedelta(minutes=5))
    match(campaign, 800)

    the_close()

    assert states(campaign) == {"Mallory": "released"} and mails_to("mallory") == ["match_unneeded"]


@pytest.mark.parametrize("outcome", ["unfunded", "funded"])
@pytest.mark.django_db(transaction=True)
def test_the_report_is_computed_again_from_the_public_ledger(
    sandbox: Sandbox, client: Client, tmp_path: Path, outcome: str
) -> None:
    campaign = an_all_or_nothing_campaign(goal=1_000 if outcome == "funded" else 5_000)
    match(campaign, 300)
    promise(campaign, 900)
    decline(sandbox, promise(campaign, 100, name="Dave"), "stolen_card", times=9)
    the_close()

    answer = client.get(f"/c/{campaign.slug}/ledger.jsonl")
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(answer.getvalue())

    assert recompute_close.main([str(file)]) == 0
    assert CloseRun.objects.get().outcome == outcome
    assert run_selfcheck(at=now() + timedelta(minutes=7)).breaches == {}


@pytest.mark.parametrize("address", ["alice+more@example.com", "Alice+X@Example.com", "ALICE@example.com"])
def test_who_runs_it_is_known_by_every_spelling_of_the_address(sandbox: Sandbox, address: str) -> None:
    campaign = a_campaign_in_dollars(declared_match=500)

    with pytest.raises(PledgeRefused, match="organiser-only-matches"):
        start_promise(campaign, email=address)
    start_promise(campaign, matches_up_to=500, email=address)
    with pytest.raises(PledgeRefused, match="match-too-large"):
        start_promise(campaign, matches_up_to=500, email="alice@example.com", form_nonce="another")


def refuse(monkeypatch: pytest.MonkeyPatch, kind: str) -> list[str]:
    """Stripe refuses every call of this kind; the keys that were asked with. The sandbox has no fault for it."""
    asked: list[str] = []
    real = AsynchronousStripe.change_hold

    async def change_hold(self: AsynchronousStripe, what: str, parameters: dict[str, Any], *, key: str) -> Hold:
        if what == kind:
            asked.append(key)
            if len(asked) < 50:
                raise StripeRefuses("resource_missing", "There is no such thing.")
        return await real(self, what, parameters, key=key)

    monkeypatch.setattr(AsynchronousStripe, "change_hold", change_hold)
    return asked


def test_letting_go_that_stripe_refuses_is_asked_once_a_sweep(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(an_all_or_nothing_campaign())
    with monkeypatch.context() as patch:
        asked = refuse(patch, "release")
        the_close()
        the_close(hours=1)

    assert len(asked) == 2 and the_close(hours=2) == ["bra"]
    assert sums(sandbox, "released") == 500


@pytest.mark.django_db(transaction=True)
def test_a_capture_that_stripe_refuses_leaves_no_sum_reserved(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign)
    refuse(monkeypatch, "capture")

    the_close()

    assert states(campaign) == {"Carol": "failed"} and mails_to("carol") == ["card_failed"]
    assert (sums(sandbox, "authorised"), sums(sandbox, "released"), sums(sandbox, "captured")) == (500, 500, 0)
    assert run_selfcheck(at=now() + timedelta(days=3)).breaches == {}


# What pages and mails say


def a_follower(campaign: Campaign, name: str, language: str = "en") -> None:
    email = f"{name}@example.com"
    Follower.objects.create(campaign=campaign, email=email, language=language, asked_at=now(), confirmed_at=now())


def bodies(template: str) -> str:
    deliver_outbox(at=now() + timedelta(minutes=10))
    sent = OutboxMessage.objects.filter(template=template).values_list("recipient", flat=True)
    return "\n".join(str(one.subject) + str(one.body) for one in mail.outbox if one.to[0] in set(sent))


def test_followers_of_what_missed_its_goal_hear_that_nobody_was_charged(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    a_follower(campaign, "frank")
    the_close()

    tell_followers(at=now())

    said = bodies("update")
    assert "Nobody was charged" in said and "14 days" not in said and "money back" not in said


def test_followers_of_a_campaign_that_was_cancelled_are_not_told_of_refunds(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    a_follower(campaign, "frank")
    cancel_campaign(campaign, at=now(), by="alice", reason="gone")

    tell_followers(at=now())

    said = bodies("update")
    assert "Nobody was charged" in said and "everything back" not in said


def test_what_missed_its_goal_cannot_be_cancelled_any_more(sandbox: Sandbox) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    the_close()
    campaign.refresh_from_db()

    with pytest.raises(NotPossibleNow):
        cancel_campaign(campaign, at=now(), by="alice", reason="gone")

    assert Campaign.objects.get().stage == "unfunded" and Update.objects.count() == 1


def test_who_organises_or_trains_what_missed_its_goal_has_nothing_to_decide(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign()
    promise(campaign)
    the_close()
    client.force_login(a_person("Bob"))

    mine, begin = client.get(reverse("my_campaigns")), client.get(reverse("training_begin", args=[campaign.slug]))
    pressed = client.post(reverse("training_begin", args=[campaign.slug]))

    assert "nothing to decide" in mine.content.decode() and "go ahead with" not in mine.content.decode()
    assert "gets everything back" not in mine.content.decode() + begin.content.decode()
    assert pressed.status_code == 302 and Campaign.objects.get().stage == "unfunded"


def test_a_match_whose_campaign_keeps_what_it_raises_is_not_told_of_a_goal(sandbox: Sandbox, client: Client) -> None:
    campaign = an_open_campaign(goal=5_000, ceiling=None)
    held = match(campaign, 800, state="authorised")
    Campaign.objects.update(stage="closing")

    pages = [client.get(reverse(name, args=[held.token])).content.decode() for name in ("thanks", "take_back")]

    assert all("reach the goal" not in page and "below the goal" not in page for page in pages)


def test_who_came_too_late_is_not_told_of_a_goal(sandbox: Sandbox, client: Client) -> None:
    campaign = an_all_or_nothing_campaign(stage="funded", closed_at=now())
    late = promise(campaign, state="released", failure="too-late")

    page = client.get(reverse("thanks", args=[late.token])).content.decode()

    assert "had closed before your card was saved" in page and "shows the sum as reserved" not in page


def test_a_funded_campaign_of_which_nothing_could_be_charged_did_reach_its_goal(
    sandbox: Sandbox, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = an_all_or_nothing_campaign(goal=500)
    promise(campaign)
    refuse(monkeypatch, "capture")
    the_close()

    page = client.get(reverse("campaign", args=[campaign.slug])).content.decode()

    assert Campaign.objects.get().stage == "funded" and "The goal was not reached" not in page


# Everything at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("goal", [2_000, 20_000])
def test_whoever_comes_first_at_the_deadline_nobody_pays_who_need_not(sandbox: Sandbox, goal: int) -> None:
    campaign = an_all_or_nothing_campaign(goal=goal)
    saved = [promise(campaign, name=f"Saved{number}") for number in range(5)]
    match(campaign, 700)
    at_the_page = [set_out_to_promise(campaign, name=f"Page{number}") for number in range(4)]
    after = now() + timedelta(minutes=6)

    def save(pledge: Pledge) -> Callable[[], object]:
        def work() -> None:
            sandbox.pay(pledge.session_id)
            settle_pledge(pledge.pk, at=now())

        return work

    def asks_for_another_page() -> None:
        # Once the close has begun there may be nothing to renew any more.
        with contextlib.suppress(NothingToRenew):
            renew_card(saved[1], at=now())

    works: list[Callable[[], object]] = [save(pledge) for pledge in at_the_page]
    works += [lambda: withdraw_pledge(saved[0], at=now()), lambda: withdraw_pledge(saved[0], at=now())]
    works += [lambda: close_due_campaigns(at=after), lambda: close_due_campaigns(at=after)]
    works += [asks_for_another_page, lambda: expire_pledges(at=after)]
    wrong = raised_at_once(*works, besides=REFUSALS)
    for minutes in range(0, 120, 5):
        at = after + timedelta(minutes=minutes)
        close_due_campaigns(at=at)
        expire_pledges(at=at)
        forget_cards(at=at)

    assert wrong == []
    over = {"withdrawn", "released", "expired", "paid"} if goal == 2_000 else {"withdrawn", "released", "expired"}
    assert set(Pledge.objects.values_list("state", flat=True)) <= over
    assert sums(sandbox, "authorised") == sums(sandbox, "captured") + sums(sandbox, "released")
    assert totals(campaign).raised == sums(sandbox, "captured") and not sandbox.oracle()["charged_twice"]
    assert Campaign.objects.get().stage == ("funded" if goal == 2_000 else "unfunded")
    for pledge in Pledge.objects.exclude(payment_method_id=""):
        assert owner_of(pledge.payment_method_id) is None
        asked = {"promised", "receipt", "released", "withdrawn", "too_late"}
        told = list(OutboxMessage.objects.filter(recipient=pledge.email).values_list("template", flat=True))
        assert len(told) == len(set(told)) and set(told) <= asked
        assert len({"receipt", "released", "withdrawn", "too_late"} & set(told)) == 1
    check = run_selfcheck(at=after + timedelta(days=2))
    assert (check.breaches, check.waiting) == ({}, {})
