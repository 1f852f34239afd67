"""Badges for READMEs: as SVG, and as JSON that Shields draws (https://shields.io/badges/endpoint-badge).

An address has no language, since it stands in somebody else's text: `?lang=ja` asks for one. `label`, `color` and
`style` change how it looks; a value that is not known counts as none.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.sharing.badge import COLOURS, LOOKS, STYLES, Badge, draw_badge
from campaigns.sharing.plain_text import one_line
from campaigns.templatetags.money import figure, first_figure
from campaigns.views.faces import STATES, answer_of, judged, stage_of
from campaigns.views.shared import (
    MINUTES_5,
    drawing,
    lasting,
    public_campaign_or_404,
    public_version_or_404,
    spoken_in,
)
from campaigns.views.standing import standing
from lineage.words import state_word

LONGEST_LABEL = 40
SIGNS = {"ok": "✓", "cond": "△", "bad": "✕", "unclear": "?"}


@require_safe
def campaign_badge(request: HttpRequest, slug: str) -> HttpResponse:
    return _svg(request, slug, of_campaign)


@require_safe
def version_badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The state of its lineage, or with `?use=sell-outputs` the answer for one of the eight uses."""
    return _svg(request, slug, of_version)


@require_safe
def campaign_badge_json(request: HttpRequest, slug: str) -> HttpResponse:
    with translation.override(spoken_in(request)):
        return _json(request, as_asked(request, of_campaign(request, slug)))


@require_safe
def version_badge_json(request: HttpRequest, slug: str) -> HttpResponse:
    with translation.override(spoken_in(request)):
        return _json(request, as_asked(request, of_version(request, slug)))


def of_campaign(request: HttpRequest, slug: str) -> Badge:
    now = standing(public_campaign_or_404(slug), at=timezone.now())
    currency = now.campaign.currency
    raised, goal = first_figure(now.progress.raised, currency), figure(now.progress.goal, currency)
    look = stage_of(now.campaign)[0]
    # The sign for a stage says more than the sum does, except while it collects.
    sign = "" if look == "live" else look
    return Badge("Genseki", f"{raised} {_('of %(goal)s') % {'goal': goal}}", sign, LOOKS[look])


def of_version(request: HttpRequest, slug: str) -> Badge:
    version = public_version_or_404(slug)
    use = request.GET.get("use", "")
    found = judged(version, timezone.localdate(), with_answers=bool(use))
    for item in found.strip:
        if item.key == use:
            answer = answer_of(item)
            return Badge(answer.use, answer.verdict, answer.look, LOOKS[answer.look], note=_("not legal advice"))
    look = STATES[found.state]
    return Badge(_("lineage"), state_word(found.state), look, LOOKS[look], note=_("not legal advice"))


def as_asked(request: HttpRequest, badge: Badge) -> Badge:
    colour, style = request.GET.get("color", ""), request.GET.get("style", "")
    return replace(
        badge,
        label=one_line(request.GET.get("label", ""), LONGEST_LABEL) or badge.label,
        colour=colour if colour in COLOURS else badge.colour,
        style=style if style in STYLES else badge.style,
    )


def _svg(request: HttpRequest, slug: str, of: Callable[[HttpRequest, str], Badge]) -> HttpResponse:
    with translation.override(spoken_in(request)):
        try:
            badge = of(request, slug)
        except Http404:
            # It stands in a page as an image: a word in grey says more than a broken picture.
            return drawing(draw_badge(Badge("Genseki", _("not found"), "", "grey")), status=404)
        svg = draw_badge(as_asked(request, badge))
        answer = drawing(svg)
        answer["Content-Language"] = spoken_in(request)
        return lasting(request, answer, etag=hashlib.sha256(svg.encode()).hexdigest()[:16])


def _json(request: HttpRequest, badge: Badge) -> HttpResponse:
    shields = {"flat": "flat", "flat-square": "flat-square", "large": "for-the-badge"}
    said = {
        "schemaVersion": 1,
        "label": badge.label,
        "message": f"{SIGNS[badge.look]} {badge.message}" if badge.look in SIGNS else badge.message,
        "color": COLOURS[badge.colour],
        "style": shields[badge.style],
        "cacheSeconds": MINUTES_5,
    }
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    return lasting(request, answer, etag=hashlib.sha256(answer.content).hexdigest()[:16])
