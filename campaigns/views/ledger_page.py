"""A campaign's public ledger: as a page, and as files that anybody can check."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns import public_ledger
from campaigns.ledger import newest
from campaigns.ledger_files import FILES
from campaigns.totals import totals
from campaigns.views.campaign_page import campaign_or_404

ENTRIES_ON_A_PAGE = 30


@require_safe
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first."""
    found = campaign_or_404(request, slug)
    page = Paginator(public_ledger.rows(found).reverse(), ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    number, last = newest(found)
    context = {
        "campaign": found,
        "page": page,
        "entries": [public_ledger.as_public(found, row) for row in page],
        "sums": totals(found),
        "number": number,
        "newest": last,
        "endings": tuple(FILES),
    }
    return render(request, "campaigns/ledger.html", context)


@require_safe
def download(request: HttpRequest, slug: str, ending: str) -> StreamingHttpResponse:
    """The whole ledger, up to the entry that was the newest when it was asked for."""
    found = campaign_or_404(request, slug)
    if ending not in FILES or not found.is_public:
        raise Http404
    write, content_type = FILES[ending]
    number, last = newest(found)
    head = public_ledger.head_line(found, number=number, newest=last)
    answer = StreamingHttpResponse(write(head, public_ledger.read(found, up_to=number)), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{found.slug}-ledger.{ending}"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
