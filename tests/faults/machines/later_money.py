"""What happens to money after the card: saved cards, matches, banks that ask back, disputes, and trainers who are paid.

Rules for CampaignMachine, which plays them together with its own.
"""

from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from campaigns.actions.confirm_hold import NotConfirmable, confirm_hold
from campaigns.actions.consent import consent_for
from campaigns.actions.open_checkout import CheckoutUnavailable, open_checkout
from campaigns.actions.renew_card import NothingToRenew, renew_card
from campaigns.actions.start_pledge import Giver, PledgeRefused, start_pledge
from campaigns.actions.withdraw_pledge import WithdrawRefused, withdraw_pledge
from campaigns.lifecycle import Kind
from campaigns.models import Attempt, Campaign, Dispute, PayeeAccount, Pledge
from tests.stripe_sandbox import Sandbox

BACK = "http://127.0.0.1:9/back/"
COUNT = st.integers(min_value=0, max_value=40)
GOOD, REFUSED, FAILS_LATER, ASKS_ALWAYS = (
    *("4242424242424242", "4000000000000002"),
    *("4000000000000341", "4000002760003184"),
)


class LaterMoney(RuleBasedStateMachine):
    """`sandbox`, `campaign`, `at`, `one` and `at_stripe` are those of the machine that these rules are played by."""

    sandbox: ClassVar[Sandbox]
    campaign: Campaign
    disputed: int

    @property
    def at(self) -> datetime:
        raise NotImplementedError

    def one(self, which: int, having: str) -> Pledge | None:
        raise NotImplementedError

    def at_stripe(self, path: str, **fields: str) -> None:
        raise NotImplementedError

    def sets_out(self, amount: int, who: int, *, cover: bool = False, cap: int | None = None) -> None:
        """Up to Stripe's page, as the campaign's kind wants it. Raises PledgeRefused and CheckoutUnavailable."""
        given: dict[str, Any] = {"amount": amount, "matches_up_to": cap}
        giver = Giver(email=f"giver{who}@example.com", language="en", name=f"Giver {who}")
        consent = consent_for(self.campaign, amount, 0, "en", matches_up_to=cap)
        form = f"form-{Pledge.objects.count()}"
        pledge = start_pledge(
            self.campaign, giver, **given, cover_fee=cover, consent=consent, form_nonce=form, at=self.at
        )
        open_checkout(pledge, at=self.at)

    @rule(cap=st.sampled_from([500, 1_000, 3_000]), who=st.integers(6, 8), fills=st.booleans())
    def somebody_matches(self, cap: int, who: int, fills: bool) -> None:
        try:
            self.sets_out(cap, who, cap=cap)
        except (PledgeRefused, CheckoutUnavailable):
            return
        if fills:
            newest = Pledge.objects.filter(role=Pledge.Role.MATCH).latest("pk")
            self.at_stripe(f"checkout_sessions/{newest.session_id}/complete", card=GOOD)

    @precondition(lambda self: self.campaign.kind == Kind.ALL_OR_NOTHING)
    @rule(
        amount=st.sampled_from([500, 700, 2_000]),
        who=st.integers(0, 5),
        card=st.sampled_from([GOOD, GOOD, FAILS_LATER, ASKS_ALWAYS]),
    )
    def somebody_saves_a_card(self, amount: int, who: int, card: str) -> None:
        try:
            self.sets_out(amount, who)
        except (PledgeRefused, CheckoutUnavailable):
            return
        self.at_stripe(f"checkout_sessions/{Pledge.objects.latest('pk').session_id}/complete", card=card)

    @rule(which=COUNT, code=st.sampled_from(["insufficient_funds", "expired_card", "stolen_card"]))
    def a_bank_will_say_no(self, which: int, code: str) -> None:
        pledge = self.one(which, "payment_method_id")
        if pledge is not None:
            self.at_stripe(f"payment_methods/{pledge.payment_method_id}/decline", decline_code=code, times="2")

    @rule(which=COUNT)
    def somebody_withdraws(self, which: int) -> None:
        pledge = self.one(which, "session_id")
        if pledge is None:
            return
        was_open = Campaign.objects.get().stage in ("open", "paused")
        try:
            withdraw_pledge(pledge, at=self.at)
            assert was_open or pledge.state == Pledge.State.WITHDRAWN
        except WithdrawRefused as refused:
            assert refused.reason in ("closed", "nothing-promised")

    @rule(which=COUNT, saves=st.booleans())
    def somebody_takes_another_card(self, which: int, saves: bool) -> None:
        pledge = self.one(which, "payment_method_id")
        if pledge is None:
            return
        try:
            renew_card(pledge, at=self.at)
        except (NothingToRenew, CheckoutUnavailable):
            return
        pledge.refresh_from_db()
        if saves:
            self.at_stripe(f"checkout_sessions/{pledge.session_id}/complete", card=GOOD)

    @rule(which=COUNT, outcome=st.sampled_from(["pass", "pass", "fail", ""]))
    def somebody_confirms_at_the_bank(self, which: int, outcome: str) -> None:
        asked = list(Pledge.objects.filter(confirm_until__isnull=False).order_by("pk"))
        if not asked:
            return
        pledge = asked[which % len(asked)]
        try:
            confirm_hold(pledge, at=self.at, return_url=BACK)
        except NotConfirmable:
            return
        if outcome:
            self.at_stripe(f"payment_intents/{pledge.payment_intent_id}/authenticate", outcome=outcome)

    @rule(which=COUNT, amount=st.sampled_from(["", "", "200"]))
    def somebody_disputes(self, which: int, amount: str) -> None:
        pledge = self.one(which, "charge_id")
        if pledge is not None and self.disputed < 3:
            self.disputed += 1
            self.at_stripe(f"charges/{pledge.charge_id}/dispute", **({"amount": amount} if amount else {}))

    @rule(which=COUNT, outcome=st.sampled_from(["won", "lost"]))
    def a_dispute_is_over(self, which: int, outcome: str) -> None:
        """Of one that we have heard of. The others are decided at the end of the game."""
        heard = list(Dispute.objects.order_by("pk").values_list("stripe_id", flat=True))
        if heard:
            self.at_stripe(f"disputes/{heard[which % len(heard)]}/close", outcome=outcome)

    @precondition(lambda self: PayeeAccount.objects.exclude(transfers="active").exists())
    @rule()
    def the_trainer_can_be_paid(self) -> None:
        account = PayeeAccount.objects.get()
        self.at_stripe(f"accounts/{account.account_id}/onboard", outcome="complete")

    @rule(amount=st.sampled_from(["500", "20000"]))
    def stripe_has_money_available(self, amount: str) -> None:
        self.at_stripe("balance", amount=amount, currency="jpy")

    def every_dispute_is_decided(self) -> None:
        """The banks have their last word on all that is left."""
        for event in self.sandbox.events():
            if event["type"] == "charge.dispute.created":
                self.at_stripe(f"disputes/{event['data']['object']['id']}/close", outcome="lost")

    def nobody_pays_for_what_failed(self, campaign: Campaign) -> None:
        """And whoever was charged at the close was charged once, for one hold."""
        account = self.sandbox.oracle()
        holds = [one["metadata"]["genseki_pledge"] for one in account["movements"] if one["kind"] == "authorised"]
        assert len(holds) == len(set(holds)), holds
        calls = Attempt.objects.filter(state__in=Attempt.OPEN)
        assert not calls.exists(), list(calls)
        promised = Pledge.objects.filter(state__in=Pledge.PROMISED)
        assert not promised.exists(), list(promised)
        if campaign.kind == Kind.ALL_OR_NOTHING and campaign.stage != "funded":
            assert sum(one["captured"] for one in account["sums"].values()) == 0
