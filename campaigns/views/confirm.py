"""Confirm with the bank what could not be held without the payer. Opened by a secret link in a mail."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods

from campaigns.actions.confirm_hold import NotConfirmable, confirm_hold, is_confirmable
from campaigns.actions.merge_facts import DoesNotMatch
from campaigns.actions.settle_pledge import settle_pledge
from campaigns.models import Pledge
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent

log = logging.getLogger(__name__)
View = Callable[[HttpRequest, str], HttpResponse]


def may_lead_to_a_bank(view: View) -> View:
    """Let the form of this page lead anywhere over https: Stripe passes on to the payer's bank, whichever that is."""

    @wraps(view)
    def led(request: HttpRequest, token: str) -> HttpResponse:
        policy: dict[str, Any] = {
            **settings.SECURE_CSP,
            "form-action": [CSP.SELF, "https:", *settings.STRIPE_PAGES],
        }
        answer: HttpResponse = csp_override(policy)(view)(request, token)
        return answer

    return led


@may_lead_to_a_bank
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, a POST does it: programs that read mails open links, but send no forms."""
    pledge = _pledge_or_404(token)
    problem = ""
    if "back" in request.GET and is_confirmable(pledge, at=timezone.now()):
        pledge, problem = _look(pledge), "not-yet"
    if request.method == "POST":
        try:
            address = settings.SITE_URL + reverse("confirm_hold", args=[token]) + "?back=1"
            bank = confirm_hold(pledge, at=timezone.now(), return_url=address)
            return _unseen(redirect(bank or reverse("thanks", args=[token])))
        except NotConfirmable as error:
            pledge, problem = _pledge_or_404(token), error.reason
    possible = is_confirmable(pledge, at=timezone.now())
    if not possible and pledge.state in (Pledge.State.AUTHORISED, Pledge.State.PAID):
        return _unseen(redirect("thanks", token=token))
    context = {"pledge": pledge, "campaign": pledge.campaign, "possible": possible, "problem": problem}
    return _unseen(render(request, "campaigns/confirm.html", context, status=200 if possible else 409))


def _pledge_or_404(token: str) -> Pledge:
    pledge = Pledge.objects.select_related("campaign").filter(token=token).first()
    if pledge is None:
        raise Http404
    return pledge


def _look(pledge: Pledge) -> Pledge:
    """Whoever comes back from the bank need not wait for Stripe's event."""
    try:
        settle_pledge(pledge.pk, at=timezone.now())
    except (StripeSilent, StripeBusy, StripeRefuses, DoesNotMatch) as error:
        log.warning("Pledge %s could not be looked at: %s", pledge.pk, error)
    return _pledge_or_404(pledge.token)


def _unseen(answer: HttpResponse) -> HttpResponse:
    """A secret address is for nobody's cache and nobody's index."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    # With "no-referrer" a browser sends the form of this page without an origin, and the CSRF check refuses it.
    answer["Referrer-Policy"] = "same-origin"
    return answer
