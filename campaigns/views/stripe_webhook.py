"""Stripe's door: the event is kept before it is acknowledged, and handled afterwards."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import stripe_inbox, tasks
from campaigns.stripe_gateway import Forged
from campaigns.stripe_inbox import WrongMode

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    return take_in(request, secrets=settings.STRIPE_WEBHOOK_SECRETS)


def take_in(request: HttpRequest, *, secrets: Sequence[str]) -> HttpResponse:
    """200 once it is in the database, 400 for what is not Stripe's, 413 for what is too large, 503 to be told again."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length[:20]) > stripe_inbox.MOST_BYTES:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        header = request.headers.get("Stripe-Signature")
        event = stripe_inbox.receive(request.body, header, at=timezone.now(), secrets=secrets)
    except (Forged, WrongMode, UnicodeDecodeError) as error:
        log.warning("A webhook call was refused: %s", error)
        return HttpResponse("refused", status=400, content_type="text/plain")
    except OperationalError:
        log.exception("The database did not take an event; Stripe will tell it again")
        return HttpResponse("try again", status=503, content_type="text/plain")
    if event is not None:
        tasks.hint("handle_event", event)
    return HttpResponse("ok", content_type="text/plain")
