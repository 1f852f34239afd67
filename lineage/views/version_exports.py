"""A version's lineage for other tools: bills of materials, a model card, graphs, a table."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lineage.models import Version
from lineage.verdicts import FamilyTooLarge, record_on
from lineage.verdicts.exports import exported
from lineage.views.version_files import attachment

LARGEST_FAMILY: Final = 5_000
"""Versions. They are written while somebody waits, and a bill of materials of so many has six megabytes."""


@require_safe
def version_cyclonedx(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "cyclonedx", "application/vnd.cyclonedx+json; version=1.6", "cdx.json")


@require_safe
def version_spdx(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "spdx", "application/ld+json", "spdx.json")


@require_safe
def version_card_block(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "hugging-face", "application/yaml", "card.yaml")


@require_safe
def version_card_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "markdown", "text/markdown", "card.md")


@require_safe
def version_graphml(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "graphml", "application/xml", "graphml")


@require_safe
def version_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _export(slug, "csv", "text/csv", "lineage.csv")


def _export(slug: str, format: str, content_type: str, ending: str) -> HttpResponse:
    version = get_object_or_404(Version, slug=slug)
    try:
        record = record_on(version, timezone.localdate(), largest=LARGEST_FAMILY)
    except FamilyTooLarge as error:
        raise Http404(_("This family is too large for this file. The lineage file has all of it.")) from error
    return attachment(exported(record, format), content_type, f"{slug}.{ending}")
