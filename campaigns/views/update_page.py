"""The page of one update: an address that stays, with what was told before and after it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Update
from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.then_and_now import tell_updates

#: No campaign tells more; a larger number would not fit the column.
HIGHEST = 2**31 - 1


@require_safe
def update(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    campaign = campaign_or_404(request, slug)
    around = Update.objects.filter(campaign=campaign)
    found = get_object_or_404(around.select_related("author", "version"), number=min(number, HIGHEST))
    found.campaign = campaign
    context = {
        "campaign": campaign,
        "told": tell_updates([found], at=timezone.now())[0],
        "update": found,
        "before": around.filter(number__lt=number).order_by("-number").first(),
        "after": around.filter(number__gt=number).order_by("number").first(),
    }
    return render(request, "campaigns/update.html", context)
