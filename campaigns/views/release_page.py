"""The page on which the trainer registers the clean version as it was really made."""

from collections.abc import Sequence

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.judge_plan import Judgement, PlanNotClean
from campaigns.actions.release_clean_version import MadeVersion, release_clean_version
from campaigns.forms.parents import ParentForm, ParentFormSet, lines_of, suggested_versions
from campaigns.forms.release_lines import Begun, lines_to_begin_with
from campaigns.forms.versions import ReleaseForm, add_refusals, agree_on_parents
from campaigns.lifecycle import NotPossibleNow, Stage
from campaigns.models import Campaign
from campaigns.views.access import signed_in
from campaigns.views.judged import tell
from lineage.actions.release_version import ReleaseRefused
from lineage.actions.replace_plan import PlanRefused
from lineage.models import Version

Lines = BaseFormSet[ParentForm]
RELEASING = (Stage.FUNDED, Stage.TRAINING)


def release_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if campaign.stage not in RELEASING:
        messages.warning(request, _("A clean version is released once the campaign is funded."))
        return redirect("campaign", campaign.slug)
    if request.method != "POST":
        form, begun = _typed(campaign)
        parents = ParentFormSet(prefix="parent", initial=begun.lines)
        return _show(request, campaign, form, parents, replaced=begun.replaced)
    form = ReleaseForm(request.POST, version=campaign.clean_version)
    parents = ParentFormSet(request.POST, prefix="parent")
    judgement = None
    if all([form.is_valid(), parents.is_valid()]) and agree_on_parents(form, lines_of(parents)):
        judgement = _release(request, campaign, form, parents)
        if judgement is None and form.is_valid():
            messages.success(request, _("Released. Supporters and followers are told."))
            return redirect("campaign", campaign.slug)
    return _show(request, campaign, form, parents, judgement=judgement, status=422)


def _release(request: HttpRequest, campaign: Campaign, form: ReleaseForm, parents: Lines) -> Judgement | None:
    """What stands in the way of the release, where it is the lineage; the form says what else does."""
    cleaned = form.cleaned_data
    made = MadeVersion(
        sha256=cleaned["sha256"],
        published_on=cleaned["published_on"],
        licence=cleaned["licence"],
        parents=lines_of(parents),
        url=cleaned["url"],
    )
    try:
        release_clean_version(campaign, made, at=timezone.now(), by=signed_in(request))
    except PlanNotClean as error:
        return error.judgement
    except ReleaseRefused as error:
        add_refusals(form, error.errors)
    except PlanRefused as error:
        form.add_error(None, str(error))
    except NotPossibleNow:
        form.add_error(None, _("Somebody was faster: look at the campaign again."))
    return None


def _show(
    request: HttpRequest,
    campaign: Campaign,
    form: ReleaseForm,
    parents: Lines,
    *,
    judgement: Judgement | None = None,
    replaced: Sequence[Version] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "form": form,
        "parents": parents,
        "refused": tell(judgement) if judgement else None,
        "replaced": replaced,
        "suggested": suggested_versions(),
    }
    return render(request, "campaigns/creator/release.html", context, status=status)


def _typed(campaign: Campaign) -> tuple[ReleaseForm, Begun]:
    """The plan is a start, in which trainers change what they did not do."""
    version = campaign.clean_version
    assert version is not None, "what is funded has a planned version"
    grant = version.grants.select_related("licence").first()
    form = ReleaseForm(version=version, initial={"licence": grant.licence.slug if grant else None, "url": version.url})
    return form, lines_to_begin_with(version)
