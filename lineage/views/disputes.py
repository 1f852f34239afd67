"""To say that something is not so, and to settle what was disputed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lineage.actions.decide_proposal import AlreadyDecided, NotYours
from lineage.actions.dispute_claim import Claim, DisputeRefused, dispute_claim
from lineage.actions.settle_dispute import settle_dispute
from lineage.actions.who_may import has_a_say, may_settle
from lineage.forms.deciding import DisputeForm, SettleForm, WithdrawForm
from lineage.models import Derivation, Dispute, Grant, Proposal, Version
from lineage.views.claim_views import version_of, view_of, views_of
from lineage.views.people import signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """`what` is a proposal, a grant or a derivation."""
    claim = _claim(what, pk)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = dispute_claim(claim, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except DisputeRefused as error:
            _say(form, error.errors)
        except AlreadyDecided as error:
            messages.error(request, str(error))
            return _to(version_of(claim), claim)
        else:
            messages.success(request, _told(made))
            return _to(made.version, claim)
    context = {
        "claim": claim,
        "view": view_of(claim),
        "version": version_of(claim),
        "form": form,
        "counts": has_a_say(signed_in(request), version_of(claim)),
    }
    return render(request, "lineage/dispute.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The staff settle; whoever disputed may take it back. To everybody else this page does not exist."""
    found = get_object_or_404(Dispute.objects.select_related("version", "proposal__evidence", "by"), pk=pk)
    person = signed_in(request)
    if not may_settle(person) and found.by_id != person.pk:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = SettleForm(posted) if may_settle(person) else WithdrawForm(posted)
    if posted is not None and form.is_valid():
        outcome = Dispute.Outcome(form.cleaned_data.get("outcome", Dispute.Outcome.STANDS))
        try:
            settle_dispute(found, outcome=outcome, answer=form.cleaned_data["answer"], by=person, at=timezone.now())
        except DisputeRefused as error:
            _say(form, error.errors)
        except (AlreadyDecided, NotYours) as error:
            messages.error(request, str(error))
            return _to(found.version, found.proposal)
        else:
            messages.success(request, _("Settled. Both views and the answer stay in sight."))
            return _to(found.version, found.proposal)
    (view,) = views_of([found])
    context = {"dispute": found, "view": view, "form": form, "staff": may_settle(person)}
    return render(request, "lineage/settle.html", context, status=422 if form.errors else 200)


def _claim(what: str, pk: int) -> Claim:
    if what == "proposal":
        return get_object_or_404(Proposal.objects.select_related("evidence").defer("evidence__content"), pk=pk)
    if what == "grant":
        return get_object_or_404(Grant.objects.select_related("version", "licence"), pk=pk)
    if what == "derivation":
        return get_object_or_404(Derivation.objects.select_related("parent", "child"), pk=pk)
    raise Http404


def _told(made: Dispute) -> str:
    if made.has_a_say and not made.proposal_id:
        return _("Your view stands beside it now. Until this is settled, it counts as possible and not as certain.")
    return _("Your view is now shown beside it. The staff will look at it.")


def _say(form: DisputeForm | SettleForm | WithdrawForm, errors: dict[str, str]) -> None:
    for field, says in errors.items():
        form.add_error(field or None, says)


def _to(version: Version | None, claim: Claim | None) -> HttpResponse:
    if isinstance(claim, Proposal):
        return redirect("proposal", claim.pk)
    if version is None:
        return redirect("proposals")
    answer = redirect("version_history", version.slug)
    answer["Location"] += "#views"
    return answer
