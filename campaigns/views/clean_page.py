"""The planned clean version of a draft, judged as soon as it is described."""

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.judge_plan import judge_plan, local_day
from campaigns.actions.plan_clean_version import PlannedVersion, plan_clean_version
from campaigns.forms.from_repair import proposed_parents, repair_to_start_from, replaced_names, suggested_name
from campaigns.forms.parents import PARENT_LINES, ParentForm, ParentFormSet, lines_of, suggested_versions, typed_parents
from campaigns.forms.versions import CleanVersionForm, add_refusals, agree_on_parents
from campaigns.models import Campaign
from campaigns.views.access import signed_in
from campaigns.views.draft_contents import steps
from campaigns.views.judged import compare, tell
from lineage.actions.register_version import VersionRefused
from lineage.actions.replace_plan import PlanRefused

Lines = BaseFormSet[ParentForm]


def clean_page(request: HttpRequest, draft: Campaign) -> HttpResponse:
    if request.method != "POST":
        form, parents = _typed(draft)
        return _show(request, draft, form, parents)
    form, parents = CleanVersionForm(request.POST), ParentFormSet(request.POST, prefix="parent")
    if _planned(request, draft, form, parents):
        messages.success(request, _("The plan is saved."))
        return redirect("campaign_clean_version", draft.slug)
    return _show(request, draft, form, parents, status=422)


def _planned(request: HttpRequest, draft: Campaign, form: CleanVersionForm, parents: Lines) -> bool:
    if not all([form.is_valid(), parents.is_valid()]) or not agree_on_parents(form, lines_of(parents)):
        return False
    cleaned = form.cleaned_data
    plan = PlannedVersion(cleaned["name"], cleaned["licence"], lines_of(parents), same_maker=cleaned["same_maker"])
    try:
        plan_clean_version(draft, plan, at=timezone.now(), by=signed_in(request))
    except VersionRefused as error:
        add_refusals(form, error.errors)
    except PlanRefused as error:
        form.add_error(None, str(error))
    return form.is_valid()


def _show(
    request: HttpRequest, draft: Campaign, form: CleanVersionForm, parents: Lines, *, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    tainted, clean = draft.tainted_version, draft.clean_version
    on = local_day(draft, at)
    repair = repair_to_start_from(tainted, on) if clean is None else None
    context = {
        "campaign": draft,
        "replaced": replaced_names(repair) if repair else [],
        "steps": steps(draft, "campaign_clean_version", at=at),
        "form": form,
        "parents": parents,
        "suggested": suggested_versions(),
        "told": tell(judge_plan(draft, on=on)) if tainted and clean else None,
        "compared": compare(tainted, clean, on=on) if tainted and clean else (),
    }
    return render(request, "campaigns/creator/clean_version.html", context, status=status)


def _typed(draft: Campaign) -> tuple[CleanVersionForm, Lines]:
    """The plan as it stands, or a proposal."""
    plan, tainted = draft.clean_version, draft.tainted_version
    if plan is None:
        return _proposed(draft)
    grant = plan.grants.select_related("licence").first()
    rows = list(plan.parents.select_related("parent"))
    initial = {
        "name": plan.name,
        "licence": grant.licence.slug if grant else None,
        "same_maker": tainted is not None and plan.licensor == tainted.licensor,
        "from_scratch": not rows,
    }
    return CleanVersionForm(initial=initial), ParentFormSet(prefix="parent", initial=typed_parents(rows))


def _proposed(draft: Campaign) -> tuple[CleanVersionForm, Lines]:
    """Named after the model to replace, and made from what its repair plan keeps."""
    if draft.tainted_version is None:
        return CleanVersionForm(), ParentFormSet(prefix="parent")
    repair = repair_to_start_from(draft.tainted_version, local_day(draft, timezone.now()))
    form = CleanVersionForm(initial={"name": suggested_name(draft.tainted_version), "same_maker": True})
    parents = proposed_parents(repair)[:PARENT_LINES] if repair else None
    return form, ParentFormSet(prefix="parent", initial=parents)
