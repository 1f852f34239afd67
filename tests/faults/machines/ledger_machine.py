"""The ledger, played with by hypothesis: facts of payments in any order against a model that only adds and takes away.

Every step goes through `merge_facts`, as every payment does, with facts made up here in place of Stripe's. After each
step the balances are the model's, every invariant holds, and the chain can be walked.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from campaigns import ledger
from campaigns.actions import hear_of_dispute
from campaigns.actions.merge_facts import merge_facts
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.start_pledge import Giver, start_pledge
from campaigns.actions.verify_ledger import verify_ledger
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign, share_campaign
from campaigns.models import Campaign, JournalEntry, Payout, Pledge, Posting
from campaigns.models.ledger import Account
from campaigns.stripe_gateway import DisputeFacts, DisputeMovement, PaymentFacts, RefundFact
from tests.faults.agreement import assert_every_invariant_holds
from tests.faults.machines.emptying import empty_the_books
from tests.world import an_open_campaign, books, now

DISPUTE_FEE = 1_500


@dataclass
class Back:
    """A refund as Stripe has it. `told` is how we saw it last, empty when we have not."""

    id: str
    amount: int
    created: datetime
    status: str
    told: str = ""


@dataclass
class Paid:
    """A payment as Stripe has it. `fee_told` is the fee that we were told of."""

    pk: int
    amount: int
    total: int
    charged_at: datetime
    fee: int
    fee_known: bool = False
    fee_told: int = 0
    backs: list[Back] = field(default_factory=list)
    dispute: str = ""
    dispute_told: str = ""

    @property
    def lost_told(self) -> int:
        """A dispute is about all of a payment here, and about one of which nothing went back."""
        return self.total if self.dispute_told == "lost" else 0

    @property
    def withdrawn_told(self) -> int:
        return self.total if self.dispute_told in ("needs_response", "lost") else 0

    @property
    def left(self) -> int:
        return self.total - sum(back.amount for back in self.backs if back.status != "failed")

    @property
    def back_told(self) -> int:
        return sum(back.amount for back in self.backs if back.told not in ("", "failed"))


class LedgerMachine(RuleBasedStateMachine):
    """Each rule changes the model, and merges facts."""

    payments: Bundle[Paid] = Bundle("payments")
    pending: Bundle[tuple[Paid, Back]] = Bundle("pending")
    made: Bundle[tuple[Paid, Back]] = Bundle("made")

    @initialize()
    def begin(self) -> None:
        empty_the_books()
        self.campaign = an_open_campaign(goal=1_000, ceiling=None)
        self.paid: list[Paid] = []
        self.closed = False
        self.refunds = self.sent = self.reversals = 0

    @precondition(lambda self: not self.closed)
    @rule(target=payments, amount=st.integers(50, 3_000), cover=st.booleans(), fee=st.integers(0, 120))
    def somebody_pays(self, amount: int, cover: bool, fee: int) -> Paid:
        giver = Giver(email="carol@example.com", language="en", name="Carol")
        pledge = start_pledge(
            self.campaign, giver, amount=amount, cover_fee=cover, form_nonce=f"form-{len(self.paid)}", at=now()
        )
        payment = Paid(pledge.pk, amount, pledge.total, now(), fee)
        self.paid.append(payment)
        self.tell(payment)
        return payment

    @rule(payment=payments)
    def the_fee_is_known(self, payment: Paid) -> None:
        payment.fee_known = True
        self.tell(payment)

    @rule(target=pending, payment=payments, part=st.integers(1, 3_000), told=st.booleans())
    def a_refund_begins(self, payment: Paid, part: int, told: bool) -> tuple[Paid, Back]:
        self.refunds += 1
        back = Back(f"re_{payment.pk}_{self.refunds}", max(1, min(part, payment.left)), now(), "pending")
        # While a dispute is open or lost, Stripe refuses.
        if payment.left > 0 and payment.dispute in ("", "won"):
            payment.backs.append(back)
        if told:
            self.tell(payment)
        return payment, back

    @rule(target=made, refund=consumes(pending), told=st.booleans())
    def a_refund_is_made(self, refund: tuple[Paid, Back], told: bool) -> tuple[Paid, Back]:
        return self.moved(refund, "succeeded", told=told)

    @rule(refund=consumes(pending), told=st.booleans())
    def a_refund_fails(self, refund: tuple[Paid, Back], told: bool) -> None:
        self.moved(refund, "failed", told=told)

    @rule(refund=consumes(made), told=st.booleans())
    def a_refund_bounces(self, refund: tuple[Paid, Back], told: bool) -> None:
        self.moved(refund, "failed", told=told)

    @rule(payment=payments, told=st.booleans())
    def a_dispute_is_opened(self, payment: Paid, told: bool) -> None:
        if not payment.backs and not payment.dispute:
            payment.dispute = "needs_response"
            if told:
                self.tell(payment)

    @rule(payment=payments, outcome=st.sampled_from(["won", "lost"]), told=st.booleans())
    def a_dispute_is_decided(self, payment: Paid, outcome: str, told: bool) -> None:
        if payment.dispute == "needs_response":
            payment.dispute = outcome
            if told:
                self.tell(payment)

    @precondition(lambda self: self.closed and not self.sent)
    @rule(percent=st.integers(1, 100))
    def a_part_is_paid_to_the_trainer(self, percent: int) -> None:
        with transaction.atomic():
            campaign = hold_campaign(self.campaign.pk)
            self.sent = max(ledger.available(campaign), 0) * percent // 100
            if not self.sent:
                return
            terms: dict[str, Any] = {"currency": "JPY", "amount": self.sent, "transfer_id": "tr_1", "planned_at": now()}
            part, state = Payout.Part.ADVANCE, Payout.State.SENT
            payout = Payout.objects.create(campaign=campaign, part=part, way="connect", state=state, **terms)
            assert ledger.post_payout(payout, at=now()) and not ledger.post_payout(payout, at=now())

    @precondition(lambda self: self.sent)
    @rule(part=st.integers(1, 2_000))
    def some_of_it_is_taken_back(self, part: int) -> None:
        with transaction.atomic():
            hold_campaign(self.campaign.pk)
            payout = Payout.objects.select_related("campaign").get()
            back = min(part, payout.amount - payout.reversed)
            if back:
                self.reversals += 1
                payout.reversed += back
                payout.state = "reversed" if payout.reversed == payout.amount else "sent"
                payout.save()
                ledger.post_payout_reversed(payout, f"trr_{self.reversals}", back, at=now())

    @rule(payment=payments, times=st.integers(1, 3))
    def the_news_is_told_again(self, payment: Paid, times: int) -> None:
        self.tell(payment)
        before = list(JournalEntry.objects.values_list("pk", "chained"))
        for _ in range(times):
            self.tell(payment)
        assert list(JournalEntry.objects.values_list("pk", "chained")) == before

    @precondition(lambda self: not self.closed and len(self.paid) > 1)
    @rule()
    def what_is_held_becomes_payable(self) -> None:
        move_campaign(self.campaign, Stage.CLOSING, at=now(), by="clock")
        with transaction.atomic():
            ledger.settle(hold_campaign(self.campaign.pk), at=now())
        Campaign.objects.update(closed_at=now())
        move_campaign(self.campaign, Stage.FUNDED, at=now(), by="clock")
        self.closed = True

    @precondition(lambda self: self.closed and ledger.is_settled(self.campaign))
    @rule()
    def to_settle_twice_changes_nothing(self) -> None:
        before = books(self.campaign)
        with transaction.atomic():
            ledger.settle(hold_campaign(self.campaign.pk), at=now())
        assert books(self.campaign) == before

    @rule(amount=st.integers(-500, 500), off=st.integers(1, 9))
    def what_does_not_balance_is_refused(self, amount: int, off: int) -> None:
        postings = {Account.STRIPE_CLEARING: amount, Account.CAMPAIGN_HELD: -amount + off}
        try:
            ledger.post(kind="charge", external_ref="ch_odd", campaign=self.campaign, postings=postings, at=now())
        except ValueError:
            return
        raise AssertionError("it was posted")

    @precondition(lambda self: self.paid)
    @rule(change=st.sampled_from(["UPDATE campaigns_posting SET amount = amount + 1", "DELETE FROM campaigns_posting"]))
    def what_stands_is_not_changed(self, change: str) -> None:
        before = list(Posting.objects.values_list("pk", "amount"))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
        except DatabaseError:
            assert list(Posting.objects.values_list("pk", "amount")) == before
            return
        raise AssertionError("the ledger was changed")

    @invariant()
    def the_balances_are_those_of_the_model(self) -> None:
        if not hasattr(self, "paid"):
            return
        found = books(self.campaign)
        fees = sum(payment.fee_told for payment in self.paid)
        left = [back for payment in self.paid for back in payment.backs if back.told == "succeeded"]
        waiting = [back for payment in self.paid for back in payment.backs if back.told == "pending"]
        total = sum(payment.total for payment in self.paid)
        withdrawn = sum(payment.withdrawn_told for payment in self.paid)
        dispute_fees = sum(DISPUTE_FEE for payment in self.paid if payment.dispute_told)
        has = sum(payout.amount - payout.reversed for payout in Payout.objects.all())
        gone = sum(back.amount for back in left) + withdrawn + dispute_fees + has
        assert found.get("stripe-clearing", 0) == total - fees - gone
        assert found.get("disputes", 0) == withdrawn - sum(payment.lost_told for payment in self.paid)
        assert found.get("trainer-paid", 0) == has
        assert found.get("refunds", 0) == -sum(back.amount for back in waiting)
        borne = sum(fees_that_the_platform_bears(payment) for payment in self.paid)
        assert found.get("platform", 0) == borne + dispute_fees
        assert sum(found.values()) == 0
        for payment in self.paid:
            self.assert_owed(payment)

    def assert_owed(self, payment: Paid) -> None:
        """To the unit where nothing or all went back, or nothing was added for the fee; else the parts are rounded."""
        pledge = Pledge.objects.get(pk=payment.pk)
        accounts = (Account.CAMPAIGN_HELD, Account.CAMPAIGN_PAYABLE)
        # What settling moved bears no pledge's name: it is the same for every one of them.
        raising = Posting.objects.filter(entry__pledge=pledge, account__in=accounts)
        owed = -sum(raising.values_list("amount", flat=True))
        gone = payment.back_told + payment.lost_told
        exact = payment.amount - gone * payment.amount // payment.total
        allowed = 0 if payment.amount == payment.total or gone in (0, payment.total) else 1
        assert abs(owed - exact) <= allowed, (owed, exact)
        assert pledge.refunded == gone
        assert pledge.state == ("refunded" if gone == payment.total else "paid")

    @invariant()
    def the_books_are_in_order(self) -> None:
        if hasattr(self, "paid"):
            assert_every_invariant_holds(at=now())
            assert verify_ledger(self.campaign).trouble == ""

    def moved(self, refund: tuple[Paid, Back], status: str, *, told: bool) -> tuple[Paid, Back]:
        payment, back = refund
        back.status = status
        if told:
            self.tell(payment)
        return refund

    def tell(self, payment: Paid) -> None:
        """We look at the payment as it is now."""
        for back in payment.backs:
            back.told = back.status
        if payment.fee_known:
            payment.fee_told = payment.fee
        with transaction.atomic():
            stage = share_campaign(self.campaign.pk)
            pledge = Pledge.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=payment.pk)
            merge_facts(pledge, None, facts_of(payment), stage=stage, at=now())
            payment.dispute_told = payment.dispute
            if payment.dispute:
                hear_of_dispute._merge(pledge, dispute_of(payment), at=now())


def fees_that_the_platform_bears(payment: Paid) -> int:
    """Once all of a payment is back its campaign bears nothing; what was covered went back with the rest."""
    return payment.fee_told if payment.back_told + payment.lost_told == payment.total else 0


def dispute_of(payment: Paid) -> DisputeFacts:
    """All of the payment, withdrawn when it was opened, and given again when it was won; its fee is kept."""
    took = DisputeMovement(f"txn_du_{payment.pk}", -payment.total, DISPUTE_FEE, "JPY", payment.charged_at)
    gave = DisputeMovement(f"txn_du_{payment.pk}_back", payment.total, 0, "JPY", payment.charged_at)
    return DisputeFacts(
        id=f"du_{payment.pk}",
        charge=f"ch_{payment.pk}",
        payment_intent=f"pi_{payment.pk}",
        amount=payment.total,
        currency="JPY",
        status=payment.dispute,
        reason="fraudulent",
        created=payment.charged_at,
        due_by=None,
        movements=(took, gave) if payment.dispute == "won" else (took,),
    )


def facts_of(payment: Paid) -> PaymentFacts:
    refunds: Any = (RefundFact(back.id, back.amount, back.status, back.created) for back in payment.backs)
    return PaymentFacts(
        payment_intent=f"pi_{payment.pk}",
        status="succeeded",
        amount=payment.total,
        currency="JPY",
        metadata={"genseki_pledge": str(payment.pk)},
        charge=f"ch_{payment.pk}",
        charged_at=payment.charged_at,
        balance_transaction=f"txn_{payment.pk}" if payment.fee_known else "",
        fee=payment.fee if payment.fee_known else None,
        refunds=tuple(refunds),
    )
