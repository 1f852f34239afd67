"""The trainer agrees to do the work, knowing what is promised in their name."""

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import transaction

from campaigns.actions.check_draft import NotComplete
from campaigns.actions.judge_plan import PlanNotClean
from campaigns.actions.open_campaign import open_when_agreed
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign


class AcceptanceRefused(Exception):
    """`reason` is "unknown-link", "other-address" or "not-asked-now"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def accept_training(campaign: Campaign, *, token: str, user: User, at: datetime, shown_name: str = "") -> Campaign:
    """Opens the campaign if the staff have agreed, or need not. Accepting twice is accepting once.

    The link alone is not enough: the address that it was sent to must be proven. Raises AcceptanceRefused.
    What keeps the campaign from opening does not undo the acceptance; its organiser is shown what it is.
    """
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        _refuse_what_cannot_be(held, token, user)
        if held.trainer_accepted_at is None:
            held.trainer, held.trainer_accepted_at, held.changed_at = user, at, at
            held.save(update_fields=["trainer", "trainer_accepted_at", "changed_at"])
        if shown_name:
            User.objects.filter(pk=user.pk).update(first_name=shown_name)
    try:
        open_when_agreed(held, at=at, by=user)
    except (NotComplete, PlanNotClean, NotPossibleNow):
        held.refresh_from_db()
    return held


def may_accept(campaign: Campaign, user: User) -> bool:
    """Whether the address that was asked is one that this person has proven to be theirs."""
    asked = EmailAddress.objects.filter(user=user, verified=True, email__iexact=campaign.trainer_email)
    return bool(asked.exists())


def _refuse_what_cannot_be(campaign: Campaign, token: str, user: User) -> None:
    if not campaign.trainer_email or not secrets.compare_digest(token, campaign.trainer_token):
        raise AcceptanceRefused("unknown-link")
    if not may_accept(campaign, user):
        raise AcceptanceRefused("other-address")
    if campaign.trainer_accepted_at is None and campaign.stage != Stage.REVIEW:
        raise AcceptanceRefused("not-asked-now")
