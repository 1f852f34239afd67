"""Who sees the buttons that only a demo has."""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest


def is_demo_staff(request: HttpRequest) -> bool:
    return settings.DEMO and isinstance(request.user, User) and request.user.is_staff


def may_close_now(request: HttpRequest, *, giving: bool) -> bool:
    """Whether the button that brings the deadline to this moment is shown."""
    return giving and is_demo_staff(request)
