"""What stands there when something fails: pages that nobody can simply go to."""

from collections.abc import Callable
from typing import Never

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.utils.translation import override

from campaigns.views import shell
from config.maintenance import away

FAILURES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "403": shell.not_allowed,
    "form-expired": shell.form_expired,
    "429": lambda request: render(request, "429.html", status=429),
    "500": shell.broken,
    "503": away,
}


def failed(failure: Callable[[HttpRequest], HttpResponse], path: str) -> HttpResponse:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    with override(path[1:3]):
        return failure(request)


def too_slow() -> Never:
    raise DatabaseError("canceling statement due to statement timeout")
