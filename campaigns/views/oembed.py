"""oEmbed (https://oembed.com): from the address of a page to the card of it."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from campaigns.sharing.canvas import HEIGHT, WIDTH
from campaigns.sharing.plain_text import one_line
from campaigns.views.embed_code import CAMPAIGN_SIZE, VERSION_SIZE, campaign_frame, fitting, version_frame
from campaigns.views.faces import campaign_face, judged, version_face
from campaigns.views.pictures import picture_address
from campaigns.views.shared import MINUTES_5, public_campaign_or_404, public_version_or_404, whole
from campaigns.views.standing import standing

PAGE = re.compile(r"/(?:(?P<language>en|ja)/)?(?P<kind>[cm])/(?P<slug>[^/].*?)(?:/card)?/?")
LONGEST_ADDRESS = 2_000
Most = tuple[int | None, int | None]


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """501 for a format that we do not speak, 400 without an address, 404 for one that is no page with a card."""
    if request.GET.get("format", "json") != "json":
        return _no(501, "Only format=json is offered.")
    address = request.GET.get("url", "")
    if not address:
        return _no(400, "Name a page with url=.")
    found = _page(address)
    if found is None:
        return _no(404, "There is no card for this address.")
    most = _number(request, "maxwidth"), _number(request, "maxheight")
    with translation.override(found["language"] or "en"):
        try:
            said = (_campaign if found["kind"] == "c" else _version)(unquote(found["slug"]), most)
        except Http404:
            return _no(404, "There is no card for this address.")
    return _answer(said, 200)


def _page(address: str) -> re.Match[str] | None:
    """The path of a page of this site; an address of any other site is none."""
    try:
        parts, ours = urlsplit(address[:LONGEST_ADDRESS]), urlsplit(settings.SITE_URL)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != ours.netloc.lower():
        return None
    return None if "\0" in unquote(parts.path) else PAGE.fullmatch(parts.path)


def _campaign(slug: str, most: Most) -> dict[str, Any]:
    now = standing(public_campaign_or_404(slug), at=timezone.now())
    face, size = campaign_face(now), fitting(CAMPAIGN_SIZE, most)
    picture = picture_address("campaign_picture", face, slug)
    return _rich(face.title, campaign_frame(now.campaign, size), size, picture, most)


def _version(slug: str, most: Most) -> dict[str, Any]:
    found = judged(public_version_or_404(slug), timezone.localdate())
    face, size = version_face(found), fitting(VERSION_SIZE, most)
    picture = picture_address("version_picture", face, slug)
    return _rich(f"{face.name}: {face.state}", version_frame(found.version, size), size, picture, most)


def _rich(title: str, html: str, size: tuple[int, int], picture: str, most: Most) -> dict[str, Any]:
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": one_line(title, 200),
        "provider_name": "Genseki",
        "provider_url": whole("/"),
        "cache_age": MINUTES_5,
        "html": html,
        "width": size[0],
        "height": size[1],
    }
    # A thumbnail has to fit as well, and ours has one size.
    if all(limit is None or limit >= there for limit, there in zip(most, (WIDTH, HEIGHT), strict=True)):
        said |= {"thumbnail_url": picture, "thumbnail_width": WIDTH, "thumbnail_height": HEIGHT}
    return said


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if re.fullmatch("[1-9][0-9]{0,4}", text) else None


def _no(status: int, reason: str) -> HttpResponse:
    return _answer({"error": reason}, status)


def _answer(said: dict[str, Any], status: int) -> HttpResponse:
    answer = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={MINUTES_5}"
    return answer
