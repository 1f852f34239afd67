"""Look after bundles whose news did not come by itself, as `expire_pledges` does after single pledges."""

import logging
from datetime import datetime, timedelta

from campaigns.actions.expire_pledges import LOOK_AGAIN, SOON
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.open_checkout import close_page, learn_checkout
from campaigns.actions.settle_bundle import settle_bundle
from campaigns.lifecycle import Stage
from campaigns.models import Bundle, Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

log = logging.getLogger(__name__)


def expire_bundles(*, at: datetime, most: int = 100) -> int:
    """Ask Stripe about every bundle whose time to look has come; how many were looked at."""
    due = list(Bundle.objects.filter(check_at__lte=at).order_by("check_at").values_list("pk", flat=True)[:most])
    for pk in due:
        try:
            _look_at(pk, at=at)
            continue
        except (StripeRefuses, DoesNotMatch) as error:
            log.warning("Bundle %s could not be looked at: %s", pk, error)
        except StripeBusy as error:
            log.warning("Stripe is busy (%s); bundle %s is looked at soon", error, pk)
            _look_again(pk, at=at, after=SOON)
            continue
        except StripeSilent as error:
            log.warning("Stripe does not answer (%s); the others wait as well", error)
            _look_again(pk, at=at, after=SOON)
            break
        except Exception:
            # It must not keep the sweep from all that come after it.
            log.exception("Bundle %s could not be looked at", pk)
        _look_again(pk, at=at)
    return len(due)


def _look_again(pk: int, *, at: datetime, after: timedelta = LOOK_AGAIN) -> None:
    Bundle.objects.filter(pk=pk).update(check_at=at + after)


def _look_at(pk: int, *, at: datetime) -> None:
    pledges = list(Pledge.objects.select_related("campaign").filter(bundle=pk).order_by("pk"))
    if pledges[0].state == Pledge.State.CREATED and not learn_checkout(pledges[0], at=at):
        return
    bundle = Bundle.objects.get(pk=pk)
    waits = any(pledge.state == Pledge.State.CHECKOUT for pledge in pledges)
    if waits and any(pledge.campaign.stage == Stage.CANCELLED for pledge in pledges):
        close_page(bundle.session_id)
    settle_bundle(pk, at=at)
