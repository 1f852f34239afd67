"""Where people give coins back: the organiser one whole coin, the staff one, a part of one, or all."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaigns import ledger
from campaigns.actions.plan_refund import NothingToGiveBack
from campaigns.actions.refund_by_organiser import REFUNDING, RefundRefused, refund_by_organiser
from campaigns.actions.refund_by_staff import refund_all, refund_by_staff
from campaigns.actions.refund_pledge import carry_out_refund
from campaigns.forms.refunds import RefundForm, StaffRefundForm
from campaigns.models import Campaign, Dispute, Pledge
from campaigns.models.going_back import refunds_going_back
from campaigns.views.access import ORGANISER, STAFF, campaign_for, signed_in

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One coin as those who run a campaign see it. `left` is what is neither back nor on its way; `name` is empty for
    one who gives without a name, or without the amount being seen."""

    pk: int
    number: int
    name: str
    total: int
    left: int
    on_its_way: int
    refunded: int
    disputed: bool
    paid_at: datetime | None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_organiser(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and with `?pledge=` the question whether this one shall go back."""
    campaign = campaign_for(request, slug, {ORGANISER})
    pledge = _chosen(request, campaign)
    form = RefundForm(request.POST if request.method == "POST" else None)
    if pledge is not None and form.is_valid():
        _by_organiser(request, pledge, form.cleaned_data["note"])
        return redirect("refunds", slug)
    context = {**_contents(request, campaign, pledge, form), "possible": campaign.stage in REFUNDING}
    return render(request, "campaigns/refunds/by_organiser.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_staff(request: HttpRequest, slug: str) -> HttpResponse:
    """For everybody else this page does not exist; the staff prove once more who they are."""
    answer: HttpResponse = _staff_page(request, campaign_for(request, slug, {STAFF}))
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _staff_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    pledge = _chosen(request, campaign)
    posted = request.POST if request.method == "POST" else None
    form = StaffRefundForm(posted, currency=campaign.currency) if pledge else RefundForm(posted)
    if form.is_valid():
        _by_staff(request, campaign, pledge, form)
        return redirect("staff_refunds", campaign.slug)
    context = _contents(request, campaign, pledge, form)
    return render(request, "campaigns/refunds/by_staff.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest, campaign: Campaign) -> Pledge | None:
    asked = request.POST.get("pledge") or request.GET.get("pledge")
    if not asked:
        return None
    found = _paid(campaign).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if found is None:
        raise Http404
    return found


def _by_organiser(request: HttpRequest, pledge: Pledge, note: str) -> None:
    at = timezone.now()
    try:
        attempt = refund_by_organiser(pledge, by=signed_in(request), note=note, at=at)
    except NothingToGiveBack:
        messages.info(request, _("This coin is already on its way back."))
    except RefundRefused as error:
        messages.error(request, _refused(error.reason))
    else:
        carry_out_refund(attempt, at=at)
        messages.success(request, _("The coin goes back. The supporter is told by email."))


def _refused(reason: str) -> str:
    if reason == "ask-the-staff":
        return _(
            "A part of the money is planned for the trainer, or paid. Ask the staff: they decide about this refund."
        )
    if reason == "not-paid":
        return _("There is nothing to give back: it was not paid, or it went back already.")
    return _("Coins cannot be given back in this stage. While a campaign closes, try again a little later.")


def _by_staff(request: HttpRequest, campaign: Campaign, pledge: Pledge | None, form: forms.Form) -> None:
    at, by, note = timezone.now(), signed_in(request), form.cleaned_data["note"]
    if pledge is None:
        found = refund_all(campaign, by=by, note=note, at=at)
        went = ngettext("%(number)s coin goes back.", "%(number)s coins go back.", found.planned)
        before = ngettext(
            "%(number)s is already on its way.", "%(number)s are already on their way.", found.on_their_way
        )
        told = [went % {"number": found.planned}]
        told += [before % {"number": found.on_their_way}] if found.on_their_way else []
        messages.success(request, " ".join(told))
        return
    try:
        attempt = refund_by_staff(pledge, by=by, note=note, at=at, amount=form.cleaned_data["amount"])
    except NothingToGiveBack:
        messages.error(request, _("That is more than what is left of this coin, or all of it is already on its way."))
    else:
        carry_out_refund(attempt, at=at)
        messages.success(request, _("The coin goes back. The supporter is told by email."))


def _paid(campaign: Campaign) -> QuerySet[Pledge]:
    """Everything that was ever paid, with the number under which its supporter knows it."""
    earlier = Window(RowNumber(), order_by=(F("paid_at").asc(), F("pk").asc()))
    return Pledge.objects.filter(campaign=campaign, paid_at__isnull=False).annotate(place=earlier).order_by("-place")


def _contents(request: HttpRequest, campaign: Campaign, pledge: Pledge | None, form: forms.Form) -> dict[str, object]:
    page: Page[Pledge] = Paginator(_paid(campaign), ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "campaign": campaign,
        "form": form,
        "page": page,
        "lines": _lines(list(page.object_list)),
        "chosen": _lines([_with_place(pledge)])[0] if pledge else None,
    }


def _with_place(pledge: Pledge) -> Pledge:
    """A filter over one pledge counts that one alone, so its number is asked for."""
    pledge.place = pledge.number  # type: ignore[attr-defined]
    return pledge


def _lines(pledges: list[Pledge]) -> list[Line]:
    """In two queries more, whatever their number."""
    keys = [pledge.pk for pledge in pledges]
    refunds = refunds_going_back().filter(pledge__in=keys)
    leaving = dict(refunds.order_by().values_list("pledge").annotate(Sum("amount")))
    disputed = set(Dispute.objects.filter(ledger.NOT_OVER, pledge__in=keys).values_list("pledge", flat=True))
    return [_line(one, leaving.get(one.pk) or 0, one.pk in disputed) for one in pledges]


def _line(pledge: Pledge, on_its_way: int, disputed: bool) -> Line:
    return Line(
        pk=pledge.pk,
        number=pledge.place,  # type: ignore[attr-defined]
        name="" if pledge.hide_amount else pledge.public_name,
        total=pledge.total,
        left=pledge.total - pledge.refunded - on_its_way,
        on_its_way=on_its_way,
        refunded=pledge.refunded,
        disputed=disputed,
        paid_at=pledge.paid_at,
    )
