"""Pictures for links, 1200 x 630. One is drawn when it is first asked for, and kept by what stands on it.

Drawing takes a tenth of a second of a processor, so a process draws one at a time. Who would wait too long, and a
network for which very many new ones were drawn lately, gets the site's own picture, which is a file. What is kept is
sent to everybody as often as they ask.
"""

import hashlib
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.sharing.campaign_picture import CampaignFace, draw_campaign
from campaigns.sharing.site_picture import SiteFace, draw_site
from campaigns.sharing.version_picture import VersionFace, draw_version
from campaigns.views.faces import campaign_face, judged, site_face, version_face
from campaigns.views.network import too_many
from campaigns.views.shared import MINUTES_5, lasting, public_campaign_or_404, public_version_or_404, whole
from campaigns.views.standing import standing

Face = CampaignFace | SiteFace | VersionFace
DRAWING = 1
"""Counts up whenever the same words are drawn in another way."""
PATIENCE = 2.0
#: New drawings for one network, and the seconds in which. Whoever shows links asks for each picture once.
DRAWINGS, SPAN = 200, 600
WEEK = 7 * 24 * 3600
FALLBACK = Path(settings.BASE_DIR) / "static" / "genseki" / "share.png"

log = logging.getLogger(__name__)
_pencil = Lock()


class NotDrawnNow(Exception):
    """Others are drawing, and it takes them too long; or very many were drawn for this network."""


@require_safe
def campaign_picture(request: HttpRequest, slug: str) -> HttpResponse:
    found = public_campaign_or_404(slug)
    face = campaign_face(standing(found, at=timezone.now()))
    return _picture(request, face, partial(draw_campaign, face))


@require_safe
def version_picture(request: HttpRequest, slug: str) -> HttpResponse:
    face = version_face(judged(public_version_or_404(slug), timezone.localdate()))
    return _picture(request, face, partial(draw_version, face))


@require_safe
def site_picture(request: HttpRequest) -> HttpResponse:
    face = site_face()
    return _picture(request, face, partial(draw_site, face))


def picture_address(name: str, face: Face, *of: str) -> str:
    """The address of a picture in the language that is spoken. Other words on it make another address."""
    return f"{whole(reverse(name, args=of))}?v={tag_of(face)}"


def tag_of(face: Face) -> str:
    return hashlib.sha256(f"{DRAWING}{face!r}".encode(errors="replace")).hexdigest()[:16]


def _picture(request: HttpRequest, face: Face, draw: Callable[[], bytes]) -> HttpResponse:
    tag = tag_of(face)
    try:
        png = _kept(tag) or _drawn(request, tag, draw)
    except NotDrawnNow:
        return _stand_in()
    except Exception:
        # A link without a picture is worse than one with the wrong picture, whatever it is that went wrong.
        log.exception("The picture %s could not be drawn", tag)
        return _stand_in()
    answer = HttpResponse(png, content_type="image/png")
    return lasting(request, answer, etag=tag, seconds=WEEK if request.GET.get("v") == tag else MINUTES_5)


def _stand_in() -> HttpResponse:
    answer = HttpResponse(FALLBACK.read_bytes(), content_type="image/png")
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def _drawn(request: HttpRequest, tag: str, draw: Callable[[], bytes]) -> bytes:
    """Raises NotDrawnNow, and whatever drawing raises."""
    if too_many(request, "drawing", most=DRAWINGS, seconds=SPAN) or not _pencil.acquire(timeout=PATIENCE):
        raise NotDrawnNow
    try:
        # Somebody may have drawn it while this one waited.
        png = _kept(tag) or draw()
    finally:
        _pencil.release()
    _keep(tag, png)
    return png


def _kept(tag: str) -> bytes | None:
    try:
        found = caches["pictures"].get(tag)
    except (OSError, EOFError):
        return None
    return found if isinstance(found, bytes) else None


def _keep(tag: str, png: bytes) -> None:
    try:
        caches["pictures"].set(tag, png)
    except OSError as error:
        log.warning("The picture %s could not be kept: %s", tag, error)
