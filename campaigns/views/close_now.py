"""The button of a demo's staff that ends a campaign now. On a real site this address does not exist."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.actions import close_now as action
from campaigns.lifecycle import NotPossibleNow
from campaigns.views.access import signed_in
from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.demo_staff import is_demo_staff


@require_POST
def close_now(request: HttpRequest, slug: str) -> HttpResponse:
    if not is_demo_staff(request):
        raise Http404
    campaign = campaign_or_404(request, slug)
    try:
        action.close_now(campaign, at=timezone.now(), by=signed_in(request))
        messages.success(request, _("The deadline is now. The close begins within seconds."))
    except NotPossibleNow:
        messages.warning(request, _("It is not open any more, so there is nothing to close."))
    return redirect("campaign", campaign.slug)
