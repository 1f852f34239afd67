"""The pages of licences: the list, and one licence with its terms and who carries it."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.models import Licence
from lineage.views.licence_page import licence_page
from lineage.views.terms_by_group import terms_by_group
from lineage.views.versions import searched
from lineage.views.who_asks import remember, who_asks

ON_A_PAGE = 24


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    asked = searched(request)
    words = Q(name__icontains=asked) | Q(slug__icontains=asked) | Q(spdx__icontains=asked) | Q(family__icontains=asked)
    found = Licence.objects.filter(words) if asked else Licence.objects.all()
    counted = found.annotate(offered_for=Count("grants__version", distinct=True)).order_by(Lower("name"), "slug")
    page = Paginator(counted.prefetch_related("terms"), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(licence, terms_by_group(licence)) for licence in page]
    return render(request, "lineage/licences.html", {"asked": asked, "page": page, "rows": rows})


@require_safe
def licence(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Licence.objects.prefetch_related("terms"), slug=slug)
    who = who_asks(request)
    page = licence_page(found, timezone.localdate(), who.asker)
    context = {"page": page, "licence": found, "who": who}
    return remember(render(request, "lineage/licence.html", context, status=422 if who.wrong else 200), who)
