"""Look after bundles whose news did not come by itself, as `expire_pledges` does after single pledges."""

from datetime import datetime

from campaigns.actions.look_after import look_after
from campaigns.actions.open_checkout import close_page, learn_checkout
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Pledge


def expire_bundles(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every bundle whose time to look has come; how many were looked at."""
    return look_after(Bundle.objects.all(), _look_at, at=at, most=most)


def _look_at(pk: int, at: datetime) -> None:
    pledges = list(Pledge.objects.select_related("campaign").filter(bundle=pk).order_by("pk"))
    if pledges[0].state == Pledge.State.CREATED and not learn_checkout(pledges[0], at=at):
        return
    bundle = Bundle.objects.get(pk=pk)
    waits = any(pledge.state == Pledge.State.CHECKOUT for pledge in pledges)
    if waits and any(pledge.campaign.stage == Stage.CANCELLED for pledge in pledges):
        close_page(bundle.session_id)
    settle_bundle(pk, at=at)
