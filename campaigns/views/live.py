"""The numbers alone, for pages that are open: the same answer for everybody, given before anybody is asked who it is.

Nothing here depends on a cookie, so that a proxy may keep the answer for a second and give it to all.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from campaigns.views.campaign_page import campaign_or_404
from campaigns.views.live_pace import Crowd, pace_in_words, seconds_to_next_look
from campaigns.views.live_sharing import NotNow, shared
from campaigns.views.live_snapshot import Snapshot
from campaigns.views.standing import standing

ADDRESS = re.compile(rf"/({'|'.join(code for code, _ in settings.LANGUAGES)})/c/([-\w]+)/live/")
SECONDS_OF_A_PROXY = 1
BUSY_FOR = 5
# It is a part of a page, and never one by itself.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
crowd = Crowd()


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
    shown = snapshot.in_words(language)
    answer: HttpResponse
    if shown.tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponseNotModified()
    else:
        answer = HttpResponse(shown.body)
        answer["Content-Language"] = language
        answer["Content-Length"] = str(len(shown.body))
        answer["Content-Security-Policy"] = POLICY
        answer["X-Content-Type-Options"] = "nosniff"
        answer["X-Robots-Tag"] = "noindex"
    pace = seconds_to_next_look(snapshot.now, at=timezone.now()) * crowd.count()
    answer["ETag"] = shown.tag
    answer["X-Version"] = str(snapshot.version)
    answer["X-Next-Poll"] = pace_in_words(pace)
    answer["Cache-Control"] = f"public, max-age={SECONDS_OF_A_PROXY}"
    return answer


def _not_now() -> HttpResponse:
    """Whoever watches comes back in a while; giving goes before watching."""
    answer = HttpResponse(status=503)
    answer["Content-Length"] = "0"
    answer["Retry-After"] = answer["X-Next-Poll"] = str(BUSY_FOR)
    answer["Cache-Control"] = "no-store"
    return answer
