"""What replacing a version would change: the page, and the same for machines."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage import api
from lineage.engine.whatif_command import to_json
from lineage.forms.version_field import suggested_versions
from lineage.forms.what_if import WhatIfForm
from lineage.models import Version
from lineage.verdicts import FamilyTooLarge, found_in_family
from lineage.views.what_if_page import what_if_page
from lineage.views.who_asks import remember, who_asks

TOO_LARGE = "too many versions belong together here; take its lineage file, and ask with manage.py what_if"


@require_safe
def what_if(request: HttpRequest, slug: str) -> HttpResponse:
    version = get_object_or_404(Version, slug=slug)
    form = WhatIfForm(request.GET.dict(), version=version, today=timezone.localdate())
    who = who_asks(request)
    page = what_if_page(form, who.asker) if form.is_valid() else None
    context = {"version": version, "form": form, "page": page, "who": who, "suggested": suggested_versions()}
    status = 200 if page and not who.wrong else 422
    return remember(render(request, "lineage/what_if.html", context, status=status), who)


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """`?with=` names the replacement, or a clean stand-in is taken; `?on=` the day, or it is today."""
    refused = api.too_often(request)
    if refused:
        return refused
    version = get_object_or_404(Version, slug=slug)
    asked = {"by": request.GET.get("with", ""), "on": request.GET.get("on", "")}
    form = WhatIfForm(asked, version=version, today=timezone.localdate())
    if not form.is_valid():
        name, says = next(iter(form.errors.items()))
        return api.refusal(422, {"by": "with"}.get(name, name), str(says[0]))
    try:
        found, cut = found_in_family(version, form.cleaned_data["by"], form.cleaned_data["on"])
    except FamilyTooLarge:
        return api.refusal(422, "", TOO_LARGE)
    told = {**to_json(found), "complete": not cut}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"})
