"""While MAINTENANCE is on, people read that we are away, and machines that carry money are let through."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

# Browsers and crawlers are asked to come again after this many seconds.
COME_AGAIN_AFTER = 600
# What Stripe tells is kept at once, and whoever looks after the processes goes on asking how they are.
OPEN_DOORS = ("healthz", "readyz", "stripe_webhook", "stripe_account_webhook")


class Maintenance:
    """Answers 503 to everybody but the open doors, without the database. Without MAINTENANCE it is not there at all.

    Static files are answered before it, and the reader's language is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.MAINTENANCE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.open = {reverse(name) for name in OPEN_DOORS}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.open:
            return self.get_response(request)
        return away(request)


def away(request: HttpRequest) -> HttpResponse:
    headers = {"Retry-After": str(COME_AGAIN_AFTER), "Cache-Control": "no-store"}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": gettext("We are working on the site.")}, status=503, headers=headers)
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
