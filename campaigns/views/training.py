"""The trainer's pages: agree to do the work, begin it, and register what was made."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaigns.actions.accept_training import AcceptanceRefused, accept_training, may_accept
from campaigns.actions.begin_training import begin_training
from campaigns.actions.go_ahead_with_less import TooLateToDecide, go_ahead_with_less
from campaigns.forms.accept import AcceptForm
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign
from campaigns.totals import totals
from campaigns.views.access import EVERYBODY_IN_IT, ORGANISER, STAFF, TRAINER, campaign_for, roles_of, signed_in
from campaigns.views.campaign_contents import told_texts
from campaigns.views.campaign_lineage import why
from campaigns.views.release_page import release_page


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Who has the link may read what is asked; only who has proven the address may accept."""
    campaign = get_object_or_404(
        Campaign.objects.select_related("organiser", "tainted_version", "clean_version"), slug=slug, trainer_token=token
    )
    person = signed_in(request)
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={"shown_name": person.first_name})
    if request.method == "POST" and form.is_valid():
        try:
            campaign = accept_training(campaign, token=token, user=person, at=timezone.now(), **form.cleaned_data)
        except AcceptanceRefused as error:
            if error.reason == "unknown-link":
                raise Http404 from error
        else:
            messages.success(request, _("Thank you. You are the trainer of this campaign."))
            return redirect("campaign", campaign.slug)
    context = {
        "campaign": campaign,
        "form": form,
        **told_texts(campaign),
        "why": why(campaign, at=timezone.now()),
        "may_accept": may_accept(campaign, person),
        "asked_now": campaign.stage == Stage.REVIEW and campaign.trainer_accepted_at is None,
    }
    return render(request, "campaigns/creator/accept.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Funded: say that training begins. Below the goal: say whether it goes ahead with less."""
    campaign = campaign_for(request, slug, EVERYBODY_IN_IT)
    roles = roles_of(signed_in(request), campaign)
    decides = TRAINER in roles
    may = decides or (campaign.stage != Stage.UNFUNDED and ORGANISER in roles)
    if request.method == "POST" and may:
        return _began(request, campaign)
    context = {"campaign": campaign, "may": may, "sums": totals(campaign)}
    return render(request, "campaigns/creator/begin.html", context, status=403 if request.method == "POST" else 200)


def _began(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    action = go_ahead_with_less if campaign.stage == Stage.UNFUNDED else begin_training
    try:
        action(campaign, at=timezone.now(), by=signed_in(request))
        messages.success(request, _("Training has begun, and the followers are told."))
    except TooLateToDecide:
        messages.error(request, _("The 14 days to decide are over: everybody gets the money back."))
    except NotPossibleNow:
        messages.error(request, _("Training begins once, when the campaign is funded."))
    return redirect("campaign", campaign.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, slug: str) -> HttpResponse:
    return release_page(request, campaign_for(request, slug, {ORGANISER, TRAINER, STAFF}))
