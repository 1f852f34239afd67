"""A version's lineage for other tools: bills of materials, a model card, graphs, a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from lineage.models import Version
from lineage.verdicts import record_on
from lineage.verdicts.exports import exported
from lineage.views.version_files import attachment


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
    record = record_on(get_object_or_404(Version, slug=slug), timezone.localdate())
    return attachment(exported(record, format), content_type, f"{slug}.{ending}")
