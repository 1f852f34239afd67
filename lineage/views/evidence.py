"""A piece of evidence: what was read, what it says, and the bytes themselves to take away."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from lineage.forms.deciding import AcceptForm
from lineage.models import Evidence
from lineage.views.people import whoever
from lineage.views.proposal_rows import grouped, rows_of, with_disputes

ON_A_PAGE = 100


@require_safe
def evidence(request: HttpRequest, sha256: str) -> HttpResponse:
    found = get_object_or_404(Evidence.objects.defer("content").select_related("brought_by"), sha256=sha256)
    every = found.proposals.order_by("position").prefetch_related(with_disputes())
    page = Paginator(every, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "evidence": found,
        "page": page,
        "groups": grouped(rows_of(page, whoever(request))),
        "states": dict(found.proposals.order_by().values_list("state").annotate(number=Count("pk"))),
        "accept": AcceptForm(auto_id=False),
    }
    return render(request, "lineage/evidence.html", context)


@require_safe
def evidence_file(request: HttpRequest, sha256: str) -> HttpResponse:
    """As text that is downloaded, whatever it is: a browser shall neither guess nor run it."""
    found = get_object_or_404(Evidence, sha256=sha256)
    named = content_disposition_header(as_attachment=True, filename=_saved_as(found))
    return HttpResponse(
        bytes(found.content),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": named or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _saved_as(found: Evidence) -> str:
    """Its own name, unless nothing is left of that in which a file can be called."""
    try:
        return get_valid_filename(found.name)
    except SuspiciousFileOperation:
        return f"{found.format}-{found.sha256[:12]}.txt"
