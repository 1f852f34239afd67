"""Cards for other sites' pages. Only these may be framed: they hold no form, no script and no cookie."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.views.faces import campaign_face, judged, version_face
from campaigns.views.shared import MINUTES_5, public_campaign_or_404, public_version_or_404, reader, whole
from campaigns.views.standing import standing

POLICY: Final[dict[str, list[str]]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": ["*"],
}
THEMES = ("light", "dark")


@xframe_options_exempt
@csp_override(POLICY)
@require_safe
def campaign_card(request: HttpRequest, slug: str) -> HttpResponse:
    now = standing(public_campaign_or_404(slug), at=timezone.now())
    return _card(request, "embed/campaign.html", {"now": now, "campaign": now.campaign, "face": campaign_face(now)})


@xframe_options_exempt
@csp_override(POLICY)
@require_safe
def version_card(request: HttpRequest, slug: str) -> HttpResponse:
    version = public_version_or_404(slug)
    return _card(
        request, "embed/version.html", {"version": version, "face": version_face(judged(version, timezone.localdate()))}
    )


def _card(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Rendered without the request, so that nothing on it can depend on who looks. `?theme=` is light or dark."""
    theme = request.GET.get("theme", "")
    shown = {**context, "language": reader(), "theme": theme if theme in THEMES else "", "site": whole("")}
    answer = HttpResponse(render_to_string(template, shown))
    answer["Cache-Control"] = f"public, max-age={MINUTES_5 // 5}"
    return answer
