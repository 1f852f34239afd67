"""The model that a draft is to replace: chosen from those on file, described by hand, or out of a lineage file."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.add_version import NewVersion, add_version
from campaigns.actions.choose_tainted_version import VersionNotChosen, choose_tainted_version
from campaigns.actions.judge_plan import local_day
from campaigns.forms.parents import ParentFormSet, lines_of, suggested_versions
from campaigns.forms.versions import LineageFileForm, VersionForm, add_refusals
from campaigns.models import Campaign
from campaigns.views.access import signed_in
from campaigns.views.draft_contents import steps
from campaigns.views.judged import tell_version
from lineage.actions.import_lineage import import_lineage
from lineage.actions.record_derivation import DerivationRefused
from lineage.actions.record_grant import GrantRefused
from lineage.actions.register_version import VersionRefused
from lineage.engine import reading
from lineage.engine.document import LineageFile, LineageFileError
from lineage.models import Version

MOST_FOUND = 20


def tainted_page(request: HttpRequest, draft: Campaign) -> HttpResponse:
    """`do` in the form says which of the three ways it is."""
    ways = {"choose": _choose, "add": _add, "import": _import}
    way = ways.get(request.POST.get("do", "")) if request.method == "POST" else None
    return way(request, draft) if way else _show(request, draft)


def _show(request: HttpRequest, draft: Campaign, *, status: int = 200, **more: object) -> HttpResponse:
    at = timezone.now()
    asked = request.GET.get("q", "").strip()[:200]
    context = {
        "campaign": draft,
        "steps": steps(draft, "campaign_tainted_version", at=at),
        "told": tell_version(draft.tainted_version, local_day(draft, at)) if draft.tainted_version else None,
        "asked": asked,
        "found": _found(asked) if asked else [],
        "form": VersionForm(),
        "parents": ParentFormSet(prefix="parent"),
        "paste": LineageFileForm(),
        "suggested": suggested_versions(),
    }
    return render(request, "campaigns/creator/tainted_version.html", context | more, status=status)


def _found(asked: str) -> list[Version]:
    named = Q(name__icontains=asked) | Q(slug__icontains=asked) | Q(sha256__startswith=asked.lower())
    return list(Version.objects.filter(named, planned=False).order_by("name")[:MOST_FOUND])


def _choose(request: HttpRequest, draft: Campaign) -> HttpResponse:
    version = Version.objects.filter(slug=request.POST.get("version", "")).first()
    if version is None:
        messages.error(request, _("This model is not on file. Look for it again, or add it."))
        return redirect("campaign_tainted_version", draft.slug)
    return _take(request, draft, version)


def _take(request: HttpRequest, draft: Campaign, version: Version) -> HttpResponse:
    try:
        choose_tainted_version(draft, version, at=timezone.now(), by=signed_in(request))
    except VersionNotChosen as error:
        messages.error(request, str(error))
    return redirect("campaign_tainted_version", draft.slug)


def _add(request: HttpRequest, draft: Campaign) -> HttpResponse:
    form, parents = VersionForm(request.POST), ParentFormSet(request.POST, prefix="parent")
    if all([form.is_valid(), parents.is_valid()]):
        try:
            new = NewVersion(**form.cleaned_data, parents=lines_of(parents))
            return _take(request, draft, add_version(new, at=timezone.now(), by=signed_in(request)))
        except (VersionRefused, GrantRefused, DerivationRefused) as error:
            add_refusals(form, error.errors)
    return _show(request, draft, status=422, form=form, parents=parents, adding=True)


def _import(request: HttpRequest, draft: Campaign) -> HttpResponse:
    """After the import the versions of the file are offered: which one is it?"""
    paste = LineageFileForm(request.POST)
    if paste.is_valid():
        try:
            file = _kept(request, paste.cleaned_data["file"])
        except LineageFileError as error:
            paste.add_error("file", str(error))
        else:
            slugs = [artefact.id for artefact in file.artefacts]
            return _show(request, draft, offered=Version.objects.filter(slug__in=slugs, planned=False))
    return _show(request, draft, status=422, paste=paste, pasting=True)


def _kept(request: HttpRequest, text: str) -> LineageFile:
    """People add what is theirs; only the staff may add to what others put on record."""
    person = signed_in(request)
    file = reading.read(text)
    import_lineage(file, by=person, at=timezone.now(), only_own=not person.is_staff)
    return file
