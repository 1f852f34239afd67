"""The ranking for machines: its first hundred as JSON, with the facts of the weighing that they come from."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lineage.models import Weighing
from lineage.views.where_page import Ranked, ranked, ranking

MOST: Final = 100
NOTE: Final = (
    "What each clean replacement would free alone; these do not add up, and what two replacements together would free "
    "is not in it. Unknown downloads count as none. Not legal advice."
)


@require_safe
def where_file(request: HttpRequest) -> JsonResponse:
    weighing = Weighing.objects.first()
    told = {
        "note": NOTE,
        "weighed": _weighed(weighing) if weighing else None,
        "models": [_model(row) for row in ranked(list(ranking()[:MOST]))],
    }
    headers = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}
    return JsonResponse(told, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _weighed(weighing: Weighing) -> dict[str, object]:
    return {
        "at": weighing.at.isoformat(),
        "on": weighing.on.isoformat(),
        "versions": weighing.versions,
        "tainted": weighing.tainted,
        "downloads_known": weighing.counted,
        "downloads_illustrated": weighing.illustrated,
    }


def _model(row: Ranked) -> dict[str, object]:
    standing = row.standing
    return {
        "place": standing.place,
        "artefact": row.version.slug,
        "name": row.version.name,
        "state": standing.state,
        "frees": {"versions": standing.freed_versions, "downloads": standing.freed_downloads},
        "cost": {
            "usd": standing.cost_usd,
            "stated": standing.cost_stated,
            "source": row.figures.cost_source if row.figures and row.figures.cost_usd else "",
        },
        "licences": [licence.slug for licence in row.licences],
        "page": settings.SITE_URL.rstrip("/") + reverse("version", args=[row.version.slug]),
    }
