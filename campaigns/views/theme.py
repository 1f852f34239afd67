"""Light, dark, or as the system has it: the choice lives in a cookie, and the server writes it into the page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CHOICES = ("auto", "light", "dark")
COOKIE = "theme"
ONE_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or `auto` for whoever has not chosen, or sends what we never gave out."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in CHOICES else "auto"


# A token in the form would put a cookie and a changing text into every page of the site. This door needs none: it can
# change nothing but colours, and it turns away whoever comes from another site.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep `theme` in a cookie and lead back to `next`, a page of this site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return HttpResponseForbidden()
    chosen = request.POST.get("theme", "")
    if chosen not in CHOICES:
        return HttpResponseBadRequest()
    answer = HttpResponseRedirect(_way_back(request))
    if chosen == "auto":
        answer.delete_cookie(COOKIE, samesite="Lax")
    else:
        answer.set_cookie(COOKIE, chosen, ONE_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    return answer


def _way_back(request: HttpRequest) -> str:
    """Only a path of ours: an address of another site in `next` leads home."""
    path = request.POST.get("next", "")
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else reverse("home")
