"""Send a finished draft: to the trainer, to the staff, and, where nobody else needs to agree, straight on."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.actions.check_draft import Check, NotComplete, refuse_incomplete
from campaigns.actions.judge_plan import (
    answer_promises,
    default_promised_gone,
    local_day,
    refuse_unclean,
)
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.open_campaign import open_when_agreed
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, OutboxMessage, Promise

MOST_LETTERS_A_DAY = 5


def send_for_review(campaign: Campaign, *, at: datetime, by: User) -> Campaign:
    """draft -> review, and open if nobody needs to agree. Nothing changes when it is refused.

    Raises NotComplete, PlanNotClean, NotPossibleNow.
    """
    with transaction.atomic():
        draft = hold_campaign(campaign.pk)
        refuse_incomplete(draft, at=at)
        _fix_promised_gone(draft, at=at)
        draft.promises.update(before="", planned="", at_release="")
        refuse_unclean(draft, on=local_day(draft, at))
        _store_verdicts(draft, at=at)
        move_campaign(draft, Stage.REVIEW, at=at, by=f"user {by.pk}")
        _ask_trainer(draft, at=at)
        draft.save(update_fields=["promised_gone", "trainer", "trainer_accepted_at"])
        open_when_agreed(draft, at=at, by=by)
    return draft


def _fix_promised_gone(draft: Campaign, *, at: datetime) -> None:
    """What shall be gone must be there: a campaign that removes nothing is none."""
    assert draft.tainted_version is not None
    draft.promised_gone = draft.promised_gone or default_promised_gone(draft.tainted_version, on=local_day(draft, at))
    if not draft.promised_gone:
        says = _("This model inherits no restriction, so there is nothing to remove. Choose another one.")
        raise NotComplete((Check("nothing-to-remove", _("The model to replace"), says, "campaign_tainted_version"),))


def _store_verdicts(draft: Campaign, *, at: datetime) -> None:
    for answered in answer_promises(draft, on=local_day(draft, at)):
        Promise.objects.filter(pk=answered.promise.pk).update(before=answered.before, planned=answered.after)


def _ask_trainer(draft: Campaign, *, at: datetime) -> None:
    """The organiser who trains has agreed by sending. Anybody else is asked by mail, with a link that is a key."""
    if not draft.trainer_email:
        draft.trainer, draft.trainer_accepted_at = draft.organiser, at
        return
    if draft.trainer_accepted_at is not None:
        return
    letters = OutboxMessage.objects.filter(
        key__startswith=f"trainer:{draft.pk}:", created_at__gt=at - timedelta(days=1)
    )
    if letters.count() >= MOST_LETTERS_A_DAY:
        says = _("Too many trainers were asked today. Try again tomorrow.")
        raise NotComplete((Check("too-many-letters", _("Trainer"), says, field="trainer_email"),))
    with override(draft.language):
        accept_url = settings.SITE_URL + reverse("trainer_accept", args=[draft.slug, draft.trainer_token])
        heading = draft.heading
    queue_mail(
        key=f"trainer:{draft.pk}:{draft.trainer_token[:16]}",
        to=draft.trainer_email,
        language=draft.language,
        template="trainer",
        at=at,
        context={"campaign": heading, "organiser": draft.organiser.first_name, "accept_url": accept_url},
    )
