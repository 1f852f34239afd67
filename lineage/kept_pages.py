"""Pages whose middle is the same for everybody: it is kept as text, and set into the frame of each visitor.

The middle is written without a visitor. Neither request nor session nor person is in its context, so that nothing of
one can come to another; what of a visitor it needs, the token of its forms, is put in at the end. The frame, with
menu, messages, colours and languages, is written for each.
"""

import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lineage.kept import kept

SECONDS: Final = 10.0
"""What a page says of the time, as how long is left, is so late at most; live numbers are, too."""
PARTS: Final = ("title", "description", "body_class", "styles", "social", "head", "rooms", "main", "scripts")
# Nobody outside can know these, so nobody can write them into a text of theirs.
_CUT: Final = secrets.token_urlsafe(24)
_TOKEN: Final = secrets.token_urlsafe(24)


def kept_page(
    request: HttpRequest, template: str, find: Callable[[], Mapping[str, object]], *, key: Hashable = None
) -> HttpResponse:
    """A page that is the same for everybody who asks with this address, language and key, but for its frame.

    `find` gives the context, reads whatever the page shows, and looks at nothing of the visitor that the key does not
    say. Whether the visitor may see it is asked before. `template` extends `frame|default:"base.html"`.
    """
    path, language = request.path, get_language()
    parts = kept((template, path, language, key), lambda: _written(request, template, find()), seconds=SECONDS)
    token = get_token(request) if any(_TOKEN in text for text in parts.values()) else ""
    filled = {name: SafeString(text.replace(_TOKEN, token)) for name, text in parts.items()}
    return render(request, "_kept_page.html", {"parts": filled})


def _written(request: HttpRequest, template: str, found: Mapping[str, object]) -> dict[str, str]:
    """Of the request there is what follows from its path."""
    around = {
        "frame": "_kept_parts.html",
        "cut": _CUT,
        "csrf_token": _TOKEN,
        "request": {"path": request.path, "resolver_match": request.resolver_match},
        "shell": {"address": settings.SITE_URL + request.path},
    }
    texts = render_to_string(template, {**found, **around}).split(_CUT)
    return dict(zip(PARTS, texts, strict=True))
