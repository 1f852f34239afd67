"""How trainers are paid: their own page, and the staff's pages of what waits for a person."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.bear_shortfall import bear_shortfall
from campaigns.actions.learn_payee_account import ACTIVE, learn_payee_account
from campaigns.actions.notice_doubts import judge_now
from campaigns.actions.open_payee_account import NothingToOpen, country_of, open_payee_account
from campaigns.actions.pay_by_hand import NotPayable, pay_by_hand
from campaigns.actions.settle_doubt import do_not_pay, pay_all_the_same
from campaigns.forms.payouts import DoubtForm, ReceiptForm
from campaigns.lifecycle import NotPossibleNow
from campaigns.models import Campaign, PayeeAccount, Payout
from campaigns.stripe_gateway import StripeBusy, StripeRefuses, StripeSilent
from campaigns.templatetags.payout_words import obstacle_words
from campaigns.views.access import STAFF, campaign_for, proven_staff_member, signed_in, staff_member
from campaigns.views.judged import tell
from campaigns.views.payout_queue import queue_page

#: For these nothing more is recorded. Whatever else is in the way can be mended: then what was typed is shown again.
OVER = {"paid-already", "not-by-hand", "ended", "refused", "nothing-left"}


@login_required
@require_safe
def payee(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    context = {
        "account": PayeeAccount.objects.filter(user=person).first(),
        "active": ACTIVE,
        "country": country_of(person),
        "payouts": Payout.objects.filter(campaign__trainer=person).select_related("campaign").order_by("-pk"),
        "campaigns": Campaign.objects.filter(trainer=person, opened_at__isnull=False).order_by("-opened_at"),
    }
    return render(request, "campaigns/payouts/payee.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Who is asked for the password on the way comes back by GET, and presses the button once more."""
    return _lead_to_stripe(request) if request.method == "POST" else redirect("payee")


@reauthentication_required  # type: ignore[untyped-decorator]
def _lead_to_stripe(request: HttpRequest) -> HttpResponse:
    try:
        address = open_payee_account(signed_in(request), language=_language(), at=timezone.now())
    except NothingToOpen:
        messages.error(request, _("None of your campaigns is paid through Stripe."))
        return redirect("payee")
    except (StripeSilent, StripeBusy, StripeRefuses):
        messages.error(request, _("Stripe does not answer as it should. Try again in a few minutes."))
        return redirect("payee")
    return HttpResponse(status=303, headers={"Location": address})


def _language() -> str:
    return (get_language() or "en")[:2]


@login_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """From Stripe's page. That somebody came back says nothing: Stripe is asked."""
    account = PayeeAccount.objects.filter(user=signed_in(request)).first()
    try:
        if account is not None:
            learn_payee_account(account, at=timezone.now())
    except (StripeSilent, StripeBusy):
        messages.warning(request, _("Stripe does not answer. We look again by ourselves."))
    return redirect("payee")


@login_required
@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """Stripe's page was too old or used up."""
    messages.warning(request, _("That page of Stripe’s had expired. Press the button once more."))
    return redirect("payee")


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    staff_member(request)
    return queue_page(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The queue itself comes back where something is to be mended; its other language, or a reload, leads there."""
    staff_member(request)
    payout = get_object_or_404(Payout, pk=pk)
    return _record(request, payout) if request.method == "POST" else redirect("payout_queue")


def _record(request: HttpRequest, payout: Payout) -> HttpResponse:
    person = proven_staff_member(request)
    form = ReceiptForm(request.POST, prefix=str(payout.pk))
    # Without a receipt nothing is recorded, but whether there is still something to record is said first.
    told = form.cleaned_data if form.is_valid() else {"receipt": "", "amount": None}
    try:
        pay_by_hand(payout, **told, at=timezone.now(), by=person)
        messages.success(request, _("Recorded. The public ledger shows it."))
    except NotPayable as error:
        if error.reason not in OVER:
            if form.is_valid():
                form.add_error(None, obstacle_words(error.reason))
            return queue_page(request, form)
        messages.error(request, obstacle_words(error.reason))
    return redirect("payout_queue")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def doubt(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaign_for(request, slug, {STAFF})
    form = DoubtForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        proven_staff_member(request)
        _decide(request, campaign, form)
        return redirect("payout_queue")
    context = {"campaign": campaign, "form": form, "told": tell(judge_now(campaign, at=timezone.now())), "made": True}
    return render(request, "campaigns/payouts/doubt.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, campaign: Campaign, form: DoubtForm) -> None:
    action = pay_all_the_same if form.cleaned_data["do"] == "pay" else do_not_pay
    try:
        action(campaign, reason=form.cleaned_data["reason"], at=timezone.now(), by=signed_in(request))
        messages.success(request, _("Decided."))
    except NotPossibleNow:
        messages.warning(request, _("Nothing is in doubt there any more."))


@login_required
@require_POST
def shortfall(request: HttpRequest, slug: str) -> HttpResponse:
    """The staff give up on getting it back."""
    campaign = campaign_for(request, slug, {STAFF})
    person = proven_staff_member(request)
    if bear_shortfall(campaign, at=timezone.now(), by=f"user {person.pk}"):
        messages.success(request, _("The platform bears it. The public ledger shows it."))
    else:
        messages.warning(request, _("Nothing is missing there any more."))
    return redirect("payout_queue")
