"""What may one do with a model made from this base, or from that one? Asked before anything is made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.forms.version_field import suggested_versions
from lineage.verdicts import DEFAULT_PRESET
from lineage.views.forecast_page import EXAMPLE_WHO, forecast_page
from lineage.views.who_asks import remember, who_asks


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    who = who_asks(request, EXAMPLE_WHO if not request.GET else DEFAULT_PRESET)
    page = forecast_page(request.GET, timezone.localdate(), None if who.wrong else who.asker)
    context = {"page": page, "who": who, "suggested": suggested_versions()}
    status = 422 if page.wrong or who.wrong else 200
    return remember(render(request, "lineage/forecast.html", context, status=status), who)
