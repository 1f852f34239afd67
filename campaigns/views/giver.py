"""Who gives, as the forms of coins, matches and bundles tell it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import get_language

from campaigns.actions.start_pledge import Giver
from campaigns.views.network import network_of

TOLD = frozenset(field.name for field in fields(Giver)) - {"language", "user", "network"}


def giver_of(request: HttpRequest, given: Mapping[str, Any]) -> Giver:
    """`given`: a form's cleaned data. What a form does not ask is as if it was left empty."""
    return Giver(
        **{name: value for name, value in given.items() if name in TOLD},
        language=(get_language() or "en")[:2],
        user=request.user if isinstance(request.user, User) else None,
        network=network_of(request),
    )


def known_of(request: HttpRequest) -> dict[str, object]:
    """What a form need not ask again of somebody who is logged in."""
    return {"email": request.user.email, "name": request.user.first_name} if isinstance(request.user, User) else {}
