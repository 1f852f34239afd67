"""Coins and promises that came to an end, each by the verb that ends it where one person can do that."""

from django.db import transaction

from campaigns.actions.plan_refund import plan_refund
from campaigns.actions.refund_pledge import take_back
from campaigns.actions.withdraw_pledge import withdraw_pledge
from campaigns.models import Campaign, Pledge
from tests.promises import promise
from tests.stripe_sandbox import Sandbox
from tests.world import give, now

# What only the close decides; of each its page alone is looked at.
BY_THE_CLOSE = {"failed": {"failure": "card_declined"}, "released": {}, "authorised": {}}


def ended_coins(stripe: Sandbox) -> dict[str, str]:
    """Tokens by what became of them: `places.ENDED_COINS`. The story's campaigns are open."""
    promised, given = (Campaign.objects.get(slug=slug) for slug in ("nothing-yet", "1-of-two"))
    withdrawn = withdraw_pledge(promise(stripe, promised, 900, "Hibiki"), at=now())
    going_back, refunded = (give(stripe, given, 100, name) for name in ("Kaoru", "Makoto"))
    with transaction.atomic():
        plan_refund(going_back, reason="taken-back", at=now())
    take_back(refunded, at=now())
    found = {"withdrawn": withdrawn, "going_back": going_back, "refunded": refunded}
    for number, (state, also) in enumerate(BY_THE_CLOSE.items(), start=1):
        found[state] = promise(stripe, promised, 100 + number, f"Asahi{number}")
        Pledge.objects.filter(pk=found[state].pk).update(state=state, authorised_at=now(), ended_at=now(), **also)
    return {state: pledge.token for state, pledge in found.items()}
