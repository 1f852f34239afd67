"""Look after pledges whose news did not come by itself: pages that ran out, fees that are late, lost events."""

import logging
from datetime import datetime, timedelta

from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import close_page, learn_checkout
from campaigns.actions.renew_card import learn_renewal
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.lifecycle import Stage
from campaigns.models import Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

#: What Stripe could not be asked is asked soon; what only people can put right is looked at now and then.
SOON, LOOK_AGAIN = timedelta(seconds=15), timedelta(minutes=10)
log = logging.getLogger(__name__)


def expire_pledges(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every pledge whose time to look has come; how many were looked at."""
    due = list(Pledge.objects.filter(check_at__lte=at).order_by("check_at").values_list("pk", flat=True)[:most])
    for pk in due:
        try:
            _look_at(pk, at=at)
            continue
        except (StripeRefuses, DoesNotMatch) as error:
            log.warning("Pledge %s could not be looked at: %s", pk, error)
        except StripeBusy as error:
            log.warning("Stripe is busy (%s); pledge %s is looked at soon", error, pk)
            _look_again(pk, at=at, after=SOON)
            continue
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); the others wait as well", error)
            _look_again(pk, at=at, after=SOON)
            break
        except Exception:
            # It must not keep the sweep from all that come after it.
            log.exception("Pledge %s could not be looked at", pk)
        _look_again(pk, at=at)
    return len(due)


def _look_again(pk: int, *, at: datetime, after: timedelta = LOOK_AGAIN) -> None:
    Pledge.objects.filter(pk=pk).update(check_at=at + after)


def _look_at(pk: int, *, at: datetime) -> None:
    pledge = Pledge.objects.select_related("campaign").get(pk=pk)
    if pledge.state == Pledge.State.CREATED and not learn_checkout(pledge, at=at):
        return
    if pledge.state == Pledge.State.SAVED:
        learn_renewal(pledge, at=at)
    is_over = pledge.state in (Pledge.State.WITHDRAWN, Pledge.State.RELEASED)
    if is_over or (pledge.state == Pledge.State.CHECKOUT and pledge.campaign.stage == Stage.CANCELLED):
        close_page(pledge.session_id)
    settle_pledge(pk, at=at)
