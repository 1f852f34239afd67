"""Work that is given up, or gets more time: what is left goes back, in proportion, to the last minor unit."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from campaigns import ledger, money, tasks
from campaigns.actions.abandon_campaign import abandon_campaign, abandon_what_is_overdue, release_until
from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.deliver_outbox import deliver_outbox
from campaigns.actions.extend_release import ExtensionRefused, extend_release
from campaigns.actions.give_back_what_is_left import give_back_what_abandoned_campaigns_owe, what_is_left
from campaigns.actions.hear_of_dispute import hear_of_dispute
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.tell_followers import tell_followers
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Attempt, Campaign, OutboxMessage, Payout, Pledge, Update
from campaigns.stripe_gateway import payment
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, books, give, now

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1, hours=1)
COINS = {"Carol": 500, "Dave": 700, "Erin": 333}


def a_funded_campaign(sandbox: Sandbox, *, advance: int = 0) -> Campaign:
    """1,533 yen of three people, funded; of it so much is with the trainer already."""
    campaign = an_open_campaign(goal=1_533, ceiling=1_533)
    for name, amount in COINS.items():
        give(sandbox, campaign, amount, name=name)
    close_due_campaigns(at=now())
    campaign.refresh_from_db()
    assert campaign.stage == "funded"
    if advance:
        pay_out(campaign, advance)
    return campaign


def pay_out(campaign: Campaign, amount: int) -> None:
    one = {"part": "advance", "way": "by-hand", "state": "sent", "currency": "JPY", "receipt": "no. 1"}
    payout = Payout.objects.create(campaign=campaign, amount=amount, planned_at=now(), sent_at=now(), **one)
    ledger.post_payout(payout, at=now())


def given_back() -> dict[str, int]:
    return {pledge.name: pledge.refunded for pledge in Pledge.objects.order_by("name")}


def test_where_nothing_was_paid_out_everybody_gets_everything(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)

    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    carry_out_refunds(at=now())

    assert given_back() == COINS
    assert set(books(campaign)) == {"stripe-clearing", "platform"}
    assert campaign.stage == "abandoned" and breaches(at=now()) == {}


def test_what_an_advance_has_left_goes_back_in_proportion_to_the_last_yen(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance=739)
    left = ledger.available(campaign)

    update = abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    carry_out_refunds(at=now())

    back = given_back()
    assert update.data["left"] == sum(back.values()) == left
    assert all(abs(back[name] * 1_533 - left * coin) < 1_533 for name, coin in COINS.items())
    assert ledger.available(campaign) == what_is_left(campaign) == 0
    assert breaches(at=now() + timedelta(days=3)) == {}


def test_where_nothing_is_left_there_is_no_refund_but_a_mail(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    pay_out(campaign, ledger.available(campaign))

    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    tell_followers(at=now())

    assert not Attempt.objects.filter(kind="refund").exists()
    assert OutboxMessage.objects.filter(template="update", context__kind="abandoned").count() == 3


def test_a_payout_that_is_only_planned_is_called_off_and_one_under_way_counts(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    one = {"way": "connect", "currency": "JPY", "planned_at": now()}
    off = Payout.objects.create(campaign=campaign, part="remainder", amount=300, state="waiting_account", **one)
    sent = Payout.objects.create(campaign=campaign, part="advance", amount=700, state="planned", **one)
    sent.attempts.create(
        kind="transfer", idempotency_key="k", parameters={}, parameters_hash="", planned_at=now(), sent_at=now()
    )

    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")

    assert set(Payout.objects.values_list("pk", "state")) == {(off.pk, "failed"), (sent.pk, "planned")}
    planned = Attempt.objects.filter(kind="refund").values_list("amount", flat=True)
    assert sum(amount or 0 for amount in planned) == 1_533 - 700 - totals_of_fees(campaign)


def totals_of_fees(campaign: Campaign) -> int:
    return books(campaign)["processor-fees"]


def test_a_share_that_bounces_is_made_again_and_nobody_else_gets_it(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance=739)
    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    carry_out_refunds(at=now())
    before = given_back()
    carol = Pledge.objects.get(name="Carol")
    (refund,) = payment(carol.payment_intent_id).refunds
    sandbox.control("POST", f"refunds/{refund.id}/fail")
    settle_pledge(carol.pk, at=now())
    assert given_back()["Carol"] == 0

    for day in (0, 1, 2):
        give_back_what_abandoned_campaigns_owe(at=now() + day * A_DAY)
        carry_out_refunds(at=now() + day * A_DAY)

    assert given_back() == before
    assert breaches(at=now() + timedelta(days=3)) == {}


def test_a_disputed_coin_gets_its_share_once_the_dispute_is_over(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    carol = Pledge.objects.get(name="Carol")
    dispute = sandbox.control("POST", f"charges/{carol.charge_id}/dispute")["id"]
    hear_of_dispute(dispute, at=now())

    abandon_campaign(campaign, at=now(), by="clock", reason="nothing came")
    carry_out_refunds(at=now())
    assert given_back() == {**COINS, "Carol": 0}
    sandbox.control("POST", f"disputes/{dispute}/close", outcome="won")
    hear_of_dispute(dispute, at=now())
    tasks.give_back()
    carry_out_refunds(at=now() + timedelta(seconds=5))

    assert given_back() == COINS
    assert breaches(at=now() + timedelta(days=3)) == {}


def test_money_that_stays_behind_after_giving_up_is_named(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance=739)
    abandon_campaign(campaign, at=now() - timedelta(days=3), by="clock", reason="nothing came")
    Attempt.objects.filter(kind="refund").update(state=Attempt.State.FAILED)

    assert set(breaches(at=now())) == {"what-was-given-up-goes-back"}


@pytest.mark.parametrize("stage", ["open", "unfunded", "released", "cancelled", "abandoned"])
def test_only_work_that_is_paid_for_and_not_released_is_given_up(stage: str) -> None:
    campaign = an_open_campaign(stage=stage, closed_at=now())

    with pytest.raises(NotPossibleNow):
        abandon_campaign(campaign, at=now(), by="clock", reason="no")

    assert not Update.objects.exists()


def test_the_clock_gives_up_what_is_not_released_in_seventy_five_days(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    Campaign.objects.update(stage="training")
    late = (release_until(campaign) or now()) + timedelta(minutes=1)

    assert abandon_what_is_overdue(at=late - timedelta(minutes=2)) == 0
    assert abandon_what_is_overdue(at=late) == 1
    assert abandon_what_is_overdue(at=late) == 0

    carry_out_refunds(at=late)
    assert given_back() == COINS
    assert Update.objects.get(kind="abandoned").data["by"] == "clock"


def test_an_amendment_gives_more_time_and_says_so_to_everybody(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox)
    before = release_until(campaign)
    assert before is not None
    bob = a_person("Bob")

    extend_release(campaign, until=before + timedelta(days=60), reason="The **GPU** died.", at=now(), by=bob)

    assert campaign.release_until == before + timedelta(days=60)
    assert abandon_what_is_overdue(at=before + timedelta(days=1)) == 0
    assert abandon_what_is_overdue(at=before + timedelta(days=61)) == 1
    tell_followers(at=now())
    assert OutboxMessage.objects.filter(context__kind="amended").count() == 3


@pytest.mark.parametrize(("days", "why"), [(0, "not-later"), (-5, "not-later"), (61, "too-long")])
def test_more_time_is_later_and_sixty_days_at_most(sandbox: Sandbox, days: int, why: str) -> None:
    campaign = a_funded_campaign(sandbox)
    before = release_until(campaign)
    assert before is not None

    with pytest.raises(ExtensionRefused) as refused:
        extend_release(campaign, until=before + timedelta(days=days), reason="x", at=now(), by=a_person("Bob"))

    assert refused.value.reason == why and not Update.objects.filter(kind="amended").exists()


def test_the_trainer_gives_up_on_the_page_and_everybody_reads_why(sandbox: Sandbox, client: Client) -> None:
    a_funded_campaign(sandbox)
    client.force_login(a_person("Bob"))
    asked = client.get("/en/campaigns/bra/give-up/").content.decode()

    client.post("/en/campaigns/bra/give-up/", {"reason": "The data is gone for good."})
    carry_out_refunds(at=now() + timedelta(seconds=5))
    tell_followers(at=now())
    deliver_outbox(at=now() + timedelta(seconds=5))

    page = client.get("/en/c/bra/").content.decode()
    assert "everybody gets everything back" in asked
    assert "The data is gone for good." in page and "The work was given up" in page
    told = [message for message in mail.outbox if "given up" in message.subject]
    assert len(told) == 3 and "The data is gone for good." in told[0].body
    assert given_back() == COINS


def test_more_time_is_given_on_the_page(sandbox: Sandbox, client: Client) -> None:
    campaign = a_funded_campaign(sandbox)
    before = release_until(campaign)
    assert before is not None
    client.force_login(a_person("Bob"))
    assert client.get("/ja/campaigns/bra/more-time/").status_code == 200

    too_much = client.post("/en/campaigns/bra/more-time/", {"days": "61", "reason": "slow"})
    fine = client.post("/en/campaigns/bra/more-time/", {"days": "30", "reason": "slow"})

    campaign.refresh_from_db()
    assert (too_much.status_code, fine.status_code) == (422, 302)
    assert campaign.release_until == before + timedelta(days=30)
    assert "The work gets more time" in client.get("/en/c/bra/").content.decode()


@pytest.mark.parametrize("page", ["give-up", "more-time", "refunds"])
def test_who_has_no_part_in_it_does_not_find_these_pages(sandbox: Sandbox, client: Client, page: str) -> None:
    a_funded_campaign(sandbox)
    client.force_login(a_person("Mallory"))

    assert client.get(f"/en/campaigns/bra/{page}/").status_code == 404


@pytest.mark.parametrize("stage", ["open", "paused", "funded", "unfunded"])
def test_cancelling_gives_everything_back_from_every_stage_that_allows_it(sandbox: Sandbox, stage: str) -> None:
    campaign = an_open_campaign(goal=1_533, ceiling=1_533)
    for name, amount in COINS.items():
        give(sandbox, campaign, amount if stage == "funded" else amount // 2, name=name)
    if stage in ("funded", "unfunded"):
        Campaign.objects.update(deadline=now())
        close_due_campaigns(at=now() + timedelta(seconds=1))
    else:
        Campaign.objects.update(stage=stage)
    campaign.refresh_from_db()
    assert campaign.stage == stage

    cancel_campaign(campaign, at=now(), by="user 1", reason="the data is gone")
    carry_out_refunds(at=now())

    assert {one.state for one in Pledge.objects.all()} == {Pledge.State.REFUNDED}
    assert set(books(campaign)) == {"stripe-clearing", "platform"}


def test_what_is_paid_out_in_part_is_given_up_and_not_cancelled(sandbox: Sandbox) -> None:
    campaign = a_funded_campaign(sandbox, advance=500)

    with pytest.raises(NotPossibleNow):
        cancel_campaign(campaign, at=now(), by="user 1", reason="the data is gone")

    campaign.refresh_from_db()
    assert campaign.stage == "funded" and not Attempt.objects.filter(kind="refund").exists()


@given(some.dictionaries(some.integers(1, 50), some.integers(1, 10_000), min_size=1), some.data())
def test_shares_add_up_exceed_nobodys_coin_and_do_not_depend_on_the_order(
    coins: dict[int, int], data: some.DataObject
) -> None:
    left = data.draw(some.integers(0, sum(coins.values())))
    other_order = list(coins.items())
    data.draw(some.randoms(use_true_random=False)).shuffle(other_order)

    shares = money.shares(left, coins)

    assert sum(shares.values()) == left
    assert all(0 <= shares[key] <= coin for key, coin in coins.items())
    assert all(
        abs(shares[key] * sum(coins.values()) - left * coin) < sum(coins.values()) for key, coin in coins.items()
    )
    assert money.shares(left, dict(other_order)) == shares


def test_more_is_never_given_to_a_smaller_coin() -> None:
    coins = {key: random.Random(key).randint(1, 999) for key in range(40)}

    shares = money.shares(sum(coins.values()) // 3, coins)

    in_order = sorted(coins, key=lambda key: coins[key])
    assert all(shares[small] <= shares[big] + 1 for small, big in pairwise(in_order))
