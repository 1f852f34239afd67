"""A refund that somebody made at Stripe's dashboard is no answer to the lost calls of a payment for several coins."""

from datetime import timedelta

import pytest
from django.db import transaction

from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import carry_out_refunds
from campaigns.actions.run_selfcheck import breaches
from campaigns.models import Attempt, Pledge
from campaigns.models.going_back import refunds_going_back
from campaigns.stripe_gateway import client
from tests.campaigns.test_bundles import coins_of, paid, three
from tests.stripe_sandbox import Sandbox
from tests.world import now

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_whose_calls_were_lost_both_get_their_coin_though_the_dashboard_gave_everybody_a_part(
    sandbox: Sandbox,
) -> None:
    bundle = paid(sandbox, three(), 500, 500, 500)
    for coin in coins_of(bundle)[:2]:
        with transaction.atomic():
            plan_refund(Pledge.objects.select_for_update().get(pk=coin.pk), reason="taken-back", at=now())
    lost = {"state": Attempt.State.UNKNOWN, "sent_at": now() - timedelta(hours=24), "tries": 3}
    Attempt.objects.filter(kind=Attempt.Kind.REFUND).update(**lost)
    client().v1.refunds.create(params={"payment_intent": bundle.payment_intent_id, "amount": 500})

    for minutes in range(0, 300, 30):
        carry_out_refunds(at=now() + timedelta(minutes=minutes))

    assert [coin.refunded for coin in coins_of(bundle)] == [500, 500, 166]
    assert sum(one["amount"] for one in sandbox.oracle()["refunds"]) == 1_166
    assert not refunds_going_back().exists() and breaches(at=now()) == {}
