"""The staff's page of what waits to be paid: as it stands, or with the form on it that was filled in wrongly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.actions.notice_money_left import campaigns_with_money_left
from campaigns.actions.reverse_payout import alarms_of_shortfalls
from campaigns.actions.set_payee import without_a_payee
from campaigns.forms.payouts import PayeeForm, ReceiptForm
from campaigns.models import Campaign, Payout
from campaigns.templatetags.payout_words import obstacle_words

type OneOfThem = ReceiptForm | PayeeForm


def queue_page(request: HttpRequest, wrong: OneOfThem | None = None) -> HttpResponse:
    """`wrong` stands where its payout, or its campaign, is; what was typed into it is kept."""
    waiting = Payout.objects.filter(state__in=Payout.OPEN).select_related("campaign", "campaign__trainer")
    alarms = alarms_of_shortfalls()
    context = {
        "wrong": wrong,
        "waiting": [(one, _receipt_form(one, wrong)) for one in waiting],
        "doubted": Campaign.objects.filter(doubted_at__isnull=False).order_by("doubted_at"),
        "short": [(one, alarms[one.slug]) for one in Campaign.objects.filter(slug__in=alarms).order_by("slug")],
        "left": campaigns_with_money_left(),
        "unknown": [(one, _payee_form(one, wrong)) for one in without_a_payee()],
        "lately": Payout.objects.exclude(state__in=Payout.OPEN).select_related("campaign").order_by("-pk")[:20],
    }
    return render(request, "campaigns/payouts/queue.html", context, status=422 if wrong else 200)


def _receipt_form(payout: Payout, wrong: OneOfThem | None) -> ReceiptForm:
    if isinstance(wrong, ReceiptForm) and wrong.prefix == str(payout.pk):
        changed = obstacle_words("another-amount")
        if wrong.cleaned_data.get("amount") != payout.amount and changed not in wrong.non_field_errors():
            # It comes back with another amount on its button than the one that was seen.
            wrong.add_error(None, changed)
        wrong.show_amount(payout.amount)
        return wrong
    return ReceiptForm(initial={"amount": payout.amount}, prefix=str(payout.pk))


def _payee_form(campaign: Campaign, wrong: OneOfThem | None) -> PayeeForm:
    return wrong if isinstance(wrong, PayeeForm) and wrong.prefix == campaign.slug else PayeeForm(prefix=campaign.slug)
