"""What somebody organises or trains, each with what comes next."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.go_ahead_with_less import TIME_TO_DECIDE
from campaigns.actions.open_campaign import still_to_agree
from campaigns.actions.pause_campaign import pause_campaign
from campaigns.actions.resume_campaign import resume_campaign
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign
from campaigns.views.access import ORGANISER, STAFF, TRAINER, campaign_for, roles_of, signed_in
from campaigns.views.draft_contents import missing_of
from campaigns.views.standing import Standing, standings


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign of the list. `missing` counts what a draft lacks, `waiting` who has not agreed yet."""

    campaign: Campaign
    now: Standing
    roles: frozenset[str]
    missing: int
    waiting: tuple[str, ...]
    asked: bool
    decide_by: datetime | None


@login_required
@require_safe
def my_campaigns(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    at = timezone.now()
    campaigns = list(_campaigns_of(person))
    missing = missing_of([one for one in campaigns if one.stage == Stage.DRAFT], at=at)
    lines = [_line(one, person, missing.get(one.campaign.pk, 0)) for one in standings(campaigns, at=at)]
    trains = any(TRAINER in line.roles for line in lines)
    return render(request, "campaigns/creator/my_campaigns.html", {"lines": lines, "trains": trains})


@login_required
@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {ORGANISER, STAFF})
    try:
        pause_campaign(campaign, at=timezone.now(), by=signed_in(request))
        messages.success(request, _("Giving is paused. The deadline goes on."))
    except NotPossibleNow:
        messages.error(request, _("Only an open campaign can be paused."))
    return redirect("my_campaigns")


@login_required
@require_POST
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {ORGANISER, STAFF})
    try:
        resume_campaign(campaign, at=timezone.now(), by=signed_in(request))
        messages.success(request, _("Coins are taken again."))
    except NotPossibleNow:
        messages.error(request, _("It cannot go on: it is not paused, or its deadline has passed."))
    return redirect("my_campaigns")


def _campaigns_of(person: User) -> list[Campaign]:
    """Also those where the person is asked to train: the proven address is the same key as the mailed link."""
    addresses = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    proven = Q(pk__in=[])
    for address in addresses:
        proven |= Q(trainer_email__iexact=address)
    asked = Q(stage=Stage.REVIEW, trainer_accepted_at__isnull=True) & proven
    mine = Q(organiser=person) | Q(trainer=person) | asked
    return list(
        Campaign.objects.filter(mine)
        .select_related("organiser", "trainer", "tainted_version", "clean_version")
        .order_by("-changed_at")
    )


def _line(now: Standing, person: User, missing: int) -> Line:
    campaign = now.campaign
    roles = roles_of(person, campaign)
    late = campaign.closed_at + TIME_TO_DECIDE if campaign.stage == Stage.UNFUNDED and campaign.closed_at else None
    return Line(
        campaign=campaign,
        now=now,
        roles=roles,
        missing=missing,
        waiting=still_to_agree(campaign) if campaign.stage == Stage.REVIEW else (),
        asked=not roles & {"organiser", "trainer"},
        decide_by=late,
    )
