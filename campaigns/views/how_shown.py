"""Where a supporter changes how they are shown, by the secret link of their coin."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaigns.actions.show_supporter import Shown, show_supporter
from campaigns.forms.shown import ShownForm
from campaigns.models import Pledge
from campaigns.views.account import unseen


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def how_shown(request: HttpRequest, token: str) -> HttpResponse:
    pledge = Pledge.objects.select_related("campaign").filter(token=token).first()
    if pledge is None:
        raise Http404
    form = ShownForm(request.POST if request.method == "POST" else None, pledge=pledge)
    if request.method == "POST" and form.is_valid():
        show_supporter(pledge, Shown(**form.cleaned_data))
        messages.success(request, _("You are now shown as you wish."))
        return unseen(redirect("thanks", token=token))
    status = 422 if form.errors else 200
    context = {"pledge": pledge, "campaign": pledge.campaign, "form": form}
    return unseen(render(request, "campaigns/account/how_shown.html", context, status=status))
