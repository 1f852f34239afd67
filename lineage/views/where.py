"""The page "Where would a coin free the most?"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineage.views.where_page import where_page
from lineage.views.where_plan import MOST_DOLLARS, plan_for, sum_asked


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    page = where_page(licence=request.GET.get("licence", ""), number=request.GET.get("page", ""))
    typed = request.GET.get("budget", "").replace("\0", "").strip()[:20]
    budget = sum_asked(typed)
    context = {
        "page": page,
        "typed": typed,
        "most_dollars": MOST_DOLLARS,
        "budget": budget,
        "plan": plan_for(budget, page.weighing) if budget and page.weighing else None,
    }
    return render(request, "lineage/where.html", context)
