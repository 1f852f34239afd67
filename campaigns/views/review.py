"""The staff's pages: what waits for approval, and the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.actions.approve_campaign import approve_campaign
from campaigns.actions.check_draft import NotComplete
from campaigns.actions.judge_plan import PlanNotClean
from campaigns.actions.return_to_draft import return_to_draft
from campaigns.forms.review import ReturnForm
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign
from campaigns.views.access import STAFF, campaign_for, signed_in
from campaigns.views.demo_staff import is_demo_staff
from campaigns.views.draft_contents import preview_contents
from campaigns.views.judged import tell


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    if not signed_in(request).is_staff:
        raise Http404
    waiting = Campaign.objects.filter(stage=Stage.REVIEW).select_related("organiser", "tainted_version")
    open_now = Campaign.objects.filter(stage=Stage.OPEN).order_by("deadline") if is_demo_staff(request) else ()
    context = {"campaigns": waiting.order_by("changed_at"), "open_now": open_now}
    return render(request, "campaigns/creator/review_queue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {STAFF})
    if campaign.stage != Stage.REVIEW:
        messages.warning(request, _("This campaign is not in review."))
        return redirect("review_queue")
    form = ReturnForm(request.POST if request.POST.get("do") == "return" else None)
    refused: dict[str, object] = {}
    if request.POST.get("do") == "approve":
        refused = _approve(request, campaign)
    elif form.is_valid():
        return_to_draft(campaign, reason=form.cleaned_data["reason"], at=timezone.now(), by=signed_in(request))
        messages.success(request, _("Given back. The organiser gets your words by email."))
    if request.method == "POST" and not refused and not form.errors:
        return redirect("review_queue")
    context = {**preview_contents(campaign, at=timezone.now()), "form": form, **refused}
    return render(request, "campaigns/creator/review_decide.html", context, status=422 if request.POST else 200)


def _approve(request: HttpRequest, campaign: Campaign) -> dict[str, object]:
    """What keeps it from opening; empty when it was approved."""
    try:
        approved = approve_campaign(campaign, at=timezone.now(), by=signed_in(request))
    except NotComplete as error:
        return {"missing": error.missing}
    except PlanNotClean as error:
        return {"refused": tell(error.judgement)}
    except NotPossibleNow:
        messages.error(request, _("It was changed meanwhile. Look again."))
        return {}
    opened = approved.stage == Stage.OPEN
    messages.success(request, _("Approved, and open.") if opened else _("Approved. It opens when the trainer agrees."))
    return {}
