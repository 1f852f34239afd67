"""The page of a repair plan: what to keep, what to replace and what to make again, and what it costs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.models import Version
from lineage.views.repair_page import repair_page
from lineage.views.who_asks import remember, who_asks


@require_safe
def repair(request: HttpRequest, slug: str) -> HttpResponse:
    version = get_object_or_404(Version, slug=slug)
    who = who_asks(request)
    page = repair_page(version, request.GET.dict(), timezone.localdate(), who.asker)
    context = {"version": version, "page": page, "who": who}
    wrong = who.wrong or (page.form is not None and bool(page.form.errors))
    return remember(render(request, "lineage/repair.html", context, status=422 if wrong else 200), who)
