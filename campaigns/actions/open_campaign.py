"""Open a campaign once everybody has agreed. Its terms are frozen from here on."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from campaigns.actions.check_draft import refuse_incomplete
from campaigns.actions.check_eligibility import check_eligibility, needs_a_word_of_the_staff
from campaigns.actions.judge_plan import local_day, refuse_unclean
from campaigns.actions.move_campaign import move_campaign
from campaigns.actions.publish_update import publish_update
from campaigns.actions.queue_mail import queue_mail
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.locks import hold_campaign
from campaigns.models import Campaign, Update


class NotAgreed(NotPossibleNow):
    """Somebody has not agreed yet. `who` holds "trainer", "staff" or both."""

    def __init__(self, who: tuple[str, ...]) -> None:
        super().__init__(f"Not agreed yet: {', '.join(who)}.")
        self.who = who


def open_campaign(campaign: Campaign, *, at: datetime, by: User) -> Update:
    """review -> open. Judged again at this moment, since licences and deadlines move while people read.

    Raises NotAgreed, NotComplete, PlanNotClean, NotPossibleNow.
    """
    with transaction.atomic():
        held = hold_campaign(campaign.pk)
        if waiting := still_to_agree(held):
            raise NotAgreed(waiting)
        refuse_incomplete(held, at=at)
        refuse_unclean(held, on=local_day(held, at))
        move_campaign(held, Stage.OPEN, at=at, by=f"user {by.pk}")
        held.opened_at, held.payout_way = at, check_eligibility(held).way
        held.save(update_fields=["opened_at", "payout_way"])
        _tell_organiser(held, at=at)
        update = publish_update(held, Update.Kind.OPENED, at=at, data=_terms(held))
    campaign.refresh_from_db()
    return update


def open_when_agreed(campaign: Campaign, *, at: datetime, by: User) -> bool:
    """Open it if everybody has agreed; else it stays where it is, and False. Raises what `open_campaign` raises."""
    if still_to_agree(campaign):
        return False
    open_campaign(campaign, at=at, by=by)
    return True


def still_to_agree(campaign: Campaign) -> tuple[str, ...]:
    """Who has not agreed yet: "trainer", "staff"."""
    trainer = () if campaign.trainer_accepted_at else ("trainer",)
    asked = settings.STAFF_APPROVE_CAMPAIGNS or needs_a_word_of_the_staff(campaign)
    staff = ("staff",) if asked and campaign.approved_at is None else ()
    return (*trainer, *staff)


def _terms(campaign: Campaign) -> dict[str, object]:
    """What was said when it opened, kept with the news, so that anybody can hold the campaign to it."""
    assert campaign.deadline is not None
    return {
        "kind": campaign.kind,
        "currency": campaign.currency,
        "payout_way": campaign.payout_way,
        "advance_percent": campaign.advance_percent,
        "goal": campaign.goal,
        "ceiling": campaign.ceiling,
        "deadline": campaign.deadline.isoformat(),
        "promised_gone": campaign.promised_gone,
        "promises": list(campaign.promises.values("action", "facts", "before", "planned")),
    }


def _tell_organiser(campaign: Campaign, *, at: datetime) -> None:
    with override(campaign.language):
        address = settings.SITE_URL + reverse("campaign", args=[campaign.slug])
        heading = campaign.heading
    for person in {campaign.organiser, campaign.trainer or campaign.organiser}:
        queue_mail(
            key=f"opened:{campaign.pk}:{person.pk}",
            to=person.email,
            language=campaign.language,
            template="opened",
            at=at,
            context={"campaign": heading, "campaign_url": address},
        )
