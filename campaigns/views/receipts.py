"""Receipts: one payment as a page to print, by its secret link; a year of payments as a table, for its owner.

A receipt names nobody by itself: whoever prints it says to whom it is made out.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns import money
from campaigns.models import Bundle, Pledge
from campaigns.views.access import signed_in
from campaigns.views.account import unseen
from campaigns.views.my_coins import coins_of, paid_in
from campaigns.views.receipt_contents import number_of, receipt_for
from campaigns.views.rules import operator

LONGEST_NAME = 80
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n")


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """`?to=` is whom it is made out to."""
    found = receipt_for(token)
    if found is None:
        if Pledge.objects.filter(token=token).exists() or Bundle.objects.filter(token=token).exists():
            return unseen(redirect("thanks", token=token))
        raise Http404
    to = "".join(sign for sign in request.GET.get("to", "") if sign.isprintable()).strip()[:LONGEST_NAME]
    context = {"receipt": found, "to": to, "longest": LONGEST_NAME, "operator": operator(), "today": timezone.now()}
    return unseen(render(request, "campaigns/account/receipt.html", context))


@never_cache
@login_required
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A mark at its front tells table programs that the letters are Unicode's."""
    if not 2000 <= year < MAXYEAR:
        raise Http404
    rows = paid_in(coins_of(signed_in(request)), year)
    answer = HttpResponse("\ufeff" + "".join(_table(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="genseki-{year}.csv"'
    return unseen(answer)


def _table(pledges: Iterable[Pledge]) -> Iterator[str]:
    yield _row(
        [
            _("Receipt number"),
            _("Date"),
            _("Campaign"),
            _("Currency"),
            _("For the campaign"),
            _("For the payment fee"),
            _("Charged"),
            _("Given back"),
            _("Taken back by your bank"),
            _("Payment reference"),
            _("Link"),
        ]
    )
    for pledge in pledges:
        yield _row(_cells(pledge))


def _cells(pledge: Pledge) -> list[str]:
    assert pledge.paid_at is not None, "only what was paid is asked for"
    sums = (pledge.amount, pledge.covered_fee, pledge.total, pledge.refunded, getattr(pledge, "withdrawn", 0))
    return [
        number_of(pledge),
        timezone.localtime(pledge.paid_at, timezone.get_default_timezone()).date().isoformat(),
        pledge.campaign.heading,
        pledge.currency,
        *(money.plain(one, pledge.currency) for one in sums),
        pledge.payment_intent_id,
        f"{settings.SITE_URL}/c/{pledge.campaign.slug}/",
    ]


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_no_formula(cell) for cell in cells])
    return line.getvalue()


def _no_formula(text: str) -> str:
    """A table program must not take a text for something to compute."""
    return f"'{text}" if text.startswith(COMPUTED) else text
