"""Decline what is proposed. It stays in sight, with the reason."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from lineage.actions.decide_proposal import NotAccepted, finish, held, not_yours, version_called
from lineage.actions.who_may import may_decline
from lineage.models import Proposal

LONGEST_REASON = 2000


def decline_proposal(proposal: Proposal, *, reason: str, by: User, at: datetime) -> Proposal:
    """Raises AlreadyDecided, NotYours, and NotAccepted where no reason is given."""
    says = reason.strip()
    if not says or len(says) > LONGEST_REASON:
        raise NotAccepted({"reason": _("Give a reason, in at most %(most)s characters.") % {"most": LONGEST_REASON}})
    with transaction.atomic():
        here = held(proposal)
        if not may_decline(by, here.kind, version_called(here.about)):
            raise not_yours()
        return finish(here, Proposal.State.DECLINED, by=by, at=at, reason=says)
