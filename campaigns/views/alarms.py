"""The staff's pages for when something is wrong: what needs a person, and the switches that stop giving."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.pause_giving import lift_giving_pause, pause_giving
from campaigns.actions.pause_site import lift_pause, pause_site
from campaigns.actions.raise_alarm import close_alarm
from campaigns.models import Alarm, Campaign, SitePause
from campaigns.views.access import proven_staff_member, staff_member

ALARMS_ON_A_PAGE = 50


@login_required
@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """The open ones first, then those that are over."""
    staff_member(request)
    found = Alarm.objects.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")
    page = Paginator(found, ALARMS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "names": _names_of(alarm.closed_by for alarm in page)}
    return render(request, "campaigns/staff/alarms.html", context)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever closes it has looked. If it still lasts, the next look opens another."""
    who = _named(proven_staff_member(request))
    if close_alarm(key=get_object_or_404(Alarm, pk=pk).key, at=timezone.now(), by=who):
        messages.success(request, _("The alarm is closed."))
    return redirect("alarms")


@login_required
@require_safe
def pauses(request: HttpRequest) -> HttpResponse:
    staff_member(request)
    site = SitePause.objects.filter(lifted_at__isnull=True).first()
    before = list(SitePause.objects.filter(lifted_at__isnull=False)[:20])
    of_all = [*before, *([site] if site else [])]
    context = {
        "site": site,
        "before": before,
        "names": _names_of(by for one in of_all for by in (one.began_by, one.lifted_by)),
        "paused": Campaign.objects.filter(giving_paused=True).order_by("slug"),
        "open": Campaign.objects.filter(giving_paused=False, stage="open").order_by("slug"),
    }
    return render(request, "campaigns/staff/pauses.html", context)


@login_required
@require_POST
def switch_site(request: HttpRequest) -> HttpResponse:
    who, at = _named(proven_staff_member(request)), timezone.now()
    if request.POST.get("do") == "pause":
        pause_site(at=at, by=who, reason=request.POST.get("reason", "").strip())
        messages.warning(request, _("Giving is paused on the whole site."))
    elif request.POST.get("do") == "lift" and lift_pause(at=at, by=who):
        messages.success(request, _("Coins are taken again."))
    return redirect("pauses")


@login_required
@require_POST
def switch_campaign(request: HttpRequest) -> HttpResponse:
    who = _named(proven_staff_member(request))
    campaign = get_object_or_404(Campaign, slug=request.POST.get("campaign", ""))
    if request.POST.get("do") == "pause" and pause_giving(campaign):
        messages.warning(request, _("Giving is paused for this campaign."))
    elif request.POST.get("do") == "lift" and lift_giving_pause(campaign, at=timezone.now(), by=who):
        messages.success(request, _("Coins are taken again."))
    return redirect("pauses")


def _named(person: User) -> str:
    """Who does it, as the rows name people."""
    return f"user {person.pk}"


def _names_of(rows: Iterable[str]) -> dict[str, str]:
    """The names of those whom rows call "user 7", read all at once."""
    keys = {by.removeprefix("user ") for by in rows if by.startswith("user ")}
    people = User.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {_named(person): person.first_name or person.username for person in people}
