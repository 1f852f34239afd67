"""A campaign, played with by hypothesis: people, Stripe, clocks, crashes, in any order that comes up.

The oracle is the sandbox's own account. After every step every invariant holds; at the end everything is healed and
told, the clock goes on until nothing is left to do, and then our books are Stripe's and the campaign is decided.
"""

import json
import urllib.error
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from campaigns import attempts, ledger, stripe_gateway, stripe_handlers, stripe_inbox
from campaigns.actions import charge_pledges, close_campaign, close_steps
from campaigns.actions.cancel_campaign import cancel_campaign
from campaigns.actions.close_campaign import begin_close
from campaigns.actions.fetch_missed_events import fetch_missed_events
from campaigns.actions.learn_payee_account import learn_payee_account
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import CheckoutUnavailable
from campaigns.actions.open_payee_account import open_payee_account
from campaigns.actions.pause_campaign import pause_campaign
from campaigns.actions.plan_refund import NothingToGiveBack, plan_refund
from campaigns.actions.refund_pledge import TakeBackRefused, take_back
from campaigns.actions.resume_campaign import resume_campaign
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.actions.start_pledge import PledgeRefused
from campaigns.charging import rows
from campaigns.lifecycle import Kind, NotPossibleNow
from campaigns.locks import share_campaign
from campaigns.models import Attempt, Campaign, CloseRun, PayeeAccount, Pledge, Posting
from campaigns.stripe_gateway import StripeBusy, StripeSilent
from campaigns.totals import totals
from tests.faults.agreement import assert_every_invariant_holds, assert_the_books_are_those_of_stripe, receipts
from tests.faults.crash.harness import SWEEPS, work_until_it_is_quiet
from tests.faults.machines.emptying import empty_the_books
from tests.faults.machines.later_money import COUNT, FAILS_LATER, GOOD, REFUSED, LaterMoney
from tests.world import a_person, an_open_campaign, now

AWAY = (StripeSilent, StripeBusy)
OVER = ("funded", "unfunded", "cancelled")
KINDS = (Kind.KEEP, Kind.KEEP, Kind.ALL_OR_NOTHING)


class Crash(BaseException):
    """The process is gone: no `except Exception` holds it up."""


def before(call: Callable[..., Any]) -> Callable[..., Any]:
    def dies(*given: Any, **named: Any) -> Any:
        raise Crash

    return dies


def after(call: Callable[..., Any]) -> Callable[..., Any]:
    def dies(*given: Any, **named: Any) -> Any:
        call(*given, **named)
        raise Crash

    return dies


#: Where a process dies: the module, the name in it, and before or after it did its work.
PLACES: dict[str, tuple[Any, str, Callable[[Callable[..., Any]], Callable[..., Any]]]] = {
    "before a refund is asked for": (stripe_gateway, "refund", before),
    "after Stripe made a refund": (stripe_gateway, "refund", after),
    "before an answer is written": (attempts, "_end", before),
    "after an answer was written": (attempts, "_end", after),
    "after a look at a payment": (stripe_gateway, "payment", after),
    "after the ledger was told, before the commit": (ledger, "post_payment", after),
    "after a page was expired": (stripe_gateway, "expire_checkout", after),
    "after the verdict's sum, before its row": (close_steps, "verdict_at_close", after),
    "after settling, before the commit": (ledger, "settle", after),
    "after the stage moved, before the commit": (close_campaign, "move_campaign", after),
    "before the outcome is told": (close_steps, "publish_update", before),
    "with the calls of a batch planned, or their answers half written": (rows, "reach", before),
    "after the answers of a batch were written": (charge_pledges, "reach", before),
    "after a card was taken from its customer": (stripe_gateway, "detach_card", after),
    "after Stripe made a transfer": (stripe_gateway, "create_transfer", after),
    "after a transfer was posted, before the commit": (ledger, "post_payout", after),
    "after a dispute was posted, before the commit": (ledger, "post_dispute", after),
}


