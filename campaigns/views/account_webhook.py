"""Stripe's second door: thin events about trainers' accounts, signed with a secret of their own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.views.stripe_webhook import take_in


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Answers as the first door does. A call signed for that one is refused here."""
    return take_in(request, secrets=settings.STRIPE_ACCOUNT_WEBHOOK_SECRETS)
