"""Whatever happens to a funded campaign, in any order: the books are Stripe's, and nothing is paid twice or stays."""

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import Sum

from campaigns import ledger
from campaigns.actions.abandon_campaign import abandon_campaign
from campaigns.actions.close_campaign import close_due_campaigns
from campaigns.actions.give_back_unfunded import give_back_what_is_owed
from campaigns.actions.give_back_what_is_left import give_back_what_abandoned_campaigns_owe
from campaigns.actions.hear_of_dispute import hear_of_dispute, look_after_disputes
from campaigns.actions.judge_plan import PlanNotClean
from campaigns.actions.learn_payee_account import learn_payee_accounts
from campaigns.actions.notice_doubts import notice_doubts
from campaigns.actions.notice_money_left import notice_money_left
from campaigns.actions.open_bundle_checkout import open_bundle_checkout
from campaigns.actions.pay_by_hand import NotPayable, pay_by_hand
from campaigns.actions.pay_out import pay_out
from campaigns.actions.plan_payouts import plan_payouts
from campaigns.actions.plan_refund import NothingToGiveBack
from campaigns.actions.reconcile import reconcile
from campaigns.actions.refund_by_staff import refund_by_staff
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.reverse_payout import reverse_payouts
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.settle_doubt import do_not_pay, pay_all_the_same
from campaigns.actions.settle_money_left import give_back_what_came_later, pay_what_came_later
from campaigns.actions.settle_payout import settle_payout
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_bundle import Coin, start_bundle
from campaigns.actions.start_pledge import Giver
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Alarm, Campaign, Dispute, JournalEntry, Payout, Pledge
from campaigns.stripe_gateway import client as stripe_client
from campaigns.stripe_gateway import payment
from tests.faults.agreement import WAITING
from tests.payees import a_balance, an_account, release, taint
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, books, give, now

pytestmark = pytest.mark.django_db
SEEDS = range(int(os.environ.get("GENSEKI_SEEDS_FROM", "0")), int(os.environ.get("GENSEKI_SEEDS_TO", "4")))
STEPS = int(os.environ.get("GENSEKI_STEPS", "12"))
DAYS_TO_REST = 12