class CampaignMachine(LaterMoney):
    """A third of the games is all-or-nothing. `sandbox` is set by the test."""

    @initialize(
        goal=st.sampled_from([500, 1_500, 4_000]),
        ceiling=st.sampled_from([None, 2_000, 4_000]),
        kind=st.sampled_from(KINDS),
        by_stripe=st.booleans(),
    )
    def begin(self, goal: int, ceiling: int | None, kind: str = Kind.KEEP, by_stripe: bool = False) -> None:
        empty_the_books()
        self.sandbox.forget()
        self.ahead = 0
        ceiling = None if ceiling is None else max(ceiling, goal)
        self.deadline = now() + timedelta(hours=3)
        terms = {"payout_way": "connect" if by_stripe else "by-hand", "payee_country": "US" if by_stripe else "JP"}
        self.campaign = an_open_campaign(goal=goal, ceiling=ceiling, deadline=self.deadline, kind=kind, **terms)
        self.bounced = self.disputed = 0
        PayeeAccount.objects.all().delete()
        if by_stripe:
            open_payee_account(a_person("Bob"), language="en", at=now())
            learn_payee_account(PayeeAccount.objects.get(), at=now())

    @property
    def at(self) -> datetime:
        return now() + timedelta(seconds=self.ahead)

    @rule(amount=st.sampled_from([50, 500, 700, 2_000]), who=st.integers(0, 5), cover=st.booleans())
    def somebody_sets_out(self, amount: int, who: int, cover: bool) -> None:
        pages = Pledge.objects.exclude(session_id="").count()
        try:
            self.sets_out(amount, who, cover=cover)
        except (PledgeRefused, CheckoutUnavailable):
            assert Pledge.objects.exclude(session_id="").count() == pages
        else:
            assert Campaign.objects.get().stage == "open"

    @rule(which=COUNT, card=st.sampled_from([GOOD, GOOD, GOOD, REFUSED, FAILS_LATER]))
    def somebody_pays(self, which: int, card: str) -> None:
        """Only at a page that is open: the sandbox refuses all others, as Stripe does."""
        pledge = self.one(which, "session_id")
        if pledge is not None:
            self.at_stripe(f"checkout_sessions/{pledge.session_id}/complete", card=card)

    @rule(which=COUNT)
    def somebody_comes_back_to_the_thanks(self, which: int) -> None:
        pledge = self.one(which, "session_id")
        if pledge is not None:
            self.look(pledge)

    @rule(which=COUNT)
    def somebody_takes_a_pledge_back(self, which: int) -> None:
        pledge = self.one(which, "charge_id")
        if pledge is None:
            return
        was_open = Campaign.objects.get().stage in ("open", "paused")
        try:
            take_back(pledge, at=self.at)
            assert was_open
        except TakeBackRefused as refused:
            assert refused.reason == "nothing-paid" or not was_open

    @rule(which=COUNT, amount=st.sampled_from([1, 130, 500, 9_999]))
    def a_part_is_planned_to_go_back(self, which: int, amount: int) -> None:
        pledge = self.one(which, "charge_id")
        if pledge is None:
            return
        with transaction.atomic():
            share_campaign(self.campaign.pk)
            held = Pledge.objects.select_for_update().get(pk=pledge.pk)
            planned = sum(one.amount or 0 for one in held.attempts.filter(kind="refund", state__in=Attempt.OPEN))
            try:
                plan_refund(held, amount=amount, reason="asked", at=self.at)
                assert planned + amount + held.refunded <= held.total
            except NothingToGiveBack:
                assert planned + amount + held.refunded > held.total or held.disputes.exists()

    @rule(which=COUNT, amount=st.sampled_from(["", "100"]))
    def somebody_refunds_at_the_dashboard(self, which: int, amount: str) -> None:
        pledge = self.one(which, "payment_intent_id")
        if pledge is not None:
            given = {"amount": amount} if amount else {}
            self.at_stripe(f"charges/{pledge.payment_intent_id}/refund", **given)

    @precondition(lambda self: self.bounced < 2)
    @rule(which=COUNT)
    def a_refund_bounces(self, which: int) -> None:
        refunds = [one["refund"] for one in self.sandbox.oracle()["refunds"] if not one["failed"]]
        if refunds:
            self.bounced += 1
            self.at_stripe(f"refunds/{refunds[which % len(refunds)]}/fail")

    @rule()
    def the_organiser_pauses_or_goes_on(self) -> None:
        campaign = Campaign.objects.get()
        act = resume_campaign if campaign.stage == "paused" else pause_campaign
        try:
            act(campaign, at=self.at, by=a_person("Alice"))
        except NotPossibleNow:
            assert campaign.stage not in ("open", "paused") or self.deadline <= self.at

    @precondition(lambda self: Pledge.objects.count() >= 3)
    @rule(sure=st.integers(0, 3))
    def it_is_cancelled(self, sure: int) -> None:
        """Not too often: a cancelled campaign has few stories left."""
        campaign = Campaign.objects.get()
        if sure:
            return
        try:
            cancel_campaign(campaign, at=self.at, by="alice", reason="the data is gone")
        except NotPossibleNow:
            assert campaign.stage in ("closing", "cancelled")

    @rule(which=st.lists(COUNT, min_size=1, max_size=4), times=st.integers(1, 4))
    def some_news_is_told_in_some_order(self, which: list[int], times: int) -> None:
        """What is not chosen is withheld until somebody fetches it."""
        events = self.sandbox.events()
        for number in which if events else ():
            for _ in range(times):
                self.deliver(events[number % len(events)])

    @rule()
    def missed_news_is_fetched(self) -> None:
        fetch_missed_events(at=self.at)
        stripe_inbox.handle_due(at=self.at)

    @rule(seconds=st.sampled_from([5, 70, 400, 2_000, 7_200]))
    def time_passes(self, seconds: int) -> None:
        self.ahead += seconds
        self.sandbox.control("POST", "clock", advance=str(seconds))

    @rule(which=st.integers(0, len(SWEEPS) - 1), behind=st.sampled_from([0, 0, 0, 3, 90]))
    def a_sweep_runs(self, which: int, behind: int) -> None:
        """Some machines' clocks are behind."""
        early = self.deadline > self.at
        SWEEPS[which](at=self.at - timedelta(seconds=behind))
        run = CloseRun.objects.first()
        assert run is None or run.reason == "ceiling" or not early or run.started_at < self.at

    @rule()
    def everything_sweeps(self) -> None:
        for sweep in SWEEPS:
            sweep(at=self.at)

    @rule(place=st.sampled_from(sorted(PLACES)), nth=st.integers(0, len(SWEEPS) - 1))
    def a_process_dies(self, place: str, nth: int) -> None:
        module, name, way = PLACES[place]
        with ExitStack() as stack:
            stack.enter_context(patch.object(module, name, way(getattr(module, name))))
            for sweep in (*SWEEPS[nth:], *SWEEPS[:nth]):
                try:
                    sweep(at=self.at)
                except Crash:
                    return

    @rule(
        op=st.sampled_from(["refunds.create", "payment_intents.retrieve", "checkout.sessions.*"]),
        kind=st.sampled_from(["drop_after_commit", "reset", "status_429", "lock_timeout", "status_500_after_commit"]),
    )
    def stripe_will_have_a_bad_moment(self, op: str, kind: str) -> None:
        self.sandbox.fault(op, kind, times=2)

    @rule()
    def stripe_is_well_again(self) -> None:
        self.sandbox.heal()

    @precondition(lambda self: Campaign.objects.get().stage == "open")
    @rule()
    def nobody_closes_it_early(self) -> None:
        campaign = Campaign.objects.get()
        full = campaign.ceiling is not None and totals(campaign).raised >= campaign.ceiling
        if self.deadline > self.at and not full:
            assert begin_close(campaign.pk, at=self.at) is None and not CloseRun.objects.exists()

    @invariant()
    def the_books_are_in_order(self) -> None:
        if hasattr(self, "campaign"):
            assert_every_invariant_holds(at=self.at)

    @invariant()
    def nothing_is_ever_charged_twice(self) -> None:
        if hasattr(self, "campaign"):
            assert self.sandbox.oracle()["charged_twice"] == []

    def teardown(self) -> None:
        if not hasattr(self, "campaign"):
            return
        self.sandbox.heal()
        for event in self.sandbox.events():
            self.deliver(event)
        self.every_dispute_is_decided()
        if PayeeAccount.objects.exists():
            self.at_stripe(f"accounts/{PayeeAccount.objects.get().account_id}/onboard", outcome="complete")
            self.at_stripe("balance", amount="20000", currency="jpy")
        for event in self.sandbox.events():
            self.deliver(event)
        self.drain(past=self.deadline)
        campaign = Campaign.objects.get()
        if campaign.stage == "unfunded" and campaign.kind != Kind.ALL_OR_NOTHING:
            self.drain(past=self.at + timedelta(days=14, hours=1))
        self.the_end_is_stripes()

    def drain(self, *, past: datetime) -> None:
        """The clock goes on, a few days where a bounced refund is planned anew, until nothing is left to do."""
        self.wait(max(past - self.at, timedelta()) + timedelta(hours=1))
        for _ in range(4):
            quiet = work_until_it_is_quiet(self.at)
            self.wait(max(quiet - self.at, timedelta()) + timedelta(days=1, hours=1))

    def the_end_is_stripes(self) -> None:
        campaign = Campaign.objects.get()
        ends = ("funded", "cancelled", *(("unfunded",) if campaign.kind == Kind.ALL_OR_NOTHING else ()))
        assert campaign.stage in ends, campaign.stage
        assert not Pledge.objects.filter(state__in=Pledge.UNDER_WAY).exists()
        assert_the_books_are_those_of_stripe(self.sandbox)
        assert_every_invariant_holds(at=self.at, strictly=True)
        self.nobody_pays_for_what_failed(campaign)
        # What the platform bears in the end for what a trainer has too much was never raised.
        raised = Posting.objects.filter(account__startswith="campaign-").exclude(entry__kind="shortfall")
        owed = -sum(raised.values_list("amount", flat=True))
        assert owed == totals(campaign).raised
        if campaign.stage == "cancelled":
            assert owed == 0
        assert all(receipts(pledge) <= 1 for pledge in Pledge.objects.all())

    def wait(self, span: timedelta) -> None:
        self.time_passes_by(int(span.total_seconds()))

    def time_passes_by(self, seconds: int) -> None:
        self.ahead += seconds
        self.sandbox.control("POST", "clock", advance=str(seconds))

    def one(self, which: int, having: str) -> Pledge | None:
        found = list(Pledge.objects.exclude(**{having: ""}).order_by("pk"))
        return found[which % len(found)] if found else None

    def at_stripe(self, path: str, **fields: str) -> None:
        """Something that somebody tries at Stripe, and may not be possible."""
        try:
            self.sandbox.control("POST", path, **fields)
        except urllib.error.HTTPError as error:
            error.close()

    def look(self, pledge: Pledge) -> None:
        try:
            settle_pledge(pledge.pk, at=self.at)
        except AWAY:
            pass

    def deliver(self, event: dict[str, Any]) -> None:
        """As the door does it. An event that was handled is merged once more all the same."""
        if stripe_inbox.keep(event, json.dumps(event), at=self.at) is not None:
            stripe_inbox.handle(event["id"], at=self.at)
            return
        try:
            stripe_handlers.dispatch(event["type"], event["data"]["object"], at=self.at)
        except (*AWAY, DoesNotMatch, stripe_handlers.NotYet):
            pass
