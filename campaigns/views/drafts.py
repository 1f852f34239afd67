"""A campaign that is being written: its form, its two versions, its preview, and sending it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.check_draft import NotComplete
from campaigns.actions.judge_plan import PlanNotClean, local_day
from campaigns.actions.return_to_draft import return_to_draft
from campaigns.actions.send_for_review import send_for_review
from campaigns.actions.start_draft import TooManyDrafts, start_draft
from campaigns.forms.draft_page import DraftPage
from campaigns.forms.from_repair import proposed_costs, repair_to_start_from
from campaigns.lifecycle import EDITABLE, NotPossibleNow, Stage
from campaigns.models import Campaign
from campaigns.views.access import EVERYBODY_IN_IT, ORGANISER, STAFF, campaign_for, signed_in
from campaigns.views.clean_page import clean_page
from campaigns.views.draft_contents import inherited_kinds, preview_contents, steps
from campaigns.views.judged import tell
from campaigns.views.new_draft import NewDraft
from campaigns.views.tainted_page import tainted_page

NEXT = {"tainted": "campaign_tainted_version", "clean": "campaign_clean_version", "preview": "campaign_preview"}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    page = NewDraft(request, at=at)
    if request.method == "POST" and page.form.is_valid():
        try:
            draft = start_draft(**page.values(), at=at, by=signed_in(request))
        except TooManyDrafts:
            page.form.add_error(None, _("You have a great many drafts. Finish one of them first."))
        else:
            return redirect("campaign_clean_version" if page.repair else "campaign_edit", draft.slug)
    return render(request, "campaigns/creator/new.html", {"form": page.form, "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    draft = campaign_for(request, slug, {ORGANISER, STAFF})
    if draft.stage not in EDITABLE:
        return _not_a_draft(request, draft)
    posted = request.POST if request.method == "POST" else None
    repair = repair_to_start_from(draft.tainted_version, local_day(draft, timezone.now()))
    proposed = proposed_costs(draft, repair)
    page = DraftPage(draft, posted, restrictions=inherited_kinds(draft, at=timezone.now()), proposed=proposed)
    if posted is not None and page.is_valid():
        try:
            page.keep(at=timezone.now(), by=signed_in(request))
        except NotPossibleNow:
            return _not_a_draft(request, draft)
        messages.success(request, _("The draft is saved."))
        return redirect(NEXT.get(posted.get("then", ""), "campaign_edit"), draft.slug)
    context = {
        "campaign": draft,
        "page": page,
        "steps": steps(draft, "campaign_edit", at=timezone.now()),
        "sum": sum(cost.amount for cost in draft.costs.all()),
    }
    return render(request, "campaigns/creator/edit.html", context, status=422 if posted is not None else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tainted_version(request: HttpRequest, slug: str) -> HttpResponse:
    draft = campaign_for(request, slug, {ORGANISER, STAFF})
    return tainted_page(request, draft) if draft.stage in EDITABLE else _not_a_draft(request, draft)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clean_version(request: HttpRequest, slug: str) -> HttpResponse:
    draft = campaign_for(request, slug, {ORGANISER, STAFF})
    return clean_page(request, draft) if draft.stage in EDITABLE else _not_a_draft(request, draft)


@login_required
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    draft = campaign_for(request, slug, EVERYBODY_IN_IT)
    if draft.is_public:
        return redirect("campaign", draft.slug)
    return render(request, "campaigns/creator/preview.html", preview_contents(draft, at=timezone.now()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, slug: str) -> HttpResponse:
    draft = campaign_for(request, slug, {ORGANISER})
    if request.method != "POST":
        # A refusal stands at this address: its link to the other language comes here.
        return redirect("campaign_preview", draft.slug)
    refused: dict[str, object] = {}
    try:
        sent = send_for_review(draft, at=timezone.now(), by=signed_in(request))
    except NotComplete as error:
        refused = {"missing": error.missing}
    except PlanNotClean as error:
        refused = {"refused": tell(error.judgement)}
    except NotPossibleNow:
        return _not_a_draft(request, draft)
    if refused:
        contents = preview_contents(draft, at=timezone.now())
        return render(request, "campaigns/creator/preview.html", {**contents, **refused, "tried": True}, status=422)
    opened = sent.stage == Stage.OPEN
    messages.success(request, _("Your campaign is open.") if opened else _("Your campaign is on its way."))
    return redirect("campaign" if opened else "campaign_preview", sent.slug)


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """The organiser takes a campaign back from review, to change it."""
    draft = campaign_for(request, slug, {ORGANISER})
    try:
        return_to_draft(draft, reason="", at=timezone.now(), by=signed_in(request))
    except NotPossibleNow:
        return _not_a_draft(request, draft)
    messages.success(request, _("It is a draft again. Everybody is asked anew when you send it."))
    return redirect("campaign_edit", draft.slug)


def _not_a_draft(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Somebody kept an old tab open: nothing is lost but the form, and the campaign stands as it was sent."""
    messages.warning(request, _("This campaign is no draft any more, so it cannot be changed."))
    return redirect("campaign_preview", campaign.slug)
