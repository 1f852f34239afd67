"""Call off what was to be paid to a trainer and is not on its way."""

from campaigns.models import Attempt, Campaign, Payout


def stop_payouts(campaign: Campaign, *, reason: str) -> int:
    """How many payouts were called off. Call it while the campaign is held, under which payouts are planned.

    One for which a call to Stripe was planned may have gone out: it counts until Stripe has said how it ended.
    """
    called = Attempt.objects.filter(payout__campaign=campaign).exclude(state=Attempt.State.FAILED)
    open_ones = Payout.objects.select_for_update(of=("self",)).filter(campaign=campaign, state__in=Payout.OPEN)
    open_ones = open_ones.exclude(pk__in=called.values("payout"))
    stopped = [payout.pk for payout in open_ones.order_by("pk")]
    Payout.objects.filter(pk__in=stopped).update(state=Payout.State.FAILED, error=reason[:300], next_at=None)
    return len(stopped)
