"""Where the trainer, or the staff, say that the work is given up; and where it gets more time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import ledger
from campaigns.actions.abandon_campaign import AT_WORK, abandon_campaign, release_until
from campaigns.actions.extend_release import ExtensionRefused, extend_release
from campaigns.actions.give_back_what_is_left import what_is_left
from campaigns.forms.refunds import GiveUpForm, MoreTimeForm
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign
from campaigns.views.access import (
    EVERYBODY_IN_IT,
    STAFF,
    TRAINER,
    campaign_for,
    proven_staff_member,
    roles_of,
    signed_in,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {TRAINER, STAFF})
    form = GiveUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if TRAINER not in roles_of(signed_in(request), campaign):
            proven_staff_member(request)
        _give_up(request, campaign, form.cleaned_data["reason"])
        return redirect("campaign", slug)
    possible = campaign.stage in AT_WORK
    context = {
        "campaign": campaign,
        "form": form,
        "possible": possible,
        "left": what_is_left(campaign) if possible else 0,
        "paid": ledger.paid_to_trainer(campaign),
    }
    return render(request, "campaigns/refunds/give_up.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, EVERYBODY_IN_IT)
    form = MoreTimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _give_time(request, campaign, form):
        return redirect("campaign", slug)
    context = {
        "campaign": campaign,
        "form": form,
        "possible": campaign.stage in AT_WORK,
        "until": release_until(campaign),
    }
    return render(request, "campaigns/refunds/more_time.html", context, status=422 if form.errors else 200)


def _give_up(request: HttpRequest, campaign: Campaign, reason: str) -> None:
    person = signed_in(request)
    language = (get_language() or "en")[:2]
    by = f"user {person.pk}"
    try:
        abandon_campaign(campaign, at=timezone.now(), by=by, reason=reason, author=person, language=language)
        messages.success(request, _("The work is given up. What is left goes back, and everybody is told."))
    except NotPossibleNow:
        messages.error(request, _("Only work that is paid for and not released can be given up."))


def _give_time(request: HttpRequest, campaign: Campaign, form: MoreTimeForm) -> bool:
    before = release_until(campaign)
    if before is None:
        return False
    told = {"reason": form.cleaned_data["reason"], "by": signed_in(request), "language": (get_language() or "en")[:2]}
    try:
        extend_release(campaign, until=before + form.more, at=timezone.now(), **told)
    except ExtensionRefused:
        form.add_error("days", _("The new day lies in the past. Choose more days."))
        return False
    except NotPossibleNow:
        messages.error(request, _("More time is given to work that is paid for and not released."))
    else:
        messages.success(request, _("The new day is published, and everybody is told."))
    return True
