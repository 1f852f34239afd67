"""One proposal with its decision, and the list of those that wait for somebody."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lineage.actions.accept_proposal import accept_proposal
from lineage.actions.amend_proposal import amend_proposal
from lineage.actions.decide_proposal import AlreadyDecided, NotAccepted, NotYours
from lineage.actions.decline_proposal import decline_proposal
from lineage.forms.amending import FORMS
from lineage.forms.deciding import AcceptForm, DeclineForm
from lineage.forms.version_field import suggested_versions
from lineage.models import Dispute, Proposal, Version
from lineage.views.claim_views import views_of
from lineage.views.people import signed_in, whoever
from lineage.views.proposal_rows import rows_of, with_disputes

ON_A_PAGE = 100
# Three forms stand on one page, and two of them ask for the same: each needs ids of its own.
ACCEPT_IDS, DECLINE_IDS = "accept_%s", "decline_%s"


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """`?about=` a version is for everybody; else the staff see all that is open, and others what is about their own."""
    if slug := request.GET.get("about", "").replace("\0", ""):
        version = get_object_or_404(Version, slug=slug)
        return _list(request, _waiting().filter(about=slug), Dispute.objects.none(), about=version)
    return _desk(request)


@login_required
def _desk(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    disputes = Dispute.objects.filter(outcome=Dispute.Outcome.OPEN)
    if person.is_staff and request.GET.get("of") != "mine":
        every = Proposal.objects.filter(state=Proposal.State.OPEN).order_by("-evidence", "position")
        return _list(request, every, disputes, everything=True)
    own = Version.objects.filter(added_by=person).values("slug")
    theirs = disputes.filter(Q(version__added_by=person) | Q(by=person))
    return _list(request, _waiting().filter(about__in=own), theirs)


def _waiting() -> QuerySet[Proposal]:
    """What is open about versions: the ids of licence texts are others."""
    waiting = Proposal.objects.filter(state=Proposal.State.OPEN).exclude(kind=Proposal.Kind.LICENCE)
    return waiting.order_by("-evidence", "position")


def _list(request: HttpRequest, found: QuerySet[Proposal], disputes: QuerySet[Dispute], **more: object) -> HttpResponse:
    rows = found.select_related("evidence").defer("evidence__content").prefetch_related(with_disputes())
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    views = views_of(disputes.select_related("by", "settled_by", "version")[:ON_A_PAGE])
    context = {"page": page, "rows": rows_of(page, whoever(request)), "views": views}
    return render(request, "lineage/proposals.html", context | more)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody may read; who has the right to decides here."""
    rows = Proposal.objects.select_related("evidence", "decided_by").defer("evidence__content")
    found = get_object_or_404(rows.prefetch_related(with_disputes()), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    return _show(request, found)


@login_required
def _decide(request: HttpRequest, found: Proposal) -> HttpResponse:
    ways: dict[str, Callable[[HttpRequest, Proposal], HttpResponse | None]] = {
        "accept": _accept,
        "amend": _amend,
        "decline": _decline,
    }
    way = ways.get(request.POST.get("do", ""), _show)
    try:
        return way(request, found) or _back(found)
    except (AlreadyDecided, NotYours) as error:
        messages.error(request, str(error))
        return redirect("proposal", found.pk)


def _accept(request: HttpRequest, found: Proposal) -> HttpResponse | None:
    form = AcceptForm(request.POST, auto_id=ACCEPT_IDS)
    if form.is_valid():
        try:
            accept_proposal(found, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except NotAccepted as error:
            for says in error.errors.values():
                form.add_error(None, says)
        else:
            messages.success(request, _("Accepted: it is on record now."))
            return None
    return _show(request, found, status=422, accept=form, wrong=form)


def _amend(request: HttpRequest, found: Proposal) -> HttpResponse | None:
    form = FORMS[found.kind](request.POST, content=found.content)
    if form.is_valid():
        also = {name: form.cleaned_data[name] for name in ("certain", "with_needed", "reason")}
        try:
            amend_proposal(found, content=form.amended, **also, by=signed_in(request), at=timezone.now())
        except NotAccepted as error:
            form.refuse(error.errors)
        else:
            messages.success(request, _("Accepted with your change: it is on record now."))
            return None
    return _show(request, found, status=422, amend=form, wrong=form)


def _decline(request: HttpRequest, found: Proposal) -> HttpResponse | None:
    form = DeclineForm(request.POST, auto_id=DECLINE_IDS)
    if form.is_valid():
        try:
            decline_proposal(found, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except NotAccepted as error:
            form.add_error("reason", error.errors["reason"])
        else:
            messages.success(request, _("Declined. The proposal stays in sight, with your reason."))
            return None
    return _show(request, found, status=422, decline=form, wrong=form)


def _show(request: HttpRequest, found: Proposal, *, status: int = 200, **more: object) -> HttpResponse:
    (row,) = rows_of([found], whoever(request))
    context: dict[str, object] = {
        "row": row,
        "accept": AcceptForm(auto_id=ACCEPT_IDS),
        "amend": FORMS[found.kind](content=found.content),
        "decline": DeclineForm(auto_id=DECLINE_IDS),
        "suggested": suggested_versions() if row.may_decide else [],
    }
    return render(request, "lineage/proposal.html", context | more, status=status)


def _back(found: Proposal) -> HttpResponse:
    answer = redirect("evidence", found.evidence.sha256)
    page = found.position // ON_A_PAGE + 1
    answer["Location"] += f"{f'?page={page}' if page > 1 else ''}#p{found.pk}"
    return answer
