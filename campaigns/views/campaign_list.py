"""All campaigns: by stage, and by what is searched for."""

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.lifecycle import PUBLIC, Stage
from campaigns.models import Campaign
from campaigns.views.home_contents import listed
from campaigns.views.standing import standings

CARDS_ON_A_PAGE = 12
LONGEST_QUESTION, MOST_WORDS = 100, 8
GROUPS: dict[str, tuple[Stage, ...]] = {
    "open": (Stage.OPEN, Stage.PAUSED, Stage.CLOSING),
    "funded": (Stage.FUNDED, Stage.TRAINING, Stage.UNFUNDED),
    "released": (Stage.RELEASED,),
    "over": (Stage.CANCELLED, Stage.ABANDONED),
}
SEARCHED = ("title", "title_other", "tainted_version__name", "clean_version__name", "tainted_version__slug")


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, those of one group of stages (`?stage=funded`), or those that name something (`?q=BRA`)."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUESTION]
    group = request.GET.get("stage", "")
    group = group if group in GROUPS else ""
    page = Paginator(_in_order(_named(asked), group), CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "group": group,
        "page": page,
        "cards": standings(list(page), at=timezone.now()),
        "counts": _counts(_named(asked)),
    }
    return render(request, "campaigns/campaigns.html", context)


def _named(asked: str) -> QuerySet[Campaign]:
    """Every word that is asked for has to be somewhere in the titles or the names of the models."""
    found = listed(tuple(PUBLIC))
    for word in asked.split()[:MOST_WORDS]:
        found = found.filter(Q.create([(f"{field}__icontains", word) for field in SEARCHED], connector=Q.OR))
    return found


def _in_order(campaigns: QuerySet[Campaign], group: str) -> QuerySet[Campaign]:
    """Those that take coins first, the next to close before the others; then the newest."""
    if group:
        campaigns = campaigns.filter(stage__in=GROUPS[group])
    still = Q(stage__in=GROUPS["open"])
    return campaigns.order_by(
        Case(When(still, then=Value(0)), default=Value(1), output_field=IntegerField()),
        Case(When(still, then=F("deadline"))),
        F("opened_at").desc(nulls_last=True),
        "-pk",
    )


def _counts(campaigns: QuerySet[Campaign]) -> dict[str, int]:
    each = {name: Count("pk", filter=Q(stage__in=stages)) for name, stages in GROUPS.items()}
    sums: dict[str, int] = campaigns.order_by().aggregate(all=Count("pk"), **each)
    return sums
