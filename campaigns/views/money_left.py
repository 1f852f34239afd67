"""The staff decide where late money goes, and where a trainer is paid of whom nobody has said it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions.set_payee import WayRefused, set_payee, without_a_payee
from campaigns.actions.settle_money_left import give_back_what_came_later, pay_what_came_later
from campaigns.forms.payouts import PayeeForm
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign
from campaigns.views.access import STAFF, campaign_for, proven_staff_member
from campaigns.views.payout_queue import queue_page

DECISIONS = {"pay": pay_what_came_later, "give-back": give_back_what_came_later}


@login_required
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {STAFF})
    person = proven_staff_member(request)
    action = DECISIONS.get(request.POST.get("do", ""))
    try:
        if action is not None:
            action(campaign, at=timezone.now(), by=person)
            messages.success(request, _("Decided."))
    except NotPossibleNow:
        messages.warning(request, _("Nothing is left there to decide about."))
    return redirect("payout_queue")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payee_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue itself comes back where something is to be mended; its other language, or a reload, leads there."""
    campaign = campaign_for(request, slug, {STAFF})
    return _fix(request, campaign) if request.method == "POST" else redirect("payout_queue")


def _fix(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    person = proven_staff_member(request)
    form = PayeeForm(request.POST, prefix=campaign.slug)
    try:
        if form.is_valid():
            set_payee(campaign, **form.cleaned_data, at=timezone.now(), by=person)
            messages.success(request, _("Set for good. Everybody is told of it."))
            return redirect("payout_queue")
    except WayRefused:
        form.add_error("way", _("The table of countries does not permit this way there. Nothing was changed."))
    except NotPossibleNow:
        return _fixed_already(request)
    return queue_page(request, form) if without_a_payee().filter(pk=campaign.pk).exists() else _fixed_already(request)


def _fixed_already(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("It is set already, or nobody is paid there any more. Nothing was changed."))
    return redirect("payout_queue")
