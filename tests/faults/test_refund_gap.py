"""Between Stripe's answer to a refund and the books, another process asks what there is left."""

from collections.abc import Callable

import pytest

from campaigns import ledger
from campaigns.actions import refund_pledge
from campaigns.actions.refund_by_staff import refund_all, refund_by_staff
from campaigns.actions.refund_pledge import carry_out_refund, take_back
from campaigns.actions.run_selfcheck import breaches
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Attempt, Pledge
from campaigns.totals import on_its_way_back, totals
from tests.at_once import elsewhere
from tests.campaigns.test_bundles import a_bundle, coins_of, three
from tests.faults.test_payouts_hold import a_campaign_to_pay
from tests.stripe_sandbox import Sandbox
from tests.world import a_person, an_open_campaign, give, now

pytestmark = pytest.mark.django_db(transaction=True)


def in_the_gap(monkeypatch: pytest.MonkeyPatch, give_back: Callable[[], object], then: Callable[[], object]) -> None:
    """Give money back, and do something else when Stripe has done so and our books do not know yet."""
    done: list[object] = []

    def reach(name: str) -> None:
        if name == "refund.answer_written" and not done:
            done.append(name)
            elsewhere(then)

    with monkeypatch.context() as patched:
        patched.setattr(refund_pledge, "reach", reach)
        give_back()
    assert done


def back_at_stripe(sandbox: Sandbox) -> list[int]:
    return [one["amount"] for one in sandbox.oracle()["refunds"]]


def refunds_of(pledge: Pledge) -> list[tuple[int | None, str]]:
    return list(pledge.attempts.filter(kind=Attempt.Kind.REFUND).values_list("amount", "state"))


def test_who_takes_a_coin_back_twice_gets_it_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    pledge = give(sandbox, an_open_campaign())

    in_the_gap(monkeypatch, lambda: take_back(pledge, at=now()), lambda: take_back(pledge, at=now()))

    assert refunds_of(pledge) == [(500, "succeeded")]
    assert back_at_stripe(sandbox) == [500]


def test_one_coin_of_a_payment_for_three_does_not_take_another_with_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = a_bundle(three(), 500, 700, 300)
    sandbox.pay(bundle.session_id)
    settle_bundle(bundle.pk, at=now())
    pledge = coins_of(bundle)[0]
    sam = a_person("Sam", is_staff=True)

    in_the_gap(
        monkeypatch,
        lambda: take_back(pledge, at=now()),
        lambda: refund_all(pledge.campaign, by=sam, note="at once", at=now()),
    )

    assert refunds_of(pledge) == [(500, "succeeded")]
    assert back_at_stripe(sandbox) == [500]
    assert [one.refunded for one in coins_of(bundle)] == [500, 0, 0]
    assert breaches(at=now()) == {}


def test_a_close_does_not_count_what_has_just_gone(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = an_open_campaign()
    pledge = give(sandbox, campaign)
    give(sandbox, campaign, name="Other")
    counted: list[int] = []

    def count() -> None:
        counted.append(totals(campaign).raised - on_its_way_back(campaign))

    in_the_gap(monkeypatch, lambda: take_back(pledge, at=now()), count)
    count()

    assert counted == [500, 500]


def test_a_payout_does_not_take_what_has_just_gone(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = a_campaign_to_pay(sandbox)
    pledge = Pledge.objects.filter(campaign=campaign).earliest("pk")
    sam = a_person("Sam", is_staff=True)
    planned = refund_by_staff(pledge, by=sam, note="asked for", at=now())
    left = [ledger.available(campaign)]

    in_the_gap(
        monkeypatch,
        lambda: carry_out_refund(planned, at=now()),
        lambda: left.append(ledger.available(campaign)),
    )

    assert back_at_stripe(sandbox) == [pledge.total]
    assert left == [ledger.available(campaign)] * 2


def test_a_refund_that_bounced_can_be_made_again(sandbox: Sandbox) -> None:
    pledge = give(sandbox, an_open_campaign())
    take_back(pledge, at=now())
    refund = pledge.attempts.get(kind=Attempt.Kind.REFUND).stripe_id
    sandbox.control("POST", f"refunds/{refund}/fail")

    settled = settle_pledge(pledge.pk, at=now())
    again = take_back(settled, at=now())

    assert again.refunded == 500
    assert [state for _, state in refunds_of(pledge)] == ["succeeded", "succeeded"]
