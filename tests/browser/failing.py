"""What stands there when something fails: pages that nobody can simply go to.

As addresses of a site (`pytest.mark.urls`) each fault has one of its own, so that its page comes through every layer
that a page comes through, and brings the headers that it would bring.
"""

from collections.abc import Callable
from typing import Never

from allauth.core.internal.ratelimit import respond_429
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from campaigns.views import shell
from config import urls
from config.maintenance import away

HERE = "tests.browser.failing"


def refused(request: HttpRequest) -> Never:
    raise PermissionDenied


def broken(request: HttpRequest) -> Never:
    raise RuntimeError("What stands there then is looked at.")


FAULTS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "403": refused,
    "form-expired": shell.form_expired,
    "429": respond_429,
    "500": broken,
    "503": away,
}
urlpatterns = [
    *urls.urlpatterns,
    *i18n_patterns(*(path(f"fails/{name}/", fault, name=f"fails-{name}") for name, fault in FAULTS.items())),
]
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


def too_slow() -> Never:
    raise DatabaseError("canceling statement due to statement timeout")
