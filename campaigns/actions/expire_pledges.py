"""Look after pledges whose news did not come by itself: pages that ran out, fees that are late, lost events."""

from datetime import datetime

from campaigns.actions.look_after import look_after
from campaigns.actions.open_checkout import close_page, learn_checkout
from campaigns.actions.renew_card import learn_renewal
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import Stage
from campaigns.models import Pledge


def expire_pledges(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every pledge whose time to look has come; how many were looked at."""
    return look_after(Pledge.objects.all(), _look_at, at=at, most=most)


def _look_at(pk: int, at: datetime) -> None:
    pledge = Pledge.objects.select_related("campaign").get(pk=pk)
    if pledge.state == Pledge.State.CREATED and not learn_checkout(pledge, at=at):
        return
    if pledge.state == Pledge.State.SAVED:
        learn_renewal(pledge, at=at)
    is_over = pledge.state in (Pledge.State.WITHDRAWN, Pledge.State.RELEASED)
    if is_over or (pledge.state == Pledge.State.CHECKOUT and pledge.campaign.stage == Stage.CANCELLED):
        close_page(pledge.session_id)
    settle_pledge(pk, at=at)
