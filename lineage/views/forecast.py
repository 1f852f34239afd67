"""What may one do with a model made from this base, or from that one? Asked before anything is made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.forms.version_field import suggested_versions
from lineage.views.forecast_page import forecast_page


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    page = forecast_page(request.GET, timezone.localdate())
    context = {"page": page, "suggested": suggested_versions()}
    return render(request, "lineage/forecast.html", context, status=422 if page.wrong else 200)