class Story:
    """One campaign, its supporters, its trainer, Stripe and the clock, driven by a seed."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.sandbox, self.chance, self.at = sandbox, random.Random(seed), now()
        self.began, self.is_tainted = self.at - timedelta(minutes=1), False
        self.disputes: list[str] = []
        self.did: list[str] = []
        self.campaigns = [self.opened(slug) for slug in ("bra", "ket")]
        for name in ("Carol", "Dave", "Erin"):
            for campaign in self.campaigns:
                give(sandbox, campaign, self.coin(), name, cover_fee=self.chance.random() < 0.5)
        self.give_to_both("Grace")
        Campaign.objects.update(deadline=now() - timedelta(seconds=1))
        close_due_campaigns(at=now())
        if any(one.payout_way == "connect" for one in self.campaigns):
            an_account(sandbox)
        a_balance(sandbox, 100_000)

    def opened(self, slug: str) -> Campaign:
        terms = {"advance_percent": self.chance.choice((0, 30, 50, 100)), "payee_country": "US"}
        way = self.chance.choice(("connect", "connect", "by-hand"))
        return an_open_campaign(slug, currency="USD", goal=1_500, ceiling=90_000, coin=500, payout_way=way, **terms)

    def coin(self) -> int:
        return self.chance.choice((500, 777, 1_000, 3_333))

    def give_to_both(self, name: str) -> None:
        """One payment with a coin for each."""
        giver = Giver(email=f"{name.lower()}@example.com", language="en", name=name)
        coins = [Coin(campaign, self.coin()) for campaign in self.campaigns]
        bundle = start_bundle(coins, giver, cover_fee=self.chance.random() < 0.5, form_nonce="form", at=now())
        open_bundle_checkout(bundle, at=now())
        bundle.refresh_from_db()
        self.sandbox.pay(bundle.session_id)
        settle_bundle(bundle.pk, at=now())

    def staff(self) -> User:
        return a_person("Sam", is_staff=True)

    def campaign(self) -> Campaign:
        return Campaign.objects.get(pk=self.chance.choice(self.campaigns).pk)

    def pledge(self) -> Pledge:
        return self.chance.choice(list(Pledge.objects.order_by("pk")))

    def amount(self, pledge: Pledge) -> int:
        return self.chance.choice((1, pledge.total // 3, pledge.total // 2, pledge.total))

    def staff_refund(self) -> None:
        one = self.pledge()
        try:
            refund_by_staff(one, by=self.staff(), note="", at=self.at, amount=self.amount(one))
        except NothingToGiveBack:
            return

    def dashboard_refund(self) -> None:
        one = self.pledge()
        if self.ask("POST", f"charges/{one.charge_id}/refund", amount=str(self.amount(one))):
            settle_pledge(one.pk, at=self.at)

    def ask(self, method: str, path: str, **fields: str) -> bool:
        try:
            self.sandbox.control(method, path, **fields)
        except OSError:  # Stripe refuses it at this moment.
            return False
        return True

    def bounce(self) -> None:
        one = self.pledge()
        for refund in payment(one.payment_intent_id).refunds:
            if refund.status == "succeeded" and self.chance.random() < 0.7:
                self.ask("POST", f"refunds/{refund.id}/fail")
                settle_pledge(one.pk, at=self.at)
                return

    def dispute(self) -> None:
        one = self.pledge()
        try:
            found = self.sandbox.control("POST", f"charges/{one.charge_id}/dispute", amount=str(self.amount(one)))
        except OSError:
            return
        self.disputes.append(str(found["id"]))
        if self.chance.random() < 0.7:
            hear_of_dispute(self.disputes[-1], at=self.at)

    def decide(self) -> None:
        if self.disputes:
            one = self.chance.choice(self.disputes)
            outcome = self.chance.choice(("won", "lost"))
            if self.ask("POST", f"disputes/{one}/close", outcome=outcome) and self.chance.random() < 0.7:
                hear_of_dispute(one, at=self.at)

    def taken_back_at_the_dashboard(self) -> None:
        for payout in Payout.objects.filter(state="sent").exclude(transfer_id=""):
            left = payout.amount - payout.reversed
            amount = self.chance.choice((1, left // 2 or 1, left))
            stripe_client().v1.transfers.reversals.create(payout.transfer_id, {"amount": amount})
            settle_payout(payout.pk, payout.transfer_id, at=self.at)

    def plan(self) -> None:
        plan_payouts(at=self.at)

    def pay(self) -> None:
        pay_out(at=self.at)

    def refunds(self) -> None:
        carry_out_refunds(at=self.at)

    def get_back(self) -> None:
        reverse_payouts(at=self.at)

    def release(self) -> None:
        """Both stand on one clean version, so that one of them can be released."""
        bra = Campaign.objects.get(slug="bra")
        if bra.stage == "funded" and not bra.doubted_at:
            try:
                release(bra)
            except PlanNotClean:
                return
            self.at = max(self.at, now())

    def give_up(self) -> None:
        try:
            abandon_campaign(self.campaign(), at=self.at, by="clock", reason="nothing came")
        except NotPossibleNow:
            return

    def a_fact_becomes_known(self) -> None:
        if not Campaign.objects.filter(doubted_at__isnull=False).exists() and not self.is_tainted:
            self.is_tainted = True
            taint(self.campaigns[0])
            notice_doubts(at=self.at)

    def decide_a_doubt(self) -> None:
        for campaign in Campaign.objects.filter(doubted_at__isnull=False):
            action = self.chance.choice((do_not_pay, pay_all_the_same))
            action(campaign, reason="we looked", at=self.at, by=self.staff())

    def pay_what_waits_by_hand(self) -> None:
        for payout in Payout.objects.filter(way="by-hand", state="waiting_staff"):
            try:
                pay_by_hand(payout, receipt=f"bank {payout.pk}", amount=payout.amount, at=self.at, by=self.staff())
            except NotPayable:
                continue

    def decide_what_came_later(self) -> None:
        action = self.chance.choice((pay_what_came_later, give_back_what_came_later))
        try:
            action(self.campaign(), at=self.at, by=self.staff())
        except NotPossibleNow:
            return

    def compare(self) -> None:
        """With `fix`, it takes in what we have not heard of, and makes nothing worse."""
        reconcile(at=self.at + timedelta(hours=1), fix=True)

    def an_hour(self) -> None:
        self.at += timedelta(hours=self.chance.choice((1, 13, 26)))

    def step(self) -> None:
        deeds: list[tuple[Callable[[], None], int]] = [
            (self.staff_refund, 3),
            (self.dashboard_refund, 2),
            (self.bounce, 2),
            (self.dispute, 3),
            (self.decide, 4),
            (self.taken_back_at_the_dashboard, 1),
            (self.plan, 3),
            (self.pay, 3),
            (self.refunds, 3),
            (self.get_back, 2),
            (self.release, 1),
            (self.give_up, 1),
            (self.a_fact_becomes_known, 1),
            (self.decide_a_doubt, 1),
            (self.pay_what_waits_by_hand, 2),
            (self.decide_what_came_later, 1),
            (self.compare, 1),
            (self.an_hour, 2),
        ]
        deed = self.chance.choices([one for one, _ in deeds], [often for _, often in deeds])[0]
        self.did.append(deed.__name__)
        deed()

    def rest(self) -> None:
        """The banks decide, the work ends in one way or the other, and the clock goes on for some days."""
        for one in self.disputes:
            self.ask("POST", f"disputes/{one}/close", outcome=self.chance.choice(("won", "lost")))
            hear_of_dispute(one, at=self.at)
        for _ in range(3):
            self.release()
            self.decide_a_doubt()
        for campaign in Campaign.objects.filter(stage="funded"):
            abandon_campaign(campaign, at=self.at, by="clock", reason="nothing came")
        for _ in range(DAYS_TO_REST):
            a_day_goes_by(self.at)
            self.pay_what_waits_by_hand()
            self.at += timedelta(hours=25)


def a_day_goes_by(at: datetime) -> None:
    for work in (
        look_after_disputes,
        give_back_what_is_owed,
        give_back_what_abandoned_campaigns_owe,
        carry_out_refunds,
        notice_doubts,
        learn_payee_accounts,
        plan_payouts,
        pay_out,
        reverse_payouts,
        notice_money_left,
    ):
        work(at=at)
    for alarm in Alarm.objects.filter(closed_at=None).exclude(kind__in=("shortfall", "money-left")):
        Alarm.objects.filter(pk=alarm.pk).update(closed_at=at, closed_by="user 1")


def cannot_go_back() -> bool:
    """Stripe gives nothing back of a payment with a lost dispute, not even what was not disputed."""
    lost = Dispute.objects.filter(status="lost").values("pledge")
    return Pledge.objects.filter(pk__in=lost, state=Pledge.State.PAID).exists()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_after_the_close_the_books_are_those_of_stripe(sandbox: Sandbox, seed: int) -> None:
    story = Story(sandbox, seed)

    for _ in range(STEPS):
        story.step()
        found = breaches(at=story.at)
        assert set(found) <= WAITING, (found, story.did)
    story.rest()

    for since in (None, story.began):
        run = reconcile(at=story.at + timedelta(hours=1), since=since)
        assert run.ok, (run.differences, story.did)
    found = breaches(at=story.at)
    assert set(found) <= ({"what-was-given-up-goes-back"} if cannot_go_back() else set()), (found, story.did)
    for campaign in Campaign.objects.all():
        assert_nothing_is_where_it_must_not_be(campaign, story.did)
    sent = Payout.objects.exclude(transfer_id="").aggregate(sum=Sum("amount"))["sum"] or 0
    assert sandbox.oracle()["sums"]["usd"].get("transferred", 0) == sent, story.did
    entries = JournalEntry.objects.filter(kind="payout").count()
    assert entries == Payout.objects.filter(state__in=("sent", "reversed")).count()


def assert_nothing_is_where_it_must_not_be(campaign: Campaign, did: list[str]) -> None:
    sums = books(campaign)
    assert not {"disputes", "refunds", "campaign-held"} & set(sums), (sums, did)
    if cannot_go_back():
        return
    left = ledger.available(campaign)
    named = Alarm.objects.filter(kind="money-left", closed_at=None, detail__campaign=campaign.slug).exists()
    assert left == 0 or (left > 0 and campaign.stage == "released" and named), (campaign.slug, left, sums, did)
