"""A version's record written for other tools. The writers are plain; this gives them what the database holds."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.urls import reverse

from lineage.formats.card_markdown import card_markdown
from lineage.formats.cyclonedx import cyclonedx
from lineage.formats.edge_table_text import edges_as_csv
from lineage.formats.exported_family import ExportedFamily
from lineage.formats.graphml import graphml
from lineage.formats.hugging_face_block import hugging_face_block
from lineage.formats.spdx import spdx
from lineage.models import Version
from lineage.verdicts.card_words import card_words
from lineage.verdicts.record import Record

WRITERS: Final[Mapping[str, Callable[[ExportedFamily], str]]] = MappingProxyType(
    {
        "cyclonedx": cyclonedx,
        "spdx": spdx,
        "hugging-face": hugging_face_block,
        "markdown": lambda family: card_markdown(family, card_words()),
        "graphml": graphml,
        "csv": lambda family: edges_as_csv(family.derivations),
    }
)


def exported_family(record: Record, planned: frozenset[str]) -> ExportedFamily:
    """The record as the writers take it, with whole addresses: what is exported leaves the site."""
    return ExportedFamily(record.version.slug, record.inheritance, _address, planned)


def exported(record: Record, format: str) -> str:
    """The record in one of the formats of `WRITERS`, by its name."""
    slugs = [record.version.slug, *record.inheritance.ancestors(record.version.slug)]
    planned = Version.objects.filter(planned=True, slug__in=slugs).values_list("slug", flat=True)
    return WRITERS[format](exported_family(record, frozenset(planned)))


def _address(slug: str) -> str:
    return settings.SITE_URL + reverse("version", args=[slug])
