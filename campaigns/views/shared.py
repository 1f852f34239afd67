"""What may be shown elsewhere: campaigns that have opened, and versions that are no plan of a draft.

Whoever asks is not looked at: what leaves the site is the same for everybody, so that it may be kept anywhere.
"""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.http import parse_http_date
from django.utils.translation import get_language

from campaigns.lifecycle import PUBLIC
from campaigns.models import Campaign
from lineage.models import Version

MINUTES_5: Final = 300
LANGUAGES: Final = ("en", "ja")
NOTHING_RUNS: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def public_campaign_or_404(slug: str) -> Campaign:
    everything = Campaign.objects.select_related("organiser", "trainer", "tainted_version", "clean_version")
    found = everything.filter(stage__in=PUBLIC, slug=slug).first()
    if found is None:
        raise Http404
    return found


def public_version_or_404(slug: str) -> Version:
    found = Version.objects.filter(slug=slug).first()
    if found is None or not is_shown(found):
        raise Http404
    return found


def is_shown(version: Version) -> bool:
    """A plan is nobody's business before the campaign that plans it has opened."""
    return not version.planned or Campaign.objects.filter(stage__in=PUBLIC, clean_version=version).exists()


def reader() -> str:
    """The language that is spoken: en or ja."""
    return "ja" if (get_language() or "en").startswith("ja") else "en"


def spoken_in(request: HttpRequest) -> str:
    """The language that an address without one asks for by `?lang=`; English unless it is one that we speak."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else "en"


def whole(path: str) -> str:
    """The whole address of a path: from the settings, never from the request's Host header."""
    return settings.SITE_URL + path


def lasting(request: HttpRequest, answer: HttpResponse, *, etag: str, seconds: int = MINUTES_5) -> HttpResponse:
    """The answer with its tag and for how long it may be kept by anybody; 304 for who has it already."""
    quoted = f'"{etag}"'
    answer["ETag"] = quoted
    answer["Cache-Control"] = f"public, max-age={seconds}"
    answer["Access-Control-Allow-Origin"] = "*"
    changed = answer.get("Last-Modified")
    moment = parse_http_date(changed) if changed else None
    kept = get_conditional_response(request, etag=quoted, last_modified=moment, response=answer)
    assert isinstance(kept, HttpResponse)
    return kept


def drawing(svg: str, *, status: int = 200) -> HttpResponse:
    """An SVG file in which nothing runs and which fetches nothing, wherever it is opened."""
    answer = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8", status=status)
    answer[CSP.HEADER_ENFORCE.value] = NOTHING_RUNS
    return answer
