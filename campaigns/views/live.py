"""The numbers alone, for pages that are open: the same answer for everybody, given before anybody is asked who it is.

Nothing here depends on a cookie, so that a proxy may keep the answer for a second and give it to all.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.live_door import ADDRESS, STREAM, Told, led_on, let_in, told
from campaigns.views.live_sharing import NotNow, shared
from campaigns.views.live_snapshot import Snapshot
from campaigns.views.standing import standing

BUSY_FOR = 5


def for_all_who_watch(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware before all others: a thousand open pages cost neither a session nor a query."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = ADDRESS.fullmatch(request.path_info) if request.method in ("GET", "HEAD") else None
        if asked is None or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
            return get_response(request)
        # Whoever calls us by a name that is not ours is told so here, as everywhere.
        request.get_host()
        let_in(request.META)
        if STREAM in request.headers.get("Accept", ""):
            return _said(led_on(request.path_info))
        language, slug = asked.groups()
        try:
            snapshot = shared(slug)
        except NotNow:
            return _not_now()
        return get_response(request) if snapshot is None else _shown(request, snapshot, language)

    return answer


@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """What the middleware leaves: a campaign that is not public exists only for those who work on it."""
    found = campaign_or_404(request, slug)
    if found.is_public:
        # It was made public in this very moment.
        return _not_now()
    now = standing(found, at=timezone.now())
    answer = HttpResponse(render_to_string("campaigns/_live.html", {"now": now, "campaign": found}, request))
    answer["X-Next-Poll"] = "0"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _shown(request: HttpRequest, snapshot: Snapshot, language: str) -> HttpResponse:
    return _said(told(snapshot, language, request.headers.get("If-None-Match", "")))


def _said(answered: Told) -> HttpResponse:
    status, headers, body = answered
    answer = HttpResponseNotModified() if status == HTTPStatus.NOT_MODIFIED else HttpResponse(body, status=status)
    for name, value in headers:
        answer[name] = value
    return answer


def _not_now() -> HttpResponse:
    """Whoever watches comes back in a while; giving goes before watching."""
    answer = HttpResponse(status=503)
    answer["Content-Length"] = "0"
    answer["Retry-After"] = answer["X-Next-Poll"] = str(BUSY_FOR)
    answer["Cache-Control"] = "no-store"
    return answer
