"""What anybody may want to hold against us: the last check of the books, all sums, and where every ledger stands."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.invariants import INVARIANTS
from campaigns.lifecycle import PUBLIC
from campaigns.models import Campaign, JournalEntry, ReconcileRun, SelfcheckRun
from campaigns.views.home_contents import sums_of_the_ledger

LEDGERS_ON_A_PAGE = 50


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """How often an invariant is broken is told, and never which rows break it: they may name pledges."""
    run = SelfcheckRun.objects.first()
    found = {**run.breaches, **run.waiting} if run else {}
    last = JournalEntry.objects.filter(campaign=OuterRef("pk")).order_by("-number")
    ledgers = Campaign.objects.filter(stage__in=PUBLIC, journal__isnull=False).distinct().order_by("slug")
    ledgers = ledgers.annotate(entries=Subquery(last.values("number")[:1]), newest=Subquery(last.values("chained")[:1]))
    page = Paginator(ledgers, LEDGERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "compared": ReconcileRun.objects.first(),
        "checks": [(one, len(found.get(one.name, ()))) for one in INVARIANTS],
        "sums": sums_of_the_ledger(),
        "page": page,
    }
    return render(request, "campaigns/transparency.html", context)
