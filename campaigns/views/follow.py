"""Follow a campaign by mail. Links in mails are opened by programs too, so a GET never changes anything."""

from allauth.account.models import EmailAddress
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.actions.follow_campaign import (
    LinkSpent,
    confirm_follow,
    follow_campaign,
    follower_of,
    refuse_spent,
    resume_following,
    stop_following,
)
from campaigns.follow_links import CONFIRM, RESUME, sign
from campaigns.forms.follow import FollowForm
from campaigns.models import Follower
from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.network import too_many

TRIES, SECONDS = 20, 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer is the same for an address that follows already: nobody learns who does."""
    campaign = campaign_or_404(request, slug)
    if not campaign.is_public:
        raise Http404
    form = FollowForm(request.POST or None, initial={"email": getattr(request.user, "email", "")})
    context: dict[str, object] = {"campaign": campaign, "form": form, "asked": "asked" in request.GET}
    if request.method != "POST":
        return render(request, "campaigns/follow.html", context)
    if not form.is_valid():
        return render(request, "campaigns/follow.html", context, status=422)
    if too_many(request, "follow", most=TRIES, seconds=SECONDS):
        return render(request, "campaigns/follow.html", {**context, "too_many": True}, status=429)
    email, language = form.cleaned_data["email"], (get_language() or "en")[:2]
    follow_campaign(campaign, email=email, language=language, at=timezone.now(), verified=_is_theirs(request, email))
    return redirect(reverse("follow", args=[slug]) + "?asked=1")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A link that was sent before there was one for each purpose confirms nothing; it leads on to where one asks."""
    at = timezone.now()
    try:
        follower = follower_of(CONFIRM, token)
        refuse_spent(token, follower, at=at)
        if request.method == "POST":
            follower = confirm_follow(token, at=at)
    except Follower.DoesNotExist:
        return _spent(request, _follower_or_404(token))
    except LinkSpent:
        return _spent(request, follower)
    listens = follower.confirmed_at is not None and follower.unsubscribed_at is None
    context = {"follower": follower, "campaign": follower.campaign, "done": listens}
    return render(request, "campaigns/follow_confirm.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The secret link is the proof, so that a mail program can post here by itself (RFC 8058).

    Only to whom this very request ended them, it offers the mails again: who has the link cannot make them come back.
    """
    follower, at = _follower_or_404(token), timezone.now()
    if request.method == "POST":
        follower = stop_following(token, at=at)
    regrets = sign(RESUME, follower, at) if follower.unsubscribed_at == at else ""
    context = {
        "follower": follower,
        "campaign": follower.campaign,
        "done": follower.unsubscribed_at is not None,
        "regrets": regrets,
    }
    return render(request, "campaigns/follow_stop.html", context)


@never_cache
@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    try:
        follower = resume_following(token, at=timezone.now())
    except Follower.DoesNotExist:
        raise Http404 from None
    except LinkSpent:
        return _spent(request, follower_of(RESUME, token))
    context = {"follower": follower, "campaign": follower.campaign, "done": True}
    return render(request, "campaigns/follow_confirm.html", context)


def _spent(request: HttpRequest, follower: Follower) -> HttpResponse:
    return render(request, "campaigns/follow_spent.html", {"campaign": follower.campaign}, status=410)


def _follower_or_404(token: str) -> Follower:
    """By the secret of the link that ends the mails."""
    follower = Follower.objects.select_related("campaign").filter(token=token).first()
    if follower is None:
        raise Http404
    return follower


def _is_theirs(request: HttpRequest, email: str) -> bool:
    """Whether the visitor is logged in and has proven this address before."""
    if not request.user.is_authenticated:
        return False
    return bool(EmailAddress.objects.filter(user=request.user, email__iexact=email, verified=True).exists())
