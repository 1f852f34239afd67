"""What those who watch are told, and the door at which most of them are told it: before Django has begun.

At the usual pace a thousand open pages ask seven hundred times a second, nearly always for what is in memory.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.utils import timezone

from campaigns.views.live_pace import Crowd, pace_in_words, seconds_to_next_look
from campaigns.views.live_sharing import at_hand
from campaigns.views.live_snapshot import Snapshot

ADDRESS = re.compile(rf"/({'|'.join(code for code, _ in settings.LANGUAGES)})/c/([-\w]+)/live/")
SECONDS_OF_A_PROXY = 1
# It is a part of a page, and never one by itself.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
STREAM = "text/event-stream"
STATUS_LINES = {
    status: f"{status.value} {status.phrase}"
    for status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.NOT_MODIFIED)
}
MOST_NAMES = 100
Told = tuple[HTTPStatus, list[tuple[str, str]], bytes]
crowd = Crowd()
_let_in: set[tuple[object, ...]] = set()


def told(snapshot: Snapshot, language: str, known: str) -> Told:
    """Status, headers and body for somebody whose `If-None-Match` says `known`."""
    shown = snapshot.in_words(language)
    pace = seconds_to_next_look(snapshot.now, at=timezone.now()) * crowd.count()
    headers = [
        ("ETag", shown.tag),
        ("X-Version", str(snapshot.version)),
        ("X-Next-Poll", pace_in_words(pace)),
        ("Cache-Control", f"public, max-age={SECONDS_OF_A_PROXY}"),
        ("Vary", "Accept"),
    ]
    if shown.tag in known:
        return HTTPStatus.NOT_MODIFIED, headers, b""
    headers += [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", language),
        ("Content-Length", str(len(shown.body))),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Robots-Tag", "noindex"),
    ]
    return HTTPStatus.OK, headers, shown.body


def led_on(path: str) -> Told:
    """For somebody who wants a stream: the process that has them answers it, at an address of its own.

    Where that is this site's own address, a proxy leads there, and whoever still comes to us finds none.
    """
    elsewhere = settings.LIVE_STREAM_URL not in ("", settings.SITE_URL.lower())
    headers = [("Cache-Control", "no-store"), ("Vary", "Accept")]
    if not elsewhere:
        return HTTPStatus.NO_CONTENT, headers, b""
    return HTTPStatus.TEMPORARY_REDIRECT, [("Location", settings.LIVE_STREAM_URL + path), *headers], b""


def let_in(environ: WSGIEnvironment) -> None:
    """Django has found nothing wrong with the name and the scheme by which this one asks."""
    if len(_let_in) >= MOST_NAMES:
        # Ports and the like make many names of one; those who come by ours are back at once.
        _let_in.clear()
    _let_in.add(_way_of(environ))


def at_the_door(django: WSGIApplication) -> WSGIApplication:
    """Tells what is in memory, and lets in everybody else: who asks for more, who is the first, who comes otherwise."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = _from_memory(environ)
        if found is None:
            return django(environ, start_response)
        status, headers, body = found
        start_response(STATUS_LINES[status], headers)
        return [body]

    return answer


def _from_memory(environ: WSGIEnvironment) -> Told | None:
    if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].endswith("/live/"):
        return None
    asked = ADDRESS.fullmatch(environ["PATH_INFO"])
    if asked is None or _way_of(environ) not in _let_in:
        return None
    if STREAM in environ.get("HTTP_ACCEPT", ""):
        return led_on(environ["PATH_INFO"])
    language, slug = asked.groups()
    snapshot = at_hand(slug)
    if snapshot is None or language not in snapshot.words:
        return None
    return told(snapshot, language, environ.get("HTTP_IF_NONE_MATCH", ""))


def _way_of(environ: WSGIEnvironment) -> tuple[object, ...]:
    """All that a redirect to HTTPS, or a refusal of a name that is not ours, depends on."""
    proxy = settings.SECURE_PROXY_SSL_HEADER
    return environ.get("HTTP_HOST"), environ["wsgi.url_scheme"], environ.get(proxy[0]) if proxy else None
