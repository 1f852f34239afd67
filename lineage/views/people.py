"""Who sits before a page."""

from django.contrib.auth.models import User
from django.http import HttpRequest


def signed_in(request: HttpRequest) -> User:
    """The person of a view that asks for a log-in."""
    assert isinstance(request.user, User)
    return request.user


def whoever(request: HttpRequest) -> User | None:
    """The person, or nobody."""
    return request.user if isinstance(request.user, User) else None
