"""How verdicts are made, for people. The table of terms comes from the engine, the example is on file with the code."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lineage.models import Version
from lineage.views.term_rows import term_rows

#: Where a restriction of BRA V4 came from, as the engine finds it in lineage/data/bra.json: (id, name).
EXAMPLE: Final = (
    ("dreamlike-diffusion-1.0", "Dreamlike Diffusion 1.0"),
    ("pov-skin-dreamlike", "PoV Skin Texture Dreamlike r34"),
    ("chilloutmix", "ChilloutMix"),
    ("bra-v1-chilloutmix-half", "BRA V1, the half on ChilloutMix"),
    ("bra-v1", "BRA V1"),
    ("bra-v4", "BRA V4"),
)


@require_safe
def verdicts_explained(request: HttpRequest) -> HttpResponse:
    language = "ja" if (get_language() or "en").startswith("ja") else "en"
    on_file = frozenset(Version.objects.filter(slug__in=[slug for slug, _ in EXAMPLE]).values_list("slug", flat=True))
    context = {
        "prose": f"lineage/_verdicts_explained.{language}.html",
        "rows": term_rows(),
        "example": [(slug if slug in on_file else "", name) for slug, name in EXAMPLE],
    }
    return render(request, "lineage/verdicts_explained.html", context)
